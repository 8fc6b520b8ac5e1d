"""Ways out when pieces of a lot will not be used in time: where they are used, back, out of use, or written off.

There is no price list for sales in these books, so a promotion or a discount is not among them: a person can agree on one
outside, and the case closes by itself when the demand it brings is planned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from agents.propose.letters import letter
from agents.tools import CaseSeen, FindingSeen, LotPlace, LotSeen, Tools
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.wording import amount, quantity

AVAILABLE = "available"


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out for each lot of the case."""
    for finding in case.of("lot_expiry"):
        facts = finding.facts
        seen = tools.lot(str(facts["item"]), str(facts["lot"]), str(facts["site"]))
        yield from _transfers(case, finding, seen)
        yield from _returns(case, finding, seen, tools)
        yield from _hold(case, finding, seen)
        yield from _scrap(case, finding, seen)


def _transfers(case: CaseSeen, finding: FindingSeen, seen: LotSeen) -> Iterator[Draft]:
    """Move pieces to the sites that would use them in time, each a way of its own."""
    surplus = _surplus(finding)
    for other in seen.elsewhere:
        moved = min(other.available, surplus)
        steps = [
            Action(
                command=_on_lot(case, finding, "TransferStock", place, part, to_site=other.site),
                title=f"Transfer {quantity(part)} to {other.name}",
            )
            for place, part in _shares(seen, moved)
        ]
        if steps:
            yield Draft(
                option=f"transfer_lot {finding.facts['lot']} {other.site}",
                title=f"Transfer {quantity(moved)} of lot {finding.facts['lot']} to {other.name}",
                says=f"{other.name} uses {quantity(moved)} of it before its last useful day, and has nothing else for that.",
                actions=tuple(steps),
                evidence=case.evidence,
                score=Decimal(80) if moved == surplus else Decimal(65),
                why="All of it is used in time" if moved == surplus else "A part of it is used in time",
            )


def _returns(case: CaseSeen, finding: FindingSeen, seen: LotSeen, tools: Tools) -> Iterator[Draft]:
    """Send pieces back to who delivered them, as far as they are not billed: billed ones are claimed instead."""
    surplus = _surplus(finding)
    for line in seen.receipts:
        part = min(line.returnable, (surplus / line.unit_factor).quantize(Decimal("0.000001"), ROUND_DOWN))
        if part <= ZERO:
            continue
        value = rounded(part * line.unit_cost, case.currency)
        name = line.supplier.name
        what = f"{quantity(part * line.unit_factor)} of lot {finding.facts['lot']} of {finding.facts['item']}"
        sentences = (
            f"From your delivery {line.receipt} for {line.order} we have {what} that we cannot use before they expire.",
            "We send them back and do not pay for them. Please tell us if you disagree before they leave.",
        )
        send_back = Action(
            command={
                "entity": case.entity,
                "type": "ReturnToSupplier",
                "receipt": line.receipt,
                "line": line.line,
                "quantity": text_of(part),
                "status": line.status,
            },
            title=f"Return {what} from {line.receipt}",
        )
        of_supplier = replace(case, supplier=line.supplier)
        told = letter(
            of_supplier, tools, sentences, subject=f"{line.order}: goods going back", says="Says what goes back and why"
        )
        yield Draft(
            option=f"return_lot {line.receipt}",
            title=f"Return {what} to {name}",
            says=f"{amount(value, case.currency)} are not owed for them; {name} has to agree, which nobody has asked yet.",
            actions=(send_back, *told),
            amounts={"credit": value},
            evidence=case.evidence,
            score=Decimal(55),
            why="They are not billed yet",
        )


def _hold(case: CaseSeen, finding: FindingSeen, seen: LotSeen) -> Iterator[Draft]:
    """Take what nobody will use out of use: nobody picks it by mistake, and it keeps its value until somebody decides."""
    steps = [
        Action(
            command=_on_lot(case, finding, "HoldStock", place, part, reason=_reason(finding)),
            title=f"Hold {quantity(part)}{f' at {place.location}' if place.location else ''}",
        )
        for place, part in _shares(seen, _surplus(finding))
    ]
    if steps:
        yield Draft(
            option="hold_lot",
            title=f"Put {_pieces(finding)} on hold",
            says="They stay on hand at their value and are promised to nobody until somebody releases or scraps them.",
            actions=tuple(steps),
            evidence=case.evidence,
            score=Decimal(60) if finding.facts["expired"] else Decimal(45),
            why="Nobody can be sent them by mistake",
        )


def _scrap(case: CaseSeen, finding: FindingSeen, seen: LotSeen) -> Iterator[Draft]:
    shares = _shares(seen, _surplus(finding))
    if not shares:
        return
    each = finding.stake / _surplus(finding)
    value = rounded(sum((part for _, part in shares), ZERO) * each, case.currency)
    yield Draft(
        option="scrap_lot",
        title=f"Scrap {_pieces(finding)}",
        says=f"{amount(value, case.currency)} are written off.",
        actions=tuple(
            Action(
                command=_on_lot(case, finding, "AdjustStock", place, -part, reason=_reason(finding)),
                title=f"Scrap {quantity(part)} {place.location}".rstrip(),
            )
            for place, part in shares
        ),
        amounts={"writes_off": value},
        evidence=case.evidence,
        score=Decimal(70) if finding.facts["expired"] else Decimal(25),
        why="It has expired" if finding.facts["expired"] else "Only when nobody else takes it",
    )


def _on_lot(
    case: CaseSeen, finding: FindingSeen, kind: str, place: LotPlace, count: Decimal, **more: str
) -> dict[str, object]:
    facts = finding.facts
    return {
        "entity": case.entity,
        "type": kind,
        "item": facts["item"],
        "site": facts["site"],
        "lot": facts["lot"],
        "location": place.location,
        "quantity": text_of(count),
        **more,
    }


def _shares(seen: LotSeen, count: Decimal) -> list[tuple[LotPlace, Decimal]]:
    """From which places so many pieces are taken: available ones only, place by place."""
    shares: list[tuple[LotPlace, Decimal]] = []
    for place in seen.places:
        part = min(place.quantity, count)
        if place.status == AVAILABLE and part > ZERO:
            shares.append((place, part))
            count -= part
    return shares


def _surplus(finding: FindingSeen) -> Decimal:
    return Decimal(str(finding.facts["quantity"]))


def _pieces(finding: FindingSeen) -> str:
    return f"{quantity(_surplus(finding))} of lot {finding.facts['lot']}"


def _reason(finding: FindingSeen) -> str:
    return f"lot {finding.facts['lot']} expires on {finding.facts['expires_on']}"
