"""Ways out of an invoice that does not match: pay what arrived, accept a price, dispute a charge, wait.

Figures come from the three-way match alone. What we pay is never above what was billed, received and ordered, unless a
person takes the supplier's price, and then the card says that it rests on a claim.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from agents.propose.options.invoice_figures import (
    accepted,
    amounts,
    claim,
    editable,
    line_amount,
    post,
    reasons,
    tell,
)
from agents.propose.options.invoice_papers import (
    PAPER_CODES,
    ask_credit_note,
    ask_for_correction,
    credit_note,
    duplicate,
    hold,
    without_order,
)
from agents.tools import CaseSeen, Tools
from core.deciding.proposals import Draft
from core.money import ZERO, rounded
from core.payables.match import Match
from core.wording import amount, listed, percent, plural

ROUNDING_MAX = Decimal("1.00")
"""A total that is off its own lines by more than this is a mistake, and no rounding. Policy may allow less."""


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of the invoice of a case."""
    assert case.invoice is not None, "an invoice case without an invoice"
    match = tools.match(case.invoice)
    if case.has("invoice_duplicate"):
        yield from duplicate(case, match, tools)
        return
    if any(finding.facts.get("papers_differ") for finding in case.of("fact_conflict")):
        yield replace(ask_for_correction(case, match, tools), score=Decimal(75))
        yield hold(case, match, "until somebody knows which of its papers counts", score=Decimal(70))
        return
    if match.kind == "credit_note" and match.bookable:
        yield from credit_note(case, match)
        return
    if case.has("invoice_without_order") or match.order is None:
        yield from without_order(case, match, tools)
        return
    if not match.bookable:
        yield hold(case, match, _why_not_bookable(match), score=Decimal(60))
        yield ask_for_correction(case, match, tools)
        return
    if match.should_pay > 0:
        yield _paid(case, match, tools)
    if case.has("invoice_price_variance") and match.should_pay > 0:
        yield accept_price(case, match, tools)
    if case.has("charge_unplanned") and match.should_pay - match.freight_unplanned > 0:
        yield dispute_charge(case, match, tools)
    if case.has("invoice_before_receipt", "invoice_quantity_variance"):
        yield hold(case, match, "until the goods are here", score=_hold_score(case, match))
    if case.has("invoice_quantity_variance", "invoice_price_variance"):
        yield ask_credit_note(case, match, tools)
    if case.has(*PAPER_CODES):
        yield ask_for_correction(case, match, tools)
    if case.has("fact_conflict"):
        yield hold(case, match, "until units and items are settled", score=Decimal(70))


def _why_not_bookable(match: Match) -> str:
    if match.currency != match.order_currency:
        return f"in another currency than the order, which is in {match.order_currency}"
    return f"until somebody says what {match.currency} is worth"


def short_pay(
    case: CaseSeen, match: Match, tools: Tools, edits: Mapping[str, Decimal] | None = None, *, option: str = "short_pay"
) -> Draft:
    """Pay for what arrived at the order's price, claim the rest, and tell the supplier. With `edits` a person's own
    figures: "quantity.1", "price.2", within what was billed."""
    lines = [accepted(line, edits or {}) for line in match.lines]
    lines = [one for one in lines if one.quantity > 0 and (one.price >= 0 or one.line.kind == "charge")]
    net = sum((line_amount(one, match.currency) for one in lines), ZERO)
    tax = min(match.tax_billed, rounded(net * match.tax_rate / 100, match.currency))
    rounding = match.rounding if abs(match.rounding) <= ROUNDING_MAX else ZERO
    pays = net + tax + rounding
    disputes = max(match.total_billed - pays, ZERO)
    above = [one for one in lines if one.line.kind == "goods" and one.price > (one.line.order_price or one.price)]
    why_claimed = reasons(match, lines)
    actions = [post(case, match, lines, tax, rounding, short=disputes > 0)]
    if why_claimed:
        actions.append(claim(case, match, why_claimed))
        actions.extend(tell(case, match, tools, why_claimed))
    missing = sum((one.quantity_over for one in match.lines), ZERO)
    kept = f", keep {plural(missing, 'piece')} on order" if missing and match.way == "three-way" else ""
    dispute = f", dispute {amount(disputes, match.currency)}" if disputes else ""
    title = "Pay for what arrived, claim the rest" if disputes else "Post as billed"
    if above:
        title = "Pay for what arrived, accept the price"
    return Draft(
        option=option,
        title=title,
        says=f"Pay {amount(pays, match.currency)}{dispute}{kept}.",
        actions=tuple(actions),
        amounts=amounts(match, pays=pays, disputes=disputes),
        flags={"relies_on_claim": bool(above)},
        evidence=case.evidence,
        editable=editable(match, lines),
        score=Decimal(90) if not case.has(*PAPER_CODES) else Decimal(55),
        why=_why(match),
    )


def _paid(case: CaseSeen, match: Match, tools: Tools) -> Draft:
    """What arrived is paid. Where that is all that was billed and the paper itself is wrong, it is paid against its checks,
    which is an override and judged as one."""
    draft = short_pay(case, match, tools)
    if not case.has(*PAPER_CODES) or draft.amounts["disputes"] > 0:
        return draft
    title = "Post as billed, although the paper breaks its rules"
    return replace(draft, option="override_figures", title=title, why="Every figure of the match holds", editable=())


def accept_price(case: CaseSeen, match: Match, tools: Tools) -> Draft:
    """Take the supplier's price for what arrived: the difference is posted as a price variance."""
    edits = {
        f"price.{line.line}": line.billed_price
        for line in match.lines
        if line.kind == "goods" and line.billed_price is not None and line.over_for_price > 0
    }
    draft = short_pay(case, match, tools, edits, option="accept_price")
    return replace(
        draft, title="Accept the new price, pay for what arrived", score=Decimal(50), why="Rests on the supplier's word"
    )


def dispute_charge(case: CaseSeen, match: Match, tools: Tools) -> Draft:
    """Pay the goods, and of the charges what was agreed."""
    left = match.freight_agreed
    charges: dict[str, Decimal] = {}
    for line in match.lines:
        if line.kind == "charge" and line.was_billed > 0:
            agreed = min(left, line.was_billed)
            left -= agreed
            charges |= {f"price.{line.line}": agreed} if agreed else {f"quantity.{line.line}": ZERO}
    draft = short_pay(case, match, tools, charges, option="dispute_charge")
    return replace(
        draft, title="Pay the goods, dispute the charge", score=Decimal(40), why="The charge is not on the order"
    )


def matched(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """An invoice that matches in every figure, posted as billed, or held by somebody who knows better."""
    assert case.invoice is not None, "an invoice case without an invoice"
    match = tools.match(case.invoice)
    if match.kind == "credit_note":
        yield from credit_note(case, match)
        return
    yield replace(short_pay(case, match, tools, option="post_matched"), title="Post as billed, every figure matches")
    yield hold(case, match, "although every figure matches", score=Decimal(10))


def _why(match: Match) -> str:
    over = [f"{plural(line.quantity_over, 'piece')} not received" for line in match.lines if line.quantity_over]
    over += [f"price up {percent(line.price_over_pct)}" for line in match.lines if line.over_for_price > 0]
    return listed(over[:3]) if over else "Every figure matches"


def _hold_score(case: CaseSeen, match: Match) -> Decimal:
    """Holding comes first while nothing at all arrived, and last when there is something to pay."""
    return Decimal(95) if match.should_pay <= match.freight else Decimal(30)
