"""The parts of a proposal card, each from the stored body: steps, journal lines, balances, effects, rulings, signers."""

from decimal import Decimal
from typing import Any

from core import wording
from core.deciding import why
from core.deciding.proposals import Signature
from core.judging import Answer
from desk.card_model import Change, JournalRow, Rule, Signer, Step
from desk.web import initials, short_digest
from policies.authority import title as role_title

KIND = {Answer.ALLOW: "go", Answer.ASK: "ask", Answer.REFUSE: "stop"}


def journal_rows(body: dict[str, Any], currency: str) -> tuple[JournalRow, ...]:
    """The journal lines of a stored proposal."""
    rows = []
    for effect in body["effects"]:
        if effect["kind"] != "journal":
            continue
        change = Decimal(effect["change"])
        figure = wording.plain_amount(abs(change), currency)
        rows.append(
            JournalRow(account=effect["what"], debit=figure if change > 0 else "", credit=figure if change < 0 else "")
        )
    return tuple(rows)


def rules_of(body: dict[str, Any]) -> list[Rule]:
    """The rulings of a stored proposal, the strictest first."""
    return [
        Rule(
            kind=KIND[Answer(ruling["answer"])],
            says=ruling["says"],
            rule=ruling["rule"],
            near_miss=ruling.get("near_miss", ""),
        )
        for ruling in body["verdict"]["rulings"]
    ]


def step_of(action: dict[str, Any], currency: str) -> Step:
    """One action of a stored proposal as a step."""
    figure = wording.plain_amount(Decimal(action["amount"]), currency) if action["amount"] is not None else ""
    command = action["command"]
    is_letter = command["type"] == "SendMessage"
    return Step(
        title=action["title"],
        says=action["says"],
        amount=figure,
        letter=command["body"] if is_letter else "",
        to=f"{command['recipient_name']} <{command['recipient']}>" if is_letter else "",
    )


def balance_change(balance: dict[str, Any], currency: str) -> Change:
    """A balance of an account before and after."""
    was, now = Decimal(balance["was"]), Decimal(balance["now"])
    return Change(
        label=balance["label"], was=wording.plain_amount(was, currency), now=wording.plain_amount(now, currency)
    )


def effect_change(effect: dict[str, Any]) -> Change:
    """One effect of a stored proposal: before and after in words, or the quantity that is added or taken."""
    if effect["was"] or effect["now"]:
        return Change(label=effect["what"], was=effect["was"], now=effect["now"])
    change = Decimal(effect["change"])
    sign = "+" if change > 0 else "−"
    return Change(label=effect["what"], was="", now=f"{sign}{wording.quantity(abs(change))} {effect['unit']}".strip())


def signers_of(
    signed: list[Signature],
    missing: tuple[tuple[str, ...], ...],
    people: dict[str, str],
    code: str,
    body: dict[str, Any],
) -> tuple[Signer, ...]:
    """Who signed, with the root cause each said, and the roles that are still missing. Nothing while nobody signed."""
    if not signed:
        return ()
    causes = why.names(code, body)
    have = [
        Signer(
            name=people.get(s.person, s.person),
            initials=initials(people.get(s.person, s.person)),
            says=f"{role_title(s.as_role)}, signed {short_digest(s.digest)}"
            + (f", root cause: {causes.get(s.root_cause, s.root_cause).lower()}" if s.root_cause else ""),
            at=wording.hour(s.signed_at),
        )
        for s in signed
    ]
    wait = [
        Signer(
            name=" or ".join(role_title(role) for role in group),
            initials="…",
            says="still to sign",
            at="waiting",
            waiting=True,
        )
        for group in missing
    ]
    return (*have, *wait)


def verb_of(body: dict[str, Any], missing: int) -> str:
    """The green button names its act."""
    if missing > 1:
        return "Sign"
    kinds = {action["command"]["type"] for action in body["actions"]}
    if kinds & {"PostInvoice", "PostWithoutOrder", "PostCreditNote"}:
        return "Approve and post"
    if kinds == {"SendMessage"}:
        return "Approve and send"
    if "HoldInvoice" in kinds:
        return "Approve and hold"
    return "Approve"
