"""Ways out when a supplier promises later, less or dearer than ordered, or says nothing at all.

The supplier's word is on the card as that. Accepting a date moves our own need; what stays is asked for in a letter.
"""

from collections.abc import Iterable
from decimal import Decimal

from agents.propose.letters import letter
from agents.tools import CaseSeen, OrderLineSeen, OrderSeen, Tools
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, percent
from core.wording import amount, day, listed, plural, price, quantity
from core.wording import percent as percent_words

CHASE_DAYS = 2


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of what a supplier confirmed, or did not."""
    order = case.order
    assert order is not None, "a confirmation case without an order"
    if case.has("unconfirmed_order"):
        yield _chase(case, order, tools)
        yield _cancel_rest(case, order, order.lines, "never confirmed", score=Decimal(10))
    late = [line for line in order.lines if line.open and line.promised and line.promised > line.need_by]
    if case.has("supplier_delay") and late:
        yield _accept_delay(case, order, late)
        yield _expedite(case, order, late, tools)
    short = [
        line for line in order.lines if line.confirmed is not None and line.confirmed < line.ordered - line.cancelled
    ]
    if case.has("supplier_short_confirmation") and short:
        yield _backorder(case, order, short, tools)
        yield _cancel_missing(case, order, short)
    touched = {line.line: line for line in (*late, *short)}
    if touched:
        yield from _transfers(case, order, list(touched.values()), tools)
    dearer = [
        line
        for line in order.lines
        if line.open and line.confirmed_price is not None and line.confirmed_price != line.price
    ]
    if case.has("supplier_price_change") and dearer:
        yield _hold_to_order(case, order, dearer, tools)
        yield _accept_price(case, order, dearer)
        yield _cancel_rest(case, order, dearer, "price not accepted", score=Decimal(10))


def _accept_delay(case: CaseSeen, order: OrderSeen, late: list[OrderLineSeen]) -> Draft:
    slips = max((line.promised - line.need_by).days for line in late if line.promised)
    actions = tuple(
        _action(
            case,
            {"type": "AcceptPromise", "order": order.number, "line": line.line, "need_by": str(line.promised)},
            title=f"Need {line.description} by {day(line.promised)}",
            says=f"was {day(line.need_by)}",
        )
        for line in late
        if line.promised
    )
    return Draft(
        option="accept_delay",
        title="Accept the new date",
        says=f"{plural(len(late), 'line')} of {order.number} come {plural(slips, 'day')} later than needed.",
        actions=actions,
        flags={"relies_on_claim": True},
        slips_days=slips,
        evidence=case.evidence,
        score=Decimal(70) - slips,
        why=f"The date is {_party(case)}'s word",
    )


def _expedite(case: CaseSeen, order: OrderSeen, late: list[OrderLineSeen], tools: Tools) -> Draft:
    lines = listed([f"{line.description} by {day(line.need_by)}" for line in late])
    sentences = (
        f"You moved the delivery of {order.number}.",
        f"We need {lines}.",
        "Please tell us what you can do to keep these dates, at least for a part, and what it would cost.",
    )
    return Draft(
        option="expedite",
        title="Ask the supplier to expedite",
        says="Nothing of ours changes yet; the case waits for the answer.",
        actions=letter(case, tools, sentences, subject=f"{order.number}: delivery date", says="Asks to keep our dates"),
        evidence=case.evidence,
        waits_days=CHASE_DAYS,
        score=Decimal(55),
        why="A part on time is often possible",
    )


def _backorder(case: CaseSeen, order: OrderSeen, short: list[OrderLineSeen], tools: Tools) -> Draft:
    sentences = (
        f"You confirmed less than we ordered on {order.number}:",
        "; ".join(f"{line.description}: {_q(line.confirmed)} of {quantity(line.ordered)}" for line in short) + ".",
        "We keep the rest on order. Please tell us when it comes.",
    )
    missing = sum((line.ordered - line.cancelled - (line.confirmed or ZERO) for line in short), ZERO)
    return Draft(
        option="backorder_rest",
        title="Take what is confirmed, keep the rest on order",
        says=f"{plural(missing, 'piece')} stay on order; the supplier is asked for a date.",
        actions=letter(case, tools, sentences, subject=f"{order.number}: the rest", says="Asks when the rest comes"),
        evidence=case.evidence,
        waits_days=CHASE_DAYS,
        score=Decimal(75),
        why="Nothing is given up",
    )


def _cancel_missing(case: CaseSeen, order: OrderSeen, short: list[OrderLineSeen]) -> Draft:
    actions = tuple(
        _action(
            case,
            {
                "type": "AmendQuantity",
                "order": order.number,
                "line": line.line,
                "quantity": text_of(max(line.confirmed or ZERO, line.came) + line.cancelled),
            },
            title=f"Order {_q(line.confirmed)} of {line.description}",
            says=f"was {quantity(line.ordered)}",
        )
        for line in short
        if (line.confirmed or ZERO) > 0
    )
    return Draft(
        option="cancel_missing",
        title="Take what is confirmed, cancel the rest",
        says="The order is amended to what the supplier confirmed.",
        actions=actions,
        flags={"relies_on_claim": True},
        evidence=case.evidence,
        score=Decimal(35),
        why="Only when the rest is not needed",
    )


def _transfers(case: CaseSeen, order: OrderSeen, lines: list[OrderLineSeen], tools: Tools) -> Iterable[Draft]:
    """Move what another site can spare, for one item at a time, so that each stands on its own."""
    for line in lines:
        missing = line.open if line.confirmed is None else max(line.ordered - line.cancelled - line.confirmed, ZERO)
        short = missing * line.unit_factor
        others = [s for s in tools.stock(line.item) if s.site != order.site and s.available > 0]
        if not others or short <= 0:
            continue
        best = max(others, key=lambda s: (s.available, s.site))
        move = min(best.available, short)
        yield Draft(
            option=f"transfer {line.item} {best.site}",
            title=f"Transfer {quantity(move)} of {line.description} from {best.name}",
            says=f"{best.name} has {quantity(best.available)} available; {quantity(short)} are late or missing.",
            actions=(
                _action(
                    case,
                    {
                        "type": "TransferStock",
                        "item": line.item,
                        "site": best.site,
                        "to_site": order.site,
                        "quantity": text_of(move),
                    },
                    title=f"Transfer {quantity(move)} from {best.name}",
                ),
            ),
            evidence=case.evidence,
            score=Decimal(60) if move == short else Decimal(45),
            why="Covers the gap" if move == short else "Covers a part of the gap",
        )


def _hold_to_order(case: CaseSeen, order: OrderSeen, dearer: list[OrderLineSeen], tools: Tools) -> Draft:
    sentences = (
        f"You confirmed {order.number} at other prices than we ordered:",
        "; ".join(f"{line.description}: {_p(line.confirmed_price)} instead of {price(line.price)}" for line in dearer)
        + ".",
        "We ordered at the agreed prices and have no notice of new ones. Please confirm at our prices, or send the notice.",
    )
    return Draft(
        option="hold_to_price",
        title="Hold the supplier to the order's price",
        says=f"The order stays as it is; {_party(case)} is asked to confirm our price.",
        actions=letter(case, tools, sentences, subject=f"{order.number}: prices", says="Asks to confirm our prices"),
        evidence=case.evidence,
        waits_days=CHASE_DAYS,
        score=Decimal(75),
        why="Nothing attests the new price",
    )


def _accept_price(case: CaseSeen, order: OrderSeen, dearer: list[OrderLineSeen]) -> Draft:
    more = sum(((line.confirmed_price or line.price) - line.price) * line.open for line in dearer)
    worst = max(percent((line.confirmed_price or line.price) - line.price, line.price) for line in dearer)
    actions = tuple(
        _action(
            case,
            {
                "type": "AmendPrice",
                "order": order.number,
                "line": line.line,
                "price": text_of(line.confirmed_price or line.price),
            },
            title=f"{line.description} at {_p(line.confirmed_price)}",
            says=f"was {price(line.price)}",
        )
        for line in dearer
    )
    return Draft(
        option="accept_price_change",
        title="Accept the new price",
        says=f"The order costs {amount(Decimal(more), order.currency)} more, {percent_words(worst)} at most on a line.",
        actions=actions,
        amounts={
            "commits": max(Decimal(more), ZERO),
            "price_variance_pct": max(worst, ZERO),
            "price_variance_amount": max(Decimal(more), ZERO),
        },
        flags={"relies_on_claim": True},
        evidence=case.evidence,
        score=Decimal(45),
        why=f"The price is {_party(case)}'s word",
    )


def _chase(case: CaseSeen, order: OrderSeen, tools: Tools) -> Draft:
    sentences = (
        f"We have not received your confirmation of our order {order.number} yet.",
        "Please confirm quantities, prices and dates.",
    )
    return Draft(
        option="chase",
        title="Chase the confirmation",
        says="The supplier is asked to confirm; the case waits for the answer.",
        actions=letter(case, tools, sentences, subject=f"{order.number}: your confirmation", says="Asks to confirm"),
        evidence=case.evidence,
        waits_days=CHASE_DAYS,
        score=Decimal(80),
        why="Most are confirmed after one reminder",
    )


def _cancel_rest(
    case: CaseSeen, order: OrderSeen, lines: Iterable[OrderLineSeen], reason: str, *, score: Decimal
) -> Draft:
    actions = tuple(
        _action(
            case,
            {"type": "CancelRest", "order": order.number, "line": line.line, "reason": reason},
            title=f"Cancel {quantity(line.open)} of {line.description}",
        )
        for line in lines
        if line.open
    )
    return Draft(
        option="cancel_rest",
        title="Cancel what is open",
        says=f"{plural(len(actions), 'line')} of {order.number} are cancelled.",
        actions=actions,
        evidence=case.evidence,
        score=score,
        why="Only when another source is sure",
    )


def _action(case: CaseSeen, command: dict[str, object], *, title: str, says: str = "") -> Action:
    return Action(command={"entity": case.entity, **command}, title=title, says=says)


def _party(case: CaseSeen) -> str:
    return case.supplier.name if case.supplier else "the supplier"


def _q(value: Decimal | None) -> str:
    return quantity(value or ZERO)


def _p(value: Decimal | None) -> str:
    return price(value or ZERO)
