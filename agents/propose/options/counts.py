"""Ways out when a count differs from the books by more than is tolerated: count again, stand for what was counted, or look
into what moved since the line was counted last. Why it differs is said by whoever decides, and by nobody before."""

from collections.abc import Iterable
from decimal import Decimal

from agents.tools import CaseSeen, Tools
from core.counting.looking_into import CountSeen, LineSeen
from core.deciding.proposals import Action, Draft
from core.money import ZERO
from core.wording import amount, day, listed, plural, quantity

RECOUNT_DAYS, LOOK_DAYS = 1, 2
SAME_TWICE = 2
"""So many scans in a row that agree are as good as a count gets."""


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """The three ways for all lines of the case together. Only a person who did not count carries the second."""
    found = [(str(one.facts["count"]), int(str(one.facts["line"]))) for one in case.of("stock_variance")]
    for number in dict.fromkeys(count for count, _ in found):
        count = tools.count(number)
        wanted = {line for of, line in found if of == number}
        lines = [seen for seen in count.lines if seen.line.line in wanted]
        if lines:
            yield _recount(case, count, lines)
            yield _accept(case, count, lines)
            yield _investigate(case, count, lines)


def _agreed(seen: LineSeen) -> bool:
    """Whether the last two scans found the same difference."""
    last = [scan.counted - scan.expected for scan in seen.scans[-SAME_TWICE:]]
    return len(last) == SAME_TWICE and len(set(last)) == 1


def _recount(case: CaseSeen, count: CountSeen, lines: list[LineSeen]) -> Draft:
    agreed = all(_agreed(seen) for seen in lines)
    scans = max(len(seen.scans) for seen in lines)
    command = {
        "type": "CountAgain",
        "entity": case.entity,
        "count": count.number,
        "lines": [seen.line.line for seen in lines],
    }
    return Draft(
        option="recount",
        title="Count again",
        says=f"{plural(len(lines), 'line')} counted {plural(scans, 'time')} so far. What was scanned stays on record; the"
        " case waits for the next scan.",
        actions=(Action(command=command, title=f"Count {listed([_where(seen) for seen in lines[:3]])} again"),),
        evidence=case.evidence,
        waits_days=RECOUNT_DAYS,
        score=Decimal(30) if agreed else Decimal(70),
        why="Counted twice alike" if agreed else "A second look is the cheapest way to find a miscount",
    )


def _accept(case: CaseSeen, count: CountSeen, lines: list[LineSeen]) -> Draft:
    net = sum((seen.line.variance.value for seen in lines), ZERO)
    off = sum((abs(seen.line.variance.value) for seen in lines), ZERO)
    agreed = all(_agreed(seen) for seen in lines)
    confirm = tuple(
        Action(
            command={
                "type": "ConfirmVariance",
                "entity": case.entity,
                "count": count.number,
                "line": seen.line.line,
                "root_cause": None,
            },
            title=f"{_where(seen)}: {_difference(seen)}",
            says=f"Counted {_q(seen.line.counted)}, booked {_q(seen.line.expected)} at the scan",
            amount=seen.line.variance.value,
        )
        for seen in lines
    )
    post = {"type": "PostCount", "entity": case.entity, "count": count.number}
    whole = count.not_counted == 0
    rest = "" if whole else f" The count is posted once {plural(count.not_counted, 'more line')} are counted."
    word = "written off" if net < 0 else "found"
    return Draft(
        option="accept_count",
        title="Stand for what was counted" + (" and post the count" if whole else ""),
        says=f"{amount(abs(net), case.currency)} {word}. Who stands for it says why it differs.{rest}",
        actions=(*confirm, Action(command=post, title=f"Post {count.number}")) if whole else confirm,
        amounts={"writes_off": off},
        evidence=case.evidence,
        score=Decimal(75) if agreed else Decimal(40),
        why="Two scans found the same" if agreed else "The shelf is what is there",
    )


def _investigate(case: CaseSeen, count: CountSeen, lines: list[LineSeen]) -> Draft:
    """Nothing is booked: somebody looks into the moves, of which those that explain the difference alone are named."""
    suspects = [(seen, move) for seen in lines for move in seen.suspects]
    moves = sum(len(seen.moves) for seen in lines)
    told = [f"{move.document} ({_signed(move.quantity)} on {day(move.at.date())})" for _, move in suspects[:3]]
    return Draft(
        option="investigate",
        title="Look into the moves first",
        says=(
            f"{listed(told)} would explain it alone: look whether it was booked twice, or the wrong way."
            if told
            else f"None of {plural(moves, 'move')} since it was counted last explains it alone."
        )
        + " Nothing is booked meanwhile.",
        actions=(),
        evidence=case.evidence,
        waits_days=LOOK_DAYS,
        score=Decimal(72) if suspects else Decimal(35),
        why="One move explains the difference" if suspects else "The moves stand beside the count",
    )


def _where(seen: LineSeen) -> str:
    place = "".join(f" {part}" for part in (seen.line.location, seen.line.lot) if part)
    return f"{seen.line.item}{place}"


def _difference(seen: LineSeen) -> str:
    return f"{_signed(seen.line.variance.quantity)} {seen.unit}"


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{quantity(abs(value))}"


def _q(value: Decimal | None) -> str:
    return quantity(value or ZERO)
