"""The reading graph: what the letter bears out is kept, a failing model loses nothing, no structured document is asked."""

import email
import email.policy
from decimal import Decimal

import pytest

from agents.models.port import Extraction, ModelFailed, ModelGarbled, QuotedIntent, QuotedValue, Usage
from agents.read import graph
from core.claims import DocumentKind, Reading
from core.reading_wire import from_json, to_json
from tests.agents.desks import LETTER, MAIL, Bare, Counting, metered

GOOD = QuotedValue(field="line.quantity", value="300", quote="300 rods", line=1)
WRONG = QuotedValue(field="line.price", value="0.14", quote="at 0.14 each", line=1)
NUMBER = QuotedValue(field="order.number", value="PO-40418", quote="reference PO-40418")
SHORT = QuotedIntent(intent="short_confirmation", quote="keep 300 rods back")


def read(model: Counting, raw: bytes = LETTER, name: str = "letter.eml") -> Reading:
    return graph.run(raw, name, Bare(model)).reading


def by_model(reading: Reading) -> dict[str, object]:
    return {c.field: c.value for d in reading.documents for c in d.claims if c.reader == "model:scripted"}


def test_what_the_letter_holds_becomes_a_claim_under_the_models_name() -> None:
    model = Counting([Extraction(values=(GOOD,), intents=(SHORT,))])

    reading = read(model)

    assert by_model(reading) == {"line.quantity": Decimal(300)}
    assert "short_confirmation" in {claim.intent.value for claim in reading.intents}
    span = next(c.span for d in reading.documents for c in d.claims if c.reader == "model:scripted")
    assert span.text == "300 rods"
    assert len(model.letters) == 1


def test_what_it_does_not_hold_is_asked_once_more_and_then_dropped_with_a_word() -> None:
    model = Counting([Extraction(values=(GOOD, WRONG))])

    reading = read(model)

    assert len(model.letters) == 2, "one repair round, and no more"
    assert "at 0.14 each" in model.letters[1].unsupported[0]
    assert by_model(reading) == {"line.quantity": Decimal(300)}
    dropped = [check.says for d in reading.documents for check in d.checks if check.name == "span_supports_value"]
    assert len(dropped) == 1
    assert "0.14" in dropped[0]


def test_a_repair_that_forgets_what_was_right_does_not_lose_it() -> None:
    model = Counting([Extraction(values=(GOOD, WRONG)), Extraction(intents=(SHORT,))])

    reading = read(model)

    assert by_model(reading) == {"line.quantity": Decimal(300)}
    assert not [check for d in reading.documents for check in d.checks if check.name == "span_supports_value"]


def test_a_model_does_not_name_the_documents_of_a_letter() -> None:
    named = [
        QuotedValue(field=f"{kind}.number", value="300", quote="300 rods")
        for kind in ("invoice", "confirmation", "despatch")
    ]
    reading = read(Counting([Extraction(values=(*named, GOOD))]))
    assert by_model(reading) == {"line.quantity": Decimal(300)}


def test_malformed_json_is_repaired_once() -> None:
    model = Counting([ModelGarbled("not JSON"), Extraction(values=(GOOD,))])

    reading = read(model)

    assert model.letters[1].unsupported == (graph.NOT_IN_FORM,)
    assert by_model(reading) == {"line.quantity": Decimal(300)}
    assert reading.trouble == ()


def test_malformed_json_twice_leaves_the_rules_and_says_so() -> None:
    model = Counting([ModelGarbled("not JSON")])
    rules = graph.run(LETTER, "letter.eml", Bare(Counting([Extraction()]))).reading

    reading = read(model)

    assert len(model.letters) == 2
    assert [d.claims for d in reading.documents] == [d.claims for d in rules.documents]
    assert reading.trouble == ("not JSON; the rules' reading stands",)


@pytest.mark.parametrize("what", ["APITimeoutError", "RateLimitError", "APIConnectionError", "refused"])
def test_a_model_that_is_away_leaves_the_rules_and_is_not_asked_again(what: str) -> None:
    model = Counting([ModelFailed(what)])

    reading = read(model, (MAIL / "046-kestrel-short.eml").read_bytes())

    assert len(model.letters) == 1
    rules = {c.reader for d in reading.documents for c in d.claims}
    assert rules, "the rules' claims are all there"
    assert "model:scripted" not in rules
    assert what in reading.trouble[0]


