"""Severity and clock where they count: on the cases of the books, by what they put at risk."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from core import clock
from core.cases import Case
from core.deciding.commands import CarryOut, RecordProposals, Wake
from core.deciding.facts import set_judge
from core.deciding.proposals import Action, Draft
from core.masterdata.commands import AddItem
from core.people.commands import AddPerson, GrantRole
from core.purchasing.commands import ConfirmedLine, RecordConfirmation
from core.stock.commands import IssueStock
from policies.verdict import Policies
from tests.builders import BOLT, HP, LONG_AGO, PDX, D, case_of, company, do, order, receipt, stocked
from tests.conftest import FRIDAY
from tests.policies.test_deciding import AGENT, approve

HOUR = timedelta(hours=1)
LATE = date(2026, 12, 4)


def judged(session: Session) -> None:
    company(session)
    set_judge(session, Policies.load())


def delayed(session: Session, *lines: tuple[str, str, str]) -> Case:
    """The case of an order whose every line comes three days late."""
    number = order(session, *lines)
    told = tuple(ConfirmedLine(line=place, promised=LATE) for place in range(1, len(lines) + 1))
    do(session, RecordConfirmation(entity=HP, order=number, lines=told))
    return case_of(session, f"order:{number}:confirmation")


def test_a_delay_of_a_class_a_item_is_severe_and_answered_in_half_the_time(session: Session):
    judged(session)
    do(session, AddItem(entity=HP, sku="MOTOR", name="Drive motor", item_class="A"))

    plain = delayed(session, (BOLT, "100", "0.50"))
    dear = delayed(session, ("MOTOR", "1", "50.00"))

    assert (plain.severity, plain.due_at) == ("normal", FRIDAY + 8 * HOUR)
    assert (dear.severity, dear.due_at) == ("high", FRIDAY + 4 * HOUR)
    assert dear.severity_says == "$50.00 at risk, class A, 3 days late"


def test_stock_that_lasts_two_days_makes_the_same_delay_severe(session: Session):
    judged(session)
    stocked(session, "1000", "0.40", happened_at=LONG_AGO)
    before = delayed(session, (BOLT, "100", "0.50"))
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(980), document="SO-1"))

    after = delayed(session, (BOLT, "100", "0.50"))

    assert (before.severity, after.severity) == ("normal", "high")
    assert "1.8 days of cover" in after.severity_says


def test_the_same_shortage_follows_another_clock_when_more_money_is_at_risk(session: Session):
    """Scenario 4, as far as purchasing goes."""
    judged(session)
    small = receipt(session, order(session, (BOLT, "100", "0.50")), "90/100", final=True)
    large = receipt(session, order(session, (BOLT, "100", "200")), "90/100", final=True)

    low, high = case_of(session, f"receipt:{small}"), case_of(session, f"receipt:{large}")
    assert (low.severity, low.due_at) == ("low", FRIDAY + 4 * HOUR)
    assert (high.severity, high.due_at) == ("high", FRIDAY + 2 * HOUR)


def test_the_clock_stands_while_the_supplier_has_to_answer(session: Session):
    """Nobody is late because an answer was decided to be waited for."""
    judged(session)
    do(session, AddPerson(entity=HP, id="dana", name="Dana Reyes", email="dana@harborpine.example"))
    do(session, GrantRole(entity=HP, person="dana", role="buyers_manager", limit=Decimal(25000)))
    case = delayed(session, (BOLT, "100", "0.50"))
    letter = {"type": "SendMessage", "entity": HP, "case": case.number, "recipient": "a@b.example", "subject": "Please",
              "body": "Please deliver sooner."}  # fmt: skip
    wait = Draft(
        option="expedite", title="Ask", says="Ask.", waits_days=2, actions=(Action(command=letter, title="Ask"),)
    )
    [digest] = do(
        session, RecordProposals(entity=HP, case=case.number, drafts=(wait,), author="x"), actor=AGENT
    ).result["digests"]
    decision = approve(session, case.number, digest, "dana")["decision"]
    clock.set_clock(session, clock.fixed(FRIDAY + HOUR))
    do(session, CarryOut(entity=HP, decision=decision))

    clock.set_clock(session, clock.fixed(FRIDAY + 30 * HOUR))
    do(session, Wake(entity=HP, case=case.number))

    assert case.due_at == FRIDAY + (8 + 29) * HOUR
