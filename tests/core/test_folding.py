"""Findings become cases: one cause is one case, it refreshes, says what matters first, and closes itself."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import case_words, cases, catalogue
from core.case_defaults import BY_WEIGHT
from core.cases import Case, CaseState, Cleared, Code, Finding
from core.deciding.commands import CloseCase
from core.erp import Because, Erp
from core.folding import fold
from core.payables.commands import AcceptedLine, HoldInvoice, PostInvoice
from core.receiving.commands import AddToReceipt
from tests.core.kestrel import MARA, D, bill, billed, company, do, mock_story, open_cases, order, receive, standing


def erp_of(session: Session) -> Erp:
    return Erp(session=session, entity="HP", actor=MARA, because=Because(), dispatch=catalogue.perform)


def finding(
    code: Code = Code.INVOICE_PRICE_VARIANCE,
    subject: str = "s#1",
    cause: str = "c:1",
    says: str = "why",
    stake: str = "5",
) -> Finding:
    return Finding(code=code, cause=cause, subject=subject, headline="Price up 5%", says=says, stake=D(stake))


def only_case(session: Session) -> Case:
    session.expire_all()
    return session.scalars(select(Case)).one()


def test_the_mocks_invoice_is_one_case_that_says_what_happened(session: Session) -> None:
    placed, arrived, invoice = mock_story(session)

    case = open_cases(session)[f"invoice:{invoice}"]

    assert case.says == (
        "Kestrel Fasteners billed 120 pieces we have not received, and raised the price of Flange nut M10 by 7.9%"
    )
    assert case.title == "Short receipt, price variance"
    assert (case.code, case.stake, case.owner_role) == ("invoice_quantity_variance", D("173.40"), "ap_lead")
    assert (case.supplier, case.order, case.receipt, case.invoice) == ("KESTREL", placed, arrived, invoice)
    found = standing(session, case.cause)
    assert [(f.headline, f.says, f.stake) for rows in found.values() for f in rows] == [
        ("120 pieces short", "Line 1 billed 1,200, received 1,080", D("50.40")),
        ("Price up 7.9%", "Line 2 ordered at 0.38, billed 0.41", D("75.00")),
        ("Freight $48.00", f"Freight of $48.00 is not on {placed}", D("48.00")),
    ]


def test_the_short_receipt_and_its_invoice_name_each_other(session: Session) -> None:
    _, arrived, invoice = mock_story(session)

    found = open_cases(session)

    short, billed_ = found[f"receipt:{arrived}"], found[f"invoice:{invoice}"]
    assert short.code == "short_receipt"
    assert (short.related, billed_.related) == ([billed_.number], [short.number])


def test_a_new_case_has_an_owner_a_clock_and_work_for_the_agents(session: Session) -> None:
    company(session)
    fold(erp := erp_of(session), [finding()])

    case = only_case(session)

    assert (case.owner_role, case.state, case.severity) == ("buyer", "open", "normal")
    assert case.due_at is not None
    assert (case.due_at - case.opened_at).total_seconds() == 48 * 3600
    assert [event.kind for event in erp.events] == ["case_opened"]
    assert [(job.task, job.args["case"]) for job in erp.jobs] == [("work_case", case.number)]


def test_every_code_has_an_owner_and_a_clock() -> None:
    for code in Code:
        assert BY_WEIGHT[code].owner_role
        assert BY_WEIGHT[code].hours > 0


def test_the_same_finding_again_changes_nothing(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding()])
    version = only_case(session).version

    fold(erp := erp_of(session), [finding()])

    assert (only_case(session).version, erp.events, erp.jobs) == (version, [], [])


def test_a_finding_that_reads_otherwise_is_refreshed_in_place(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding(stake="5")])

    fold(erp := erp_of(session), [finding(says="other", stake="7")])

    case = only_case(session)
    assert [(row.says, row.stake) for row in cases.findings(erp, case.number)] == [("other", D(7))]
    assert case.stake == D(7)
    assert [event.kind for event in erp.events] == ["case_changed"]


def test_a_cleared_finding_keeps_its_row_and_the_case_goes_on_with_the_others(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding(subject="a"), finding(subject="b")])

    erp = erp_of(session)
    fold(erp, [Cleared(code=Code.INVOICE_PRICE_VARIANCE, cause="c:1", subject="a")])

    case = only_case(session)
    assert [row.subject for row in cases.findings(erp, case.number)] == ["b"]
    assert [row.subject for row in cases.findings(erp, case.number, cleared=True)] == ["a", "b"]
    assert case.stake == D(5)


def test_a_clearing_of_all_but_some_clears_the_rest(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding(subject="a"), finding(subject="b")])

    erp = erp_of(session)
    fold(erp, [Cleared(code=Code.INVOICE_PRICE_VARIANCE, cause="c:1", subject="*", but=("b",))])

    assert [row.subject for row in cases.findings(erp, only_case(session).number)] == ["b"]


def test_a_case_without_findings_closes_itself(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding()])

    erp = erp_of(session)
    fold(erp, [Cleared(code=Code.INVOICE_PRICE_VARIANCE, cause="c:1", subject="s#1")])

    case = only_case(session)
    assert (case.state, case.root_cause) == ("done", "resolved_by_itself")
    assert case.closed_at is not None
    assert [event.kind for event in erp.events] == ["case_closed"]


@pytest.mark.parametrize("state", [CaseState.HALF_SIGNED, CaseState.EXECUTING])
def test_a_case_that_somebody_is_deciding_does_not_close_itself(session: Session, state: CaseState) -> None:
    company(session)
    fold(erp_of(session), [finding()])
    only_case(session).state = state.value
    session.flush()

    fold(erp_of(session), [Cleared(code=Code.INVOICE_PRICE_VARIANCE, cause="c:1", subject="s#1")])

    assert only_case(session).state == state.value


def test_a_case_that_was_put_away_comes_back_when_something_changes(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding()])
    only_case(session).state = CaseState.SNOOZED.value
    session.flush()

    fold(erp_of(session), [finding()])
    assert only_case(session).state == "snoozed"
    fold(erp_of(session), [finding(says="dearer still")])

    assert (only_case(session).state, only_case(session).snoozed_until) == ("open", None)


def test_found_again_after_it_closed_itself_is_a_new_case(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding()])
    fold(erp_of(session), [Cleared(code=Code.INVOICE_PRICE_VARIANCE, cause="c:1", subject="s#1")])

    fold(erp_of(session), [finding()])

    assert [case.state for case in session.scalars(select(Case).order_by(Case.number))] == ["done", "open"]


def test_what_a_person_closed_is_not_asked_again_until_it_says_something_else(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding()])
    do(session, CloseCase(entity="HP", case="CASE-1", person="mara", root_cause="agreed"))

    fold(erp_of(session), [finding()])
    assert open_cases(session) == {}
    fold(erp_of(session), [finding(says="dearer still")])

    assert [case.number for case in open_cases(session).values()] == ["CASE-2"]


def test_found_anew_it_is_asked_again_although_a_person_closed_it(session: Session) -> None:
    from dataclasses import replace

    company(session)
    fold(erp_of(session), [finding()])
    do(session, CloseCase(entity="HP", case="CASE-1", person="mara", root_cause="agreed"))

    fold(erp_of(session), [replace(finding(), anew=True)])

    assert len(open_cases(session)) == 1


def test_the_heaviest_code_names_the_case_and_its_owner(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding()])
    assert only_case(session).owner_role == "buyer"

    fold(erp_of(session), [finding(code=Code.INVOICE_QUANTITY_VARIANCE, subject="q")])

    assert (only_case(session).code, only_case(session).owner_role) == ("invoice_quantity_variance", "ap_lead")


def test_a_claimed_owner_keeps_the_case_when_it_changes(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding()])
    only_case(session).owner = "priya"
    session.flush()

    fold(erp_of(session), [finding(code=Code.INVOICE_QUANTITY_VARIANCE, subject="q")])

    assert (only_case(session).owner, only_case(session).owner_role) == ("priya", "buyer")


def test_goods_that_come_settle_the_receipts_case_and_the_invoices(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    arrived = receive(session, placed, "80")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed)
    assert set(open_cases(session)) == {f"receipt:{arrived}", f"invoice:{invoice}"}

    do(session, AddToReceipt(entity="HP", receipt=arrived, line=1, quantity=D(20), received_by="lena"))

    assert open_cases(session) == {}
    assert {case.root_cause for case in session.scalars(select(Case))} == {"resolved_by_itself"}


def test_posting_an_invoice_settles_its_case(session: Session) -> None:
    _, _, invoice = mock_story(session)
    line = AcceptedLine(line=1, quantity=D(1080), price=D("0.42"))

    do(session, PostInvoice(entity="HP", invoice=invoice, lines=(line,)))

    assert f"invoice:{invoice}" not in open_cases(session)


def test_a_decided_hold_is_not_asked_again_by_an_unrelated_delivery(session: Session) -> None:
    placed, _, invoice = mock_story(session)
    cause = f"invoice:{invoice}"
    do(session, HoldInvoice(entity="HP", invoice=invoice, reason="credit note asked for"))
    number = open_cases(session)[cause].number
    do(session, CloseCase(entity="HP", case=number, person="mara", root_cause="held"))

    receive(session, placed, "0", "0", "10", final=False)
    assert cause not in open_cases(session)
    receive(session, placed, "60", "0", "0", final=False)

    assert open_cases(session)[cause].says.startswith("Kestrel Fasteners billed 60 pieces we have not received")


def test_two_transactions_that_find_the_same_open_one_case(
    session: Session, new_session: Callable[[], Session]
) -> None:
    company(session)
    session.commit()
    both = threading.Barrier(2)

    def find(subject: str) -> None:
        with new_session() as mine:
            mine.execute(text("select 1"))
            both.wait(10)
            fold(erp_of(mine), [finding(subject=subject)])
            mine.commit()

    threads = [threading.Thread(target=find, args=(subject,)) for subject in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    case = only_case(session)
    assert sorted(row.subject for row in cases.findings(erp_of(session), case.number)) == ["a", "b"]


class Said:
    def __init__(self, code: Code, headline: str = "", **facts: object) -> None:
        self.code, self.headline, self.says, self.facts = code.value, headline, "", facts


def test_a_sentence_says_the_two_heaviest_things() -> None:
    findings = [
        Said(Code.CHARGE_UNPLANNED, clause="charged $48.00 freight"),
        Said(Code.INVOICE_QUANTITY_VARIANCE, clause="billed {} we have not received", quantity="120", unit="pcs"),
        Said(Code.INVOICE_QUANTITY_VARIANCE, clause="billed {} we have not received", quantity="30", unit="pcs"),
        Said(Code.INVOICE_PRICE_VARIANCE, clause="raised {}", percent="7.8947", item="nut"),
        Said(Code.INVOICE_PRICE_VARIANCE, clause="raised {}", percent="12", item="bolt"),
    ]

    says = case_words.sentence("Bluegate Packaging Ltd.", findings)

    assert says == "Bluegate Packaging billed 150 pieces we have not received, and raised 2 prices by up to 12%"


def test_a_sentence_without_a_clause_is_made_of_the_headline() -> None:
    assert (
        case_words.sentence("Orion", [Said(Code.SHORT_RECEIPT, "120 pieces short")])
        == "Orion delivered 120 pieces short"
    )
    assert case_words.sentence("", [Said(Code.SENDER_UNKNOWN, "Unknown sender")]).startswith("An unknown sender wrote")


def test_pieces_counted_differently_are_not_added_up() -> None:
    findings = [
        Said(Code.INVOICE_QUANTITY_VARIANCE, clause="billed {} too many", quantity="2", unit="pcs"),
        Said(Code.INVOICE_QUANTITY_VARIANCE, clause="billed {} too many", quantity="2.5", unit="kg"),
    ]
    assert case_words.sentence("Orion", findings) == "Orion billed 2 lines too many"


def test_a_stake_is_the_sum_of_what_stands(session: Session) -> None:
    company(session)
    fold(erp_of(session), [finding(subject="a", stake="0.33335"), finding(subject="b", stake="1")])
    assert only_case(session).stake == Decimal("1.3334")
