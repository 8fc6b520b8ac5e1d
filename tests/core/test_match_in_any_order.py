"""However deliveries and bills of one order are split, and in whatever order they come, the findings at the end are the
same, and no more is payable in all than came and was billed."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.payables.match import match
from tests.core.kestrel import D, accept, bill, billed, company, open_cases, order, post, receive, standing

Event = tuple[str, int]  # "came" or "billed", and how many

parts = st.lists(st.integers(1, 60), min_size=1, max_size=3, unique=True)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """The same deliveries and bills in two orders of arrival."""
    events = [("came", count) for count in draw(parts)] + [("billed", count) for count in draw(parts)]
    return draw(st.permutations(events)), draw(st.permutations(events))


def lived(session: Session, events: list[Event]) -> tuple[list[tuple[str, str, Decimal]], Decimal]:
    """What stands on the bills after these events, by bill, and what is posted in all when each is paid as matched."""
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    bills = {}
    for what, count in events:
        if what == "came":
            receive(session, placed, str(count), final=False)
        else:
            number = f"{chr(64 + count // 26 + 1) * 3}-{chr(65 + count % 26) * 3}"  # far from every other number
            bills[count] = bill(session, number, billed("KF-M8X40", str(count), "1.00"), order=placed)
    found = [
        (code, row.says, row.stake or D(0))
        for count in sorted(bills)
        for code, rows in sorted(standing(session, f"invoice:{bills[count]}").items())
        for row in rows
    ]
    paid = D(0)
    for count in sorted(bills):
        payable = match(session, "HP", bills[count]).lines[0].payable
        if payable:
            paid += D(post(session, bills[count], accept(1, str(payable), "1.00"))["posted"])
    assert not [cause for cause in open_cases(session) if cause.startswith("bank")]
    return found, paid


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_splits_and_arrivals_do_not_change_what_is_found_or_paid(
    session: Session, history: tuple[list[Event], list[Event]]
):
    outcomes = []
    for events in history:
        with session.begin_nested() as nested:
            company(session)
            outcomes.append(lived(session, events))
            nested.rollback()
        session.expire_all()

    came = sum(count for what, count in history[0] if what == "came")
    billed_in_all = sum(count for what, count in history[0] if what == "billed")
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][1] == D(min(came, billed_in_all, 100))
