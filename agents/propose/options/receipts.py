"""Ways out of a delivery that is short, too much or damaged. The dock's count is attested; the delivery note is not."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from agents.propose.letters import letter
from agents.tools import CaseSeen, OrderLineSeen, OrderSeen, ReceiptLineSeen, Tools
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.wording import amount, listed, plural, quantity

WAIT_DAYS = 3
DISCOUNT = Decimal("0.30")
"""Share of the price claimed back when damaged goods are kept. A start for the talk; a person edits it."""


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of what the dock found."""
    order, receipt = case.order, case.receipt
    assert order is not None, "a receipt case without its order"
    assert receipt is not None, "a receipt case without its receipt"
    counted = [(line, seen) for seen in receipt.lines if (line := order.line(seen.order_line)) is not None]
    missing = [(line, seen) for line, seen in counted if line.open > 0]
    if case.has("short_receipt") and missing:
        yield _keep_open(case, order, missing, tools)
        yield _close_short(case, order, missing)
        yield from _transfer(case, order, missing, tools)
    over = [(line, seen) for line, seen in counted if line.excess > 0]
    if case.has("over_receipt") and over:
        yield _keep_excess(case, order, over)
        yield _return_excess(case, order, over)
    damaged = [(line, seen) for line, seen in counted if seen.damaged_left > 0]
    if case.has("damaged_receipt") and damaged:
        yield _return_damaged(case, order, damaged, tools)
        yield _scrap(case, order, damaged, tools)
        yield _keep_at_discount(case, order, damaged, tools)


Counted = list[tuple[OrderLineSeen, ReceiptLineSeen]]


def _keep_open(case: CaseSeen, order: OrderSeen, missing: Counted, tools: Tools) -> Draft:
    what = listed([f"{quantity(line.open)} of {line.description}" for line, _ in missing])
    sentences = (
        f"Your delivery {_receipt(case)} for {order.number} was short: {what} did not arrive.",
        "We keep them on order. Please tell us when they come; what is billed and did not arrive we will not pay.",
    )
    return Draft(
        option="keep_open",
        title="Keep the rest on order",
        says=f"{what} stay on order; the supplier is told.",
        actions=letter(
            case, tools, sentences, subject=f"{order.number}: short delivery", says="Asks when the rest comes"
        ),
        amounts={"disputes": ZERO},
        evidence=case.evidence,
        waits_days=WAIT_DAYS,
        score=Decimal(80),
        why="The order still holds",
    )


def _close_short(case: CaseSeen, order: OrderSeen, missing: Counted) -> Draft:
    return Draft(
        option="close_short",
        title="Close the order short",
        says="What did not come is no longer expected, and will not be paid.",
        actions=tuple(
            _action(
                case,
                {
                    "type": "CloseShort",
                    "order": order.number,
                    "line": line.line,
                    "reason": f"short on {_receipt(case)}",
                },
                title=f"Close {line.description} short by {quantity(line.open)}",
            )
            for line, _ in missing
        ),
        evidence=case.evidence,
        score=Decimal(40),
        why="Only when the rest is not needed",
    )


def _transfer(case: CaseSeen, order: OrderSeen, missing: Counted, tools: Tools) -> Iterable[Draft]:
    for line, _ in missing:
        others = [s for s in tools.stock(line.item) if s.site != order.site and s.available > 0]
        if not others:
            continue
        best = max(others, key=lambda s: (s.available, s.site))
        gap = line.open * line.unit_factor
        move = min(best.available, gap)
        yield Draft(
            option=f"transfer {line.item} {best.site}",
            title=f"Transfer {quantity(move)} of {line.description} from {best.name}",
            says=f"{best.name} has {quantity(best.available)} available; the order stays open.",
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
            score=Decimal(50),
            why="Covers the gap" if move == gap else "Covers a part of the gap",
        )


def _keep_excess(case: CaseSeen, order: OrderSeen, over: Counted) -> Draft:
    commits = sum((rounded(line.excess * line.price, order.currency) for line, _ in over), ZERO)
    return Draft(
        option="accept_over",
        title="Keep what came and amend the order",
        says=f"The order grows by {amount(commits, order.currency)} at its own prices.",
        actions=tuple(
            _action(
                case,
                {
                    "type": "AmendQuantity",
                    "order": order.number,
                    "line": line.line,
                    "quantity": text_of(line.came + line.cancelled),
                },
                title=f"Order {quantity(line.came + line.cancelled)} of {line.description}",
                says=f"was {quantity(line.ordered)}",
            )
            for line, _ in over
        ),
        amounts={
            "commits": commits,
            "quantity_over_pct": max(line.excess / line.ordered * 100 for line, _ in over).quantize(Decimal("0.0001")),
        },
        evidence=case.evidence,
        score=Decimal(60),
        why="The goods are here and sell",
    )


def _return_excess(case: CaseSeen, order: OrderSeen, over: Counted) -> Draft:
    return Draft(
        option="return_excess",
        title="Return what is too much",
        says=f"{plural(sum((line.excess for line, _ in over), ZERO), 'piece')} go back at their cost.",
        actions=tuple(
            _return(
                case,
                seen,
                min(line.excess, seen.quantity),
                "inspection" if seen.in_inspection >= min(line.excess, seen.quantity) else "available",
                line,
            )
            for line, seen in over
        ),
        amounts={"credit": sum((rounded(line.excess * line.price, order.currency) for line, _ in over), ZERO)},
        evidence=case.evidence,
        score=Decimal(45),
        why="It was not ordered",
    )