def test_an_outage_in_the_repair_round_keeps_the_first_rounds_good_part() -> None:
    model = Counting([Extraction(values=(GOOD, WRONG)), ModelFailed("away")])

    reading = read(model)

    assert by_model(reading) == {"line.quantity": Decimal(300)}
    assert "away" in reading.trouble[0]


def test_tokens_and_cost_of_all_rounds_stand_on_the_reading() -> None:
    first = metered(Extraction(values=(WRONG,)), 800, 60)
    model = Counting([first, ModelFailed("cut off", Usage(tokens_in=820, tokens_out=5, cost=Decimal("0.002")))])

    use = read(model).model_use

    assert use is not None
    assert (use.model, use.requests, use.tokens_in, use.tokens_out) == ("model:scripted", 2, 1620, 65)
    assert use.cost == Decimal("0.002")


def test_a_server_that_tells_no_tokens_leaves_them_unknown() -> None:
    use = read(Counting([Extraction()])).model_use

    assert use is not None
    assert (use.requests, use.tokens_in, use.cost) == (1, None, None)


@pytest.mark.parametrize("field", ["bank.account", "invoice.total", "supplier.name", "approve"])
def test_a_field_outside_the_vocabulary_of_letters_is_dropped(field: str) -> None:
    model = Counting([Extraction(values=(QuotedValue(field=field, value="300", quote="300 rods"),))])

    assert by_model(read(model)) == {}


@pytest.mark.parametrize("intent", ["out_of_office", "newsletter", "spam", "other"])
def test_no_model_can_have_a_letter_set_aside(intent: str) -> None:
    model = Counting([Extraction(intents=(QuotedIntent(intent=intent, quote="Good morning"),))])

    assert intent not in {c.intent.value for c in read(model).intents if c.reader == "model:scripted"}


def test_a_line_that_rules_read_keeps_its_values_and_the_difference_is_told() -> None:
    raw = (MAIL / "046-kestrel-short.eml").read_bytes()
    body = next(
        p.text for p in graph.run(raw, "a.eml", Bare(Counting([Extraction()]))).reading.parts if p.path == "body"
    )
    quote = next(line for line in body.splitlines() if "PO-" in line)
    order = next(word for word in quote.split() if word.startswith("PO-")).strip(".,")
    other = QuotedValue(field="order.number", value=order[:-1], quote=quote)

    reading = read(Counting([Extraction(values=(other,))]), raw)

    assert [c.value for d in reading.documents for c in d.claims if c.field == "order.number"] == [order]
    (apart,) = (
        check for d in reading.documents for check in d.checks if check.name == "readers_agree" and check.claims
    )
    assert not apart.holds
    assert [(c.value, c.reader) for c in apart.claims] == [(order, "text-rules/2"), (order[:-1], "model:scripted")]
    assert all(body[c.span.start : c.span.end] == c.span.text for c in apart.claims)
    assert from_json(to_json(reading)) == reading, "what the other read is kept with its type, its place and its reader"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("019-orion-855-delay.eml", DocumentKind.ORDER_CONFIRMATION),
        ("025-bluegate-810.eml", DocumentKind.INVOICE),
        ("094-orion-856.eml", DocumentKind.DESPATCH_ADVICE),
        ("003-orion-ubl.eml", DocumentKind.INVOICE),
        ("032-schoenfeld-facturx.eml", DocumentKind.INVOICE),
    ],
)
def test_no_structured_document_goes_to_a_model(name: str, kind: DocumentKind) -> None:
    """The mail around it may be asked about; not a character of the document itself is."""
    model = Counting([Extraction()])

    reading = read(model, (MAIL / name).read_bytes(), name)

    document = reading.of_kind(kind)[0]
    structured = next(part for part in reading.parts if part.path == document.part)
    assert document.claims
    for letter in model.letters:
        assert structured.text[:60] not in letter.text
        assert not any(claim.span.text in letter.text for claim in document.claims if claim.field == "line.amount")


@pytest.mark.parametrize("name", ["order.xml", "order.edi"])
def test_a_structured_document_that_comes_bare_is_not_asked_about_at_all(name: str) -> None:
    mail = {"order.xml": "003-orion-ubl.eml", "order.edi": "025-bluegate-810.eml"}[name]
    model = Counting([Extraction()])

    reading = read(model, _attachment(mail), name)

    assert reading.documents
    assert model.letters == []
    assert reading.model_use is None


def _attachment(mail: str) -> bytes:
    message = email.message_from_bytes((MAIL / mail).read_bytes(), policy=email.policy.default)
    return next(part.get_payload(decode=True) for part in message.iter_attachments())
