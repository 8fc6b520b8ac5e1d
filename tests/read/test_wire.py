"""A reading as text and back: nothing is lost, and nothing else passes for one."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.read.wire import NotAReading, from_json, from_wire, to_json, to_wire
from core.claims import (
    Check,
    Claim,
    Document,
    DocumentKind,
    Intent,
    IntentClaim,
    ModelUse,
    Part,
    PartState,
    Reading,
    Span,
)


def full_reading() -> Reading:
    """A reading with every field filled."""
    span = Span(part="body", text="1,080 ", start=3, end=9)
    box = Span(part="1:a.pdf", text="x", page=1, box=(Decimal("1.5"), Decimal(2), Decimal(3), Decimal(4)))
    claims = (
        Claim(field="line.quantity", value=Decimal("1080.50"), span=span, reader="r/1", line=1, unit="pcs"),
        Claim(field="invoice.date", value=date(2026, 11, 19), span=box, reader="r/1", confidence=Decimal("0.93")),
        Claim(field="order.number", value="PO-40417", span=replace(span, path="/x[1]"), reader="r/1"),
    )
    check = Check(name="total", holds=False, says="no", line=2)
    part = Part(
        path="1:a.pdf", name="a.pdf", media_type="application/pdf", sha256="0" * 64, size=5, state=PartState.READ, text="é",
        pages=1, why="because", hidden=("a", "b"),
    )  # fmt: skip
    document = Document(kind=DocumentKind.INVOICE, part="1:a.pdf", claims=claims, reader="r/1", checks=(check,))
    return Reading(
        message="0" * 64, reader="r/1", parts=(part,), documents=(document,),
        intents=(IntentClaim(intent=Intent.DISPUTE, reader="r/1", span=span), IntentClaim(intent=Intent.SPAM, reader="r")),
        sender="a@b", sender_name="A", subject="S", sent="2026-11-19T09:00:00+01:00", thread=("<a>",),
        authentication=("spf=pass",), trouble=("t",),
        model_use=ModelUse(model="model:m", requests=2, tokens_in=1204, tokens_out=180, cost=Decimal("0.0021")),
    )  # fmt: skip


def test_a_reading_survives_the_wire_unchanged():
    assert from_json(to_json(full_reading())) == full_reading()
    assert to_json(from_json(to_json(full_reading()))) == to_json(full_reading())


@given(st.text(), st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_any_text_and_any_amount_cross_the_wire(text: str, amount: Decimal):
    span = Span(part="body", text=text.replace("\0", ""), start=0, end=1)
    claim = Claim(field="line.price", value=amount, span=span, reader="r")
    document = Document(kind=DocumentKind.MAIL, part="body", claims=(claim,), reader="r")
    reading = replace(full_reading(), documents=(document,))

    assert from_json(to_json(reading)) == reading


def test_what_no_database_can_hold_is_replaced_one_for_one():
    reading = replace(full_reading(), subject="a\0b\ud800c")

    assert from_json(to_json(reading)).subject == "a\ufffdb\ufffdc"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"decimal":"1080.5"', '"decimal":1080.5'),
        ('"decimal":"1080.5"', '"decimal":"NaN"'),
        ('"decimal":"1080.5"', '"decimal":"1E+999999"'),
        ('"decimal":"1080.5"', '"python":"os.system"'),
        ('"confidence":"0.93"', '"confidence":"1.2"'),
        ('"confidence":"0.93"', '"confidence":0.93'),
        ('"date":"2026-11-19"', '"date":"2026-19-11"'),
        ('"line":1', '"line":-1'),
        ('"line":1', '"line":true'),
        ('"kind":"invoice"', '"kind":"order 66"'),
        ('"state":"read"', '"state":"believed"'),
        ('"size":5', '"size":5,"more":1'),
        ('"version":1', '"version":2'),
        ('"pages":1', '"pages":1e400'),
    ],
)  # fmt: skip
def test_a_wire_with_anything_else_on_it_is_refused(old: str, new: str):
    text = to_json(full_reading())
    assert old in text

    with pytest.raises(NotAReading):
        from_json(text.replace(old, new, 1))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_no_other_json_passes_for_a_reading(value):
    with pytest.raises(NotAReading):
        from_json(json.dumps(value))


def test_a_check_keeps_its_place_and_whether_it_only_warns():
    check = Check(
        name="BR-CO-15", holds=False, says="The total is off", path="/Invoice/LegalMonetaryTotal", warning=True
    )
    document = Document(kind=DocumentKind.INVOICE, part="1:a.xml", claims=(), reader="ubl/1", checks=(check,))
    reading = Reading(message="0" * 64, reader="desk/1", parts=(), documents=(document,))

    assert from_json(to_json(reading)) == reading
    assert document.failed() == ()


def test_a_check_stored_before_it_told_its_place_is_read():
    check = Check(name="schema", holds=False, says="out of order")
    document = Document(kind=DocumentKind.INVOICE, part="1:a.xml", claims=(), reader="ubl/1", checks=(check,))
    stored = to_wire(Reading(message="0" * 64, reader="desk/1", parts=(), documents=(document,)))
    for name in ("warning", "path"):
        del stored["reading"]["documents"][0]["checks"][0][name]

    assert from_wire(stored).documents[0].failed() == (check,)
