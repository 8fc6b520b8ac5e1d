"""The journal: entries that balance, are never edited, and are mirrored once."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.books import ledger
from core.books.commands import OpenBooks, OpeningLine, ReverseEntry
from core.books.queries import balance, entry, journal, trial_balance
from core.catalogue import perform
from core.erp import Because, Erp
from core.refusals import Refusal, Refused
from tests.builders import BOLT, HP, PRIYA, D, do, effects, order, receipt, refused, stocked
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")

OPENED = date(2026, 10, 1)


def opening(*lines: tuple[str, str]) -> OpenBooks:
    """An opening entry of (account, signed amount)."""
    return OpenBooks(
        entity=HP,
        day=OPENED,
        lines=tuple(
            OpeningLine(account=account, debit=max(D(amount), D(0)), credit=max(-D(amount), D(0)))
            for account, amount in lines
        ),
    )


def erp_of(session: Session) -> Erp:
    """The core as a verb sees it."""
    return Erp(session=session, entity=HP, actor=PRIYA, because=Because(), dispatch=perform)


def post(session: Session, *sides: ledger.Side) -> str:
    return ledger.post(erp_of(session), document="test", says="a test", sides=sides)


def test_an_opening_entry_is_posted_once(session: Session) -> None:
    done = do(session, opening(("1000", "5000"), ("3000", "-5000")))

    made = entry(session, HP, str(done.result["entry"]))
    assert made is not None
    assert (made.day, made.document, made.actor) == (OPENED, "opening", "priya")
    assert made.sides == (("1000", D(5000)), ("3000", D(-5000)))
    assert refused(session, opening(("1000", "1"), ("3000", "-1"))).code is Refusal.ALREADY_EXISTS


def test_a_wrong_opening_is_mirrored_and_posted_again(session: Session) -> None:
    first = str(do(session, opening(("1000", "5000"), ("3000", "-5000"))).result["entry"])
    do(session, ReverseEntry(entity=HP, entry=first, reason="the bank says 4,000"))

    do(session, opening(("1000", "4000"), ("3000", "-4000")))

    assert balance(session, HP, "1000") == D(4000)


@pytest.mark.parametrize("account", ["1400", "2150", "2100"])
def test_accounts_with_a_ledger_of_their_own_open_through_it(session: Session, account: str) -> None:
    assert refused(session, opening((account, "10"), ("3000", "-10"))).code is Refusal.COMMAND_MALFORMED


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((("1000", "10"), ("3000", "-9")), Refusal.DOES_NOT_BALANCE),
        ((("1000", "10"), ("9999", "-10")), Refusal.ACCOUNT_UNKNOWN),
        ((("1000", "10.005"), ("3000", "-10.005")), Refusal.PRECISION),
        ((), Refusal.NOTHING_TO_DO),
        ((("1000", "0"),), Refusal.NOTHING_TO_DO),
    ],
)
def test_an_entry_that_is_none_is_refused(session: Session, lines: tuple[tuple[str, str], ...], code: Refusal) -> None:
    assert refused(session, opening(*lines)).code is code


def test_sides_of_zero_are_dropped_and_every_other_is_an_effect(session: Session) -> None:
    erp = erp_of(session)
    sides = (ledger.debit("1000", D(5)), ledger.debit("5320", D(0)), ledger.credit("3000", D(5)))

    number = ledger.post(erp, document="test", says="a test", sides=sides)

    assert [(one.what, one.change, one.unit) for one in erp.effects] == [
        ("1000 Bank", D(5), "USD"),
        ("3000 Equity", D(-5), "USD"),
    ]
    made = entry(session, HP, number)
    assert made is not None
    assert made.sides == (("1000", D(5)), ("3000", D(-5)))


def test_in_a_currency_without_cents_a_cent_is_too_fine(session: Session) -> None:
    session.execute(text("update entity set currency = 'JPY'"))
    session.expire_all()
    with pytest.raises(Refused) as refusal:
        post(session, ledger.debit("1000", D("0.5")), ledger.credit("3000", D("0.5")))
    assert refusal.value.code is Refusal.PRECISION


def test_the_database_itself_refuses_an_entry_that_does_not_balance(session: Session) -> None:
    number = post(session, ledger.debit("1000", D(5)), ledger.credit("3000", D(5)))
    session.commit()
    line = "insert into journal_line values ('HP', :entry, 3, '1000', 1, 0, null)"
    session.execute(text(line), {"entry": number})
    with pytest.raises(DBAPIError, match="does not balance"):
        session.commit()
    session.rollback()


@pytest.mark.parametrize("table", ["journal_entry", "journal_line"])
@pytest.mark.parametrize("change", ["update {} set entity = 'XX'", "delete from {}", "truncate {} cascade"])
def test_what_is_posted_is_never_edited(session: Session, table: str, change: str) -> None:
    post(session, ledger.debit("1000", D(5)), ledger.credit("3000", D(5)))
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(change.format(table)))


def test_a_mirror_takes_an_entry_back_and_says_why(session: Session) -> None:
    number = post(session, ledger.debit("1000", D(5)), ledger.credit("3000", D(5)))

    done = do(session, ReverseEntry(entity=HP, entry=number, reason="typed twice"))

    mirror = entry(session, HP, str(done.result["entry"]))
    assert mirror is not None
    assert (mirror.reverses, mirror.says) == (number, f"Mirror of {number}: typed twice")
    assert mirror.sides == (("1000", D(-5)), ("3000", D(5)))
    assert effects(done) == {"journal 1000 Bank": D(-5), "journal 3000 Equity": D(5)}
    assert balance(session, HP, "1000") == 0
    assert [event.kind for event in done.events] == ["entry_posted", "entry_reversed"]


def test_an_entry_is_mirrored_once_and_a_mirror_never(session: Session) -> None:
    number = post(session, ledger.debit("1000", D(5)), ledger.credit("3000", D(5)))
    mirror = do(session, ReverseEntry(entity=HP, entry=number, reason="typed twice")).result["entry"]
    for again in (number, str(mirror)):
        refusal = refused(session, ReverseEntry(entity=HP, entry=again, reason="again"))
        assert refusal.code is Refusal.ENTRY_ALREADY_REVERSED


def test_an_entry_that_moved_stock_is_not_mirrored_since_the_goods_would_stay(session: Session) -> None:
    arrived = receipt(session, order(session, (BOLT, "100", "0.42")), "100")
    (made,) = journal(session, HP, document=arrived)
    refusal = refused(session, ReverseEntry(entity=HP, entry=made.number, reason="wrong"))
    assert refusal.code is Refusal.NO_SUCH_MOVE


def test_a_mirror_needs_an_entry_and_a_reason(session: Session) -> None:
    assert refused(session, ReverseEntry(entity=HP, entry="JE-9", reason="x")).code is Refusal.ENTRY_UNKNOWN
    number = post(session, ledger.debit("1000", D(5)), ledger.credit("3000", D(5)))
    assert refused(session, ReverseEntry(entity=HP, entry=number, reason="")).code is Refusal.REASON_REQUIRED


def test_the_trial_balance_has_what_stood_before_what_moved_and_what_stands(session: Session) -> None:
    do(session, opening(("1000", "5000"), ("3000", "-5000")))
    stocked(session, "100", "0.40")
    receipt(session, order(session, (BOLT, "100", "0.42")), "100")

    rows = {row.account: row for row in trial_balance(session, HP, FRIDAY.date(), FRIDAY.date())}

    assert (rows["1000"].opening, rows["1000"].debit, rows["1000"].closing) == (D(5000), D(0), D(5000))
    assert (rows["1400"].opening, rows["1400"].debit, rows["1400"].credit) == (D(0), D(82), D(0))
    assert (rows["3000"].opening, rows["3000"].credit, rows["3000"].closing) == (D(-5000), D(40), D(-5040))
    assert rows["4000"].closing == 0
    assert sum((row.closing for row in rows.values()), Decimal(0)) == 0
    before = trial_balance(session, HP, OPENED, OPENED)
    assert {row.account: row.closing for row in before if row.closing} == {"1000": D(5000), "3000": D(-5000)}


def test_the_journal_gives_the_newest_entries_in_the_order_in_which_they_were_posted(session: Session) -> None:
    numbers = [post(session, ledger.debit("1000", D(n)), ledger.credit("3000", D(n))) for n in range(1, 13)]

    assert [made.number for made in journal(session, HP)] == numbers
    assert [made.number for made in journal(session, HP, most=3)] == numbers[-3:]
    assert journal(session, HP, document="nothing") == ()
    assert entry(session, HP, "JE-99") is None
