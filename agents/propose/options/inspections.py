"""Ways out of a failed inspection: the pieces go back, are measured again, are taken as they are, or are written off.

Readings decide, and no way here changes one: measured again means another measurement beside the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agents.propose.letters import letter
from agents.tools import CaseSeen, FindingSeen, OrderLineSeen, OrderSeen, Tools
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.wording import amount, listed, quantity

AGAIN_DAYS = 1
"""Days for another measurement; then the case is back by itself."""
CODE = "inspection_failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """Pieces of one receipt line that failed, in the order's unit, with the inspections that said so."""

    receipt_line: int
    line: OrderLineSeen
    pieces: Decimal
    inspections: tuple[str, ...]
    worth: Decimal


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of what failed inspection."""
    order, receipt = case.order, case.receipt
    assert order is not None, "an inspection without its order"
    assert receipt is not None, "an inspection without its receipt"
    failed = [seen for finding in case.findings if finding.code == CODE and (seen := _seen(order, finding))]
    if not failed:
        return
    yield _return(case, order, failed, tools)
    yield _again(case, failed)
    yield _concession(case, failed)
    yield _scrap(case, order, failed, tools)


def _seen(order: OrderSeen, finding: FindingSeen) -> Failed | None:
    line = order.line(int(finding.facts["line"]))
    if line is None:
        return None
    return Failed(
        receipt_line=int(finding.subject.rpartition("#")[2]),
        line=line,
        pieces=Decimal(str(finding.facts["quantity"])),
        inspections=tuple(finding.facts["inspections"]),
        worth=finding.stake,
    )


def _return(case: CaseSeen, order: OrderSeen, failed: list[Failed], tools: Tools) -> Draft:
    value = sum((rounded(one.pieces * one.line.price, order.currency) for one in failed), ZERO)
    back = tuple(
        Action(
            command={
                "type": "ReturnToSupplier",
                "entity": case.entity,
                "receipt": _receipt(case),
                "line": one.receipt_line,
                "quantity": text_of(one.pieces),
                "status": "inspection",
            },
            title=f"Return {_pieces(one)}",
        )
        for one in failed
    )
    return Draft(
        option="return_failed",
        title="Return what failed inspection",
        says=f"{_all(failed)} go back; {amount(value, order.currency)} are not owed for them.",
        actions=(*back, *_told(case, order, tools, "We send them back. Please replace them.")),
        amounts={"credit": value},
        evidence=case.evidence,
        score=Decimal(70),
        why="They are not what was ordered, and are not billed yet",
    )


def _inspections(failed: list[Failed]) -> list[str]:
    return [number for one in failed for number in one.inspections]


def _again(case: CaseSeen, failed: list[Failed]) -> Draft:
    asked = tuple(
        Action(
            command={
                "type": "AskReinspection",
                "entity": case.entity,
                "inspection": number,
                "reason": f"to be sure, asked on {case.number}",
            },
            title=f"Measure the pieces of {number} again",
        )
        for number in _inspections(failed)
    )
    return Draft(
        option="reinspect",
        title="Measure them again",
        says=f"{_all(failed)} wait for another measurement. The first readings are kept beside the new ones.",
        actions=asked,
        evidence=case.evidence,
        waits_days=AGAIN_DAYS,
        score=Decimal(55),
        why="A second reading is the cheapest way to find a mistaken one",
    )


def _concession(case: CaseSeen, failed: list[Failed]) -> Draft:
    released = tuple(
        Action(
            command={
                "type": "ReleaseInspection",
                "entity": case.entity,
                "inspection": number,
                "released_by": "",
                "reason": f"use as is, a concession decided on {case.number}",
            },
            title=f"Take the pieces of {number} as they are",
            says="A deviation that stays on record",
        )
        for number in _inspections(failed)
    )
    return Draft(
        option="accept_with_concession",
        title="Accept them with a concession",
        says=f"{_all(failed)} become available as they are. The deviation is kept with who answers for it.",
        actions=released,
        evidence=case.evidence,
        score=Decimal(30),
        why="When what is off does not matter for their use",
    )


def _scrap(case: CaseSeen, order: OrderSeen, failed: list[Failed], tools: Tools) -> Draft:
    value = sum((one.worth for one in failed), ZERO)
    gone = tuple(
        Action(
            command={"type": "ScrapFailed", "entity": case.entity, "inspection": number},
            title=f"Scrap the pieces of {number}",
        )
        for number in _inspections(failed)
    )
    reasons = [
        {
            "code": CODE,
            "says": f"{_pieces(one)} failed inspection",
            "amount": text_of(rounded(one.pieces * one.line.price, order.currency)),
            "line": one.line.line,
            "quantity": text_of(one.pieces),
        }
        for one in failed
    ]
    total = sum((Decimal(str(reason["amount"])) for reason in reasons), ZERO)
    claim = Action(
        command={
            "type": "OpenClaim",
            "entity": case.entity,
            "supplier": order.supplier,
            "reasons": reasons,
            "receipt": _receipt(case),
            "order": order.number,
            "currency": order.currency,
        },
        title="Open supplier claim",
        says="failed inspection",
        amount=total,
    )
    return Draft(
        option="scrap_failed",
        title="Scrap what failed and claim it",
        says=f"{_all(failed)} are written off; {amount(total, order.currency)} are claimed.",
        actions=(*gone, claim, *_told(case, order, tools, "We scrap them and claim their price.")),
        amounts={"writes_off": value, "disputes": total},
        evidence=case.evidence,
        score=Decimal(25),
        why="When sending them back costs more than they are worth",
    )


def _told(case: CaseSeen, order: OrderSeen, tools: Tools, wish: str) -> tuple[Action, ...]:
    outside = listed([finding.says for finding in case.findings if finding.code == CODE])
    sentences = (f"Of your delivery {_receipt(case)} for {order.number}, pieces failed inspection. {outside}.", wish)
    return letter(case, tools, sentences, subject=f"{order.number}: failed inspection", says="Says what was measured")


def _pieces(one: Failed) -> str:
    return f"{quantity(one.pieces)} of {one.line.description}"


def _all(failed: list[Failed]) -> str:
    return listed([_pieces(one) for one in failed])


def _receipt(case: CaseSeen) -> str:
    assert case.receipt is not None
    return case.receipt.number