def _return_damaged(case: CaseSeen, order: OrderSeen, damaged: Counted, tools: Tools) -> Draft:
    value = _value(order, damaged)
    return Draft(
        option="return_damaged",
        title="Return the damaged pieces",
        says=f"{_pieces(damaged)} go back; {amount(value, order.currency)} are not owed for them.",
        actions=(
            *(_return(case, seen, seen.damaged_left, "damaged", line) for line, seen in damaged),
            *_complain(case, order, damaged, tools, "We send them back. Please replace them."),
        ),
        amounts={"credit": value},
        evidence=case.evidence,
        score=Decimal(70),
        why="Costs nothing but the freight",
    )


def _scrap(case: CaseSeen, order: OrderSeen, damaged: Counted, tools: Tools) -> Draft:
    value = _value(order, damaged)
    return Draft(
        option="scrap_with_claim",
        title="Scrap the damaged pieces and claim them",
        says=f"{_pieces(damaged)} are written off; {amount(value, order.currency)} are claimed.",
        actions=(
            *(
                _action(
                    case,
                    {
                        "type": "ScrapDamaged",
                        "receipt": _receipt(case),
                        "line": seen.line,
                        "quantity": text_of(seen.damaged_left),
                    },
                    title=f"Scrap {quantity(seen.damaged_left)} of {line.description}",
                )
                for line, seen in damaged
            ),
            _claim(case, order, damaged, Decimal(1)),
            *_complain(case, order, damaged, tools, "We scrap them and claim their price."),
        ),
        amounts={"writes_off": value, "disputes": value},
        evidence=case.evidence,
        score=Decimal(50),
        why="Cheaper than sending back what is worth little",
    )


def _keep_at_discount(case: CaseSeen, order: OrderSeen, damaged: Counted, tools: Tools) -> Draft:
    value = sum((rounded(_each(line, seen) * DISCOUNT, order.currency) for line, seen in damaged), ZERO)
    return Draft(
        option="accept_at_discount",
        title="Keep the damaged pieces at a discount",
        says=f"{_pieces(damaged)} go into stock; {amount(value, order.currency)} are claimed back.",
        actions=(
            *(
                _action(
                    case,
                    {
                        "type": "AcceptDamaged",
                        "receipt": _receipt(case),
                        "line": seen.line,
                        "quantity": text_of(seen.damaged_left),
                    },
                    title=f"Take {quantity(seen.damaged_left)} of {line.description} into stock",
                )
                for line, seen in damaged
            ),
            _claim(case, order, damaged, DISCOUNT),
            *_complain(case, order, damaged, tools, f"We can keep them at a discount of {DISCOUNT * 100:.0f}%."),
        ),
        amounts={"disputes": value},
        evidence=case.evidence,
        score=Decimal(30),
        why="When the damage is slight",
    )


def _return(case: CaseSeen, seen: ReceiptLineSeen, count: Decimal, status: str, line: OrderLineSeen) -> Action:
    return _action(
        case,
        {
            "type": "ReturnToSupplier",
            "receipt": _receipt(case),
            "line": seen.line,
            "quantity": text_of(count),
            "status": status,
        },
        title=f"Return {quantity(count)} of {line.description}",
    )


def _claim(case: CaseSeen, order: OrderSeen, damaged: Counted, share: Decimal) -> Action:
    reasons = [
        {
            "code": "damaged_receipt",
            "says": f"{quantity(seen.damaged_left)} of {line.description} arrived damaged",
            "amount": text_of(rounded(_each(line, seen) * share, order.currency)),
            "line": line.line,
            "quantity": text_of(seen.damaged_left),
        }
        for line, seen in damaged
    ]
    total = sum((Decimal(str(reason["amount"])) for reason in reasons), ZERO)
    command = {
        "type": "OpenClaim",
        "supplier": order.supplier,
        "reasons": reasons,
        "receipt": _receipt(case),
        "order": order.number,
        "currency": order.currency,
    }
    action = _action(case, command, title="Open supplier claim", says="arrived damaged")
    return Action(command=action.command, title=action.title, says=action.says, amount=total)


def _complain(case: CaseSeen, order: OrderSeen, damaged: Counted, tools: Tools, wish: str) -> tuple[Action, ...]:
    what = listed([f"{quantity(seen.damaged_left)} of {line.description}" for line, seen in damaged])
    sentences = (f"Of your delivery {_receipt(case)} for {order.number}, {what} arrived damaged.", wish)
    return letter(case, tools, sentences, subject=f"{order.number}: damaged goods", says="Says what arrived damaged")


def _value(order: OrderSeen, damaged: Counted) -> Decimal:
    return sum((rounded(_each(line, seen), order.currency) for line, seen in damaged), ZERO)


def _each(line: OrderLineSeen, seen: ReceiptLineSeen) -> Decimal:
    return seen.damaged_left * line.price


def _pieces(damaged: Counted) -> str:
    return plural(sum((seen.damaged_left for _, seen in damaged), ZERO), "piece")


def _receipt(case: CaseSeen) -> str:
    assert case.receipt is not None, "a receipt case without its receipt"
    return case.receipt.number


def _action(case: CaseSeen, command: Mapping[str, object], *, title: str, says: str = "") -> Action:
    return Action(command={"entity": case.entity, **command}, title=title, says=says)
