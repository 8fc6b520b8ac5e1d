"""The doctor finds what is broken: each promise is broken by hand, past the triggers, and is named."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import audit, clock
from core.deciding.commands import RecordProposals
from core.deciding.facts import set_judge
from core.deciding.proposals import Action, Draft
from core.doctor import ELSEWHERE, examine
from core.erp import Actor
from core.intake.storing import store
from core.payables.commands import AcceptedLine, BilledLine, PostInvoice, RegisterInvoice
from policies.verdict import Policies
from tests.builders import BOLT, GAUGE, HP, PRIYA, SUPPLIER, D, broken, case_of, company, do, order, receipt, stocked
from tests.conftest import FRIDAY

AGENT = Actor(kind="reader", id="propose")


@pytest.fixture
def house(session: Session) -> Session:
    """Books with something of everything: stock, a delivery that is short, damaged and inspected, a posted invoice, an
    open one, a case with a proposal, a message that waits to be read."""
    company(session)
    set_judge(session, Policies.load())
    stocked(session, "100", "0.40")
    placed = order(session, (BOLT, "100", "0.42"), (GAUGE, "5", "12.00"))
    arrived = receipt(session, placed, "80+10", "5")
    for their, quantity in (("A-1", "50"), ("A-2", "10")):
        worth = (D(quantity) * D("0.42")).quantize(D("0.01"))
        line = BilledLine(item=BOLT, order_line=1, quantity=D(quantity), price=D("0.42"), amount=worth)
        bill = RegisterInvoice(
            entity=HP, supplier=SUPPLIER, their_number=their, currency="USD", total=worth, order=placed, lines=(line,)
        )
        invoice = do(session, bill).result["invoice"]
        if their == "A-1":
            accepted = AcceptedLine(line=1, quantity=D(quantity), price=D("0.42"))
            do(session, PostInvoice(entity=HP, invoice=invoice, lines=(accepted,)))
    case = case_of(session, f"receipt:{arrived}")
    wire = {"type": "CloseShort", "entity": HP, "order": placed, "line": 1, "reason": "short"}
    draft = Draft(
        option="close_short",
        title="Close short",
        says="The rest is not needed.",
        actions=(Action(command=wire, title="Close line 1 short"),),
    )
    do(session, RecordProposals(entity=HP, case=case.number, drafts=(draft,), author="rules"), actor=AGENT)
    store(session, b"a letter", entity=HP, name="letter.eml", source="test", actor=PRIYA)
    session.commit()
    assert broken(session) == []
    return session


def tamper(session: Session, *statements: str, **values: Any) -> None:
    """As superuser, past triggers and constraints of rows."""
    session.execute(text("set local session_replication_role = replica"))
    for statement in statements:
        session.execute(text(statement), values)
    session.commit()
    session.expire_all()


def named(session: Session) -> set[str]:
    """The promises that do not hold."""
    return {checked.name for checked in examine(session) if not checked.holds}


LINE = "insert into journal_line (entity, entry, line, account, debit, credit) values ('HP', 'JE-1', 9, '{}', 1, 0)"
OPEN_ITEM = (
    "insert into payable_item (entity, number, document, entry, supplier, amount, open, posted_at)"
    " values ('HP', 99, 'VI-9', 'JE-9', 'S-1001', 5, 5, now())"
)
DECISION = (
    'insert into decision (entity, number, "case", digest, proposal_version, verb, decided_by, as_role, decided_at,'
    " reason, reason_code, policy_version, verdict, version)"
    " values ('HP', 'DE-9', 'CASE-1', 'x', 1, 'approve', 'mara', 'ap', now() - interval '2 hours', '', '', 'v1', '{}', 1)"
)
SIGNED = (
    'insert into signature (entity, "case", digest, person, seq, as_role, signed_at, voided_says, root_cause)'
    " values ('HP', 'CASE-1', 'x', 'mara', {}, 'ap', now(), '', '')"
)
RESERVED = (
    "insert into reservation (entity, number, item, site, location, lot, document, line, quantity, strength, state, made_at)"
    " values ('HP', 'RS-9', 'FB-M8', 'PDX', '', '', 'SO-9', 0, 1000000, 'hard', 'held', now())"
)
SHIPPED = (
    "insert into stock_transfer (entity, number, site, to_site, shipped_at, closed)"
    " values ('HP', 'ST-9', 'PDX', 'RNO', now(), false)"
)
SHIPPED_LINE = (
    "insert into stock_transfer_line (entity, transfer, line, item, lot, location, quantity, received, lost,"
    " recalled)"
    " values ('HP', 'ST-9', 1, 'FB-M8', '', '', 5, 0, 0, 0)"
)
POOL = "update cost_pool set value = value + 1 where item = 'FB-M8'"
LINES = "update purchase_order_line set {} where item = 'FB-M8'"
COUNTED = "update goods_receipt_line set {} where item = 'FB-M8'"

BROKEN: dict[str, tuple[str, ...]] = {
    "entries balance": (LINE.format("1000"),),
    "entries have lines": ("delete from journal_line where entry = 'JE-1'",),
    "trial balance": ("delete from journal_line where entry = 'JE-1' and line = 1",),
    "balances are moves": ("update stock_balance set quantity = quantity - 1 where status = 'available'",),
    "nothing negative": ("update stock_balance set quantity = -1 where status = 'damaged'",),
    "entries are worth their pools": ("update cost_entry set value = value + 1 where document = 'opening'",),
    "layers are pools": ("update valuation_layer set quantity = quantity + 1",),
    "pools are stock": ("update cost_pool set quantity = quantity + 1",),
    "reservations are available": (RESERVED,),
    "in transit is open transfers": (SHIPPED, SHIPPED_LINE),
    "intercompany accounts": (LINE.format("1250"),),
    "inventory account": (POOL,),
    "payables account": (OPEN_ITEM,),
    "goods received account": (COUNTED.format("unbilled_value = unbilled_value + 0.01"),),
    "billed pieces have no value waiting": (COUNTED.format("billed = quantity + damaged + 1"),),
    "prepaid goods account": (LINE.format("1410"), "update journal_entry set document = 'x' where number = 'JE-1'"),
    "order lines are invoices": (LINES.format("billed = billed + 1"),),
    "order lines are receipts": (LINES.format("received = received + 1"),),
    "pieces that wait are on receipts": (COUNTED.format("damaged_left = 9"),),
    "orders are settled": ("update purchase_order set state = 'closed'",),
    "cases are owned": ("update exception_case set owner_role = ''",),
    "messages are kept": ("update stored_bytes set content = 'another letter'",),
    "messages are owned": (
        "update message set arrived_at = now() - interval '2 hours'",
        "delete from procrastinate_jobs where task_name = 'read_message'",
    ),
    "decisions are carried out": (DECISION,),
    "signatures are distinct": (SIGNED.format(1), SIGNED.format(2)),
    "proposal hashes": ("update proposal set body = jsonb_set(body, '{case}', '\"CASE-2\"')",),
    "append-only": ("drop trigger append_only on journal_line",),
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_promise_that_is_broken_by_hand_is_named(house: Session, promise: str) -> None:
    tamper(house, *BROKEN[promise])
    assert promise in named(house)
    assert any(says.startswith(f"{promise}: ") for says in broken(house)), "asked in one go, the answer is the same"


def test_every_promise_of_the_doctor_is_broken_here(house: Session) -> None:
    elsewhere = {name for name, _, _ in ELSEWHERE}  # broken where their trades are tested
    assert {checked.name for checked in examine(house)} == set(BROKEN) | elsewhere


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("delete from stock_move where status = 'damaged'", "balances are moves"),
        ("delete from stock_balance where status = 'inspection'", "pieces that wait are on receipts"),
        ("delete from valuation_layer", "layers are pools"),
        ("delete from cost_pool", "inventory account"),
        ("delete from payable_item", "payables account"),
        ("delete from goods_receipt_line", "goods received account"),
        ("delete from supplier_invoice_line", "order lines are invoices"),
        ("delete from stored_bytes", "messages are kept"),
        ("update exception_case set due_at = null", "cases are owned"),
        ("alter table event disable trigger append_only", "append-only"),
    ],
)
def test_what_is_missing_altogether_is_named_too(house: Session, statement: str, promise: str) -> None:
    tamper(house, statement)
    assert promise in named(house)


def test_the_doctor_says_how_often_and_gives_the_first_example(house: Session) -> None:
    tamper(house, LINE.format("1000"))
    (found,) = [checked for checked in examine(house) if checked.name == "entries balance"]
    assert found.says == "1 times not so: every journal entry balances. First: HP JE-1: 1.0000"


def test_what_holds_is_said_in_a_sentence(house: Session) -> None:
    assert all(checked.holds and checked.says for checked in examine(house))


def test_the_doctor_changes_nothing(house: Session) -> None:
    tamper(house, POOL)
    assert named(house) == named(house) == {"inventory account", "entries are worth their pools", "layers are pools"}


def test_a_young_message_and_one_with_a_job_are_owned(house: Session) -> None:
    tamper(house, "update message set arrived_at = now() - interval '2 hours'")
    assert named(house) == set()


def test_the_audit_log_is_checked_where_its_anchors_are(
    house: Session, tmp_path: Path, new_session: Callable[[], Session]
) -> None:
    key = audit.signing_key(tmp_path / "keys", clock.now(house))
    audit.checkpoint(house, key, tmp_path / "anchors")
    house.commit()

    def log() -> tuple[bool, str]:
        with new_session() as session:
            found = examine(session, anchors=tmp_path / "anchors", keys=tmp_path / "keys")
        (checked,) = [one for one in found if one.name == "audit log"]
        return checked.holds, checked.says

    assert log()[0]
    tamper(house, "update audit_entry set text = replace(text, 'lena', 'lina')")
    holds, says = log()
    assert not holds
    assert says


def test_checks_hold_on_empty_books(session: Session) -> None:
    assert broken(session) == []
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(days=30)))
    assert broken(session) == []
