"""The nineteen exceptions of procure to pay: each is raised by what it is about and by nothing less, is one case however
often it is seen, and goes when its cause goes."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases import Case, CaseFinding, Code
from core.purchasing.commands import ConfirmedLine, RecordConfirmation
from tests.core.kestrel import D, accept, bill, billed, company, do, open_cases, order, post, receive
from tests.core.trials import BOLT, TRIALS, Trial, World, delivered_and_billed

each_trial = pytest.mark.parametrize("trial", TRIALS, ids=[trial.code.value for trial in TRIALS])


@pytest.fixture
def world(session: Session) -> World:
    company(session, over_pct="5")
    return World(session=session, order=order(session, (BOLT, "100", "1.00")))


def open_of(world: World, code: Code) -> list[tuple[str, str]]:
    """The open findings of a code: case and subject, in order."""
    world.session.expire_all()
    return [
        (str(case), str(subject))
        for case, subject in world.session.execute(
            select(CaseFinding.case, CaseFinding.subject)
            .join(Case, (Case.entity == CaseFinding.entity) & (Case.number == CaseFinding.case))
            .where(CaseFinding.code == code, CaseFinding.cleared_at.is_(None), Case.closed_at.is_(None))
            .order_by(CaseFinding.case, CaseFinding.seq)
        )
    ]


def test_every_exception_of_the_trade_is_on_trial():
    not_of_suppliers_alone = {
        Code.INVOICE_MATCHED,
        Code.FACT_CONFLICT,
        Code.INVENTORY_SHORTAGE,
        Code.SAFETY_STOCK_BREACH,
        Code.STOCK_VARIANCE,
        Code.BOOK_STOCK_IMPOSSIBLE,
        Code.LOT_EXPIRY,
        Code.INTEGRATION_FAILED,
        Code.INSPECTION_FAILED,  # tests.core.test_inspections
    }

    assert [trial.code for trial in TRIALS if trial.code not in Code] == []
    assert {trial.code for trial in TRIALS} == set(Code) - not_of_suppliers_alone
    assert len(TRIALS) == 19


@each_trial
def test_it_is_raised_once_by_its_cause_and_is_one_case_however_often_it_is_seen(world: World, trial: Trial):
    trial.raised(world)
    first = open_of(world, trial.code)
    assert len(first) == 1

    trial.again(world)

    assert open_of(world, trial.code) == first


@each_trial
def test_it_is_not_raised_at_the_very_edge(world: World, trial: Trial):
    trial.nearly(world)

    assert open_of(world, trial.code) == []


@each_trial
def test_it_goes_when_its_cause_goes_and_its_case_with_it(world: World, trial: Trial):
    if trial.code is Code.BANK_DETAILS_CHANGED:
        return  # the next test
    trial.raised(world)
    [(case, _)] = open_of(world, trial.code)

    trial.goes(world)

    assert open_of(world, trial.code) == []
    assert world.session.get_one(Case, ("HP", case)).root_cause == "resolved_by_itself"


def test_a_question_of_bank_details_outlives_the_invoice_that_raised_it(world: World):
    """Nothing but a decision ends it: it is about money to come."""
    delivered_and_billed(pays_to="DE02 1203 0000 0000 7714")(world)
    invoice = world.session.execute(select(Case.invoice).where(Case.invoice.is_not(None))).scalar_one()

    post(world.session, str(invoice), accept(1, "100", "1.00"))

    assert len(open_of(world, Code.BANK_DETAILS_CHANGED)) == 1


def test_what_two_lines_have_wrong_in_one_document_is_one_case(world: World):
    session = world.session
    placed = order(session, (BOLT, "100", "1.00"), ("KF-FN10", "50", "2.00"))
    line = ConfirmedLine
    lines = tuple(line(line=place, promised=date(2026, 12, 9), quantity=D(10)) for place in (1, 2))
    do(session, RecordConfirmation(entity="HP", order=placed, lines=lines))
    receive(session, placed, "90", "40", damaged=("1", "1"))
    bill(session, "A-1", billed(BOLT, "100", "1.10"), billed("KF-FN10", "50", "2.20"), order=placed)

    found = {cause.split(":")[0]: case for cause, case in open_cases(session).items()}

    assert len(open_cases(session)) == len(found) == 3
    assert len(open_of(world, Code.SUPPLIER_DELAY)) == 2
    assert len(open_of(world, Code.SHORT_RECEIPT)) == len(open_of(world, Code.DAMAGED_RECEIPT)) == 2
    assert len(open_of(world, Code.INVOICE_PRICE_VARIANCE)) == len(open_of(world, Code.INVOICE_QUANTITY_VARIANCE)) == 2
