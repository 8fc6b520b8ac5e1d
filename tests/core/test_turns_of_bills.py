"""Commands on bills and commands that decide on them lock in one order: the turn, then whatever they change. While one is
under way the other waits for its turn, and nobody waits for one who waits for him."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import door
from core.books.commands import ReverseEntry
from core.cases import Case
from core.claims import Intent
from core.command import Command, to_wire
from core.deciding.commands import RecordProposals
from core.deciding.facts import set_judge
from core.deciding.proposals import Action, Draft
from core.erp import Actor
from core.intake.commands import ReadAgain, RecordReading, SetAside
from core.payables.commands import (
    AcceptedLine,
    ClaimReason,
    HoldInvoice,
    IssueDebitNote,
    LinkInvoice,
    NotADuplicate,
    OpenClaim,
    PostCreditNote,
    PostInvoice,
    PostWithoutOrder,
    ProposeMatched,
    RegisterInvoice,
    RejectInvoice,
    ReleaseInvoice,
    WithdrawClaim,
)
from core.reading_wire import to_wire as to_wire_reading
from core.refusals import Refused
from policies.verdict import Policies
from tests.builders import D
from tests.core.kestrel import bill, billed, do, mock_story
from tests.core.letters import SHA, a_reading, invoice_document
from tests.core.racing import begun
from tests.databases import Shared
from tests.properties.test_lock_order import TURN_CAME, locks

AGENT = Actor(kind="reader", id="propose")
MARA = Actor(kind="person", id="mara")
SHORT = ClaimReason(code="invoice_quantity_variance", says="not received", amount=D("50.40"), line=1)
NUTS = billed("FN10", "1", "5.00")
POST = PostInvoice(entity="HP", invoice="VI-1", lines=(AcceptedLine(line=2, quantity=D(2500), price=D("0.38")),))
HOLD = HoldInvoice(entity="HP", invoice="VI-1", reason="goods are missing")


@pytest.mark.parametrize("meanwhile", [POST, HOLD], ids=lambda one: type(one).__name__)
def test_a_way_out_is_simulated_while_a_bill_of_its_case_is_dealt_with(
    session: Session, new_session: Callable[[], Session], shared: Shared, meanwhile: Command
) -> None:
    mock_story(session)
    case = session.scalars(select(Case.number).where(Case.invoice == "VI-1")).one()
    posting = Action(command=to_wire(POST), title="Post the nuts")
    draft = Draft(option="post", title="Post the nuts", says="As received.", actions=(posting,), amounts={})
    session.commit()

    set_judge(session, Policies.load())

    def draw_up(key: str) -> None:
        command = RecordProposals(entity="HP", case=case, drafts=(draft,), author=f"propose/{key}")
        door.execute(session, command, actor=AGENT, key=key)

    def other() -> Any:
        with new_session() as its:
            done = do(its, meanwhile)
            its.commit()
            return done.result

    draw_up("first")
    end = begun(shared.url, other)
    draw_up("second")
    session.commit()

    assert end()["invoice"] == "VI-1"


COMMANDS: dict[str, Command] = {
    "register": RegisterInvoice(entity="HP", supplier="KESTREL", their_number="KF-9", currency="USD", lines=(NUTS,)),
    "link": LinkInvoice(entity="HP", invoice="VI-2", order="PO-1"),
    "post": POST,
    "post without an order": PostWithoutOrder(entity="HP", invoice="VI-2", account="6100", amount=D(5)),
    "propose what matches": ProposeMatched(entity="HP", invoice="VI-1"),
    "hold": HOLD,
    "release": ReleaseInvoice(entity="HP", invoice="VI-1"),
    "reject": RejectInvoice(entity="HP", invoice="VI-1", reason="not ours"),
    "tell apart": NotADuplicate(entity="HP", invoice="VI-1", reason="another delivery"),
    "claim": OpenClaim(entity="HP", supplier="KESTREL", invoice="VI-1", reasons=(SHORT,)),
    "give a claim up": WithdrawClaim(entity="HP", claim="CL-1", reason="found"),
    "debit": IssueDebitNote(entity="HP", claim="CL-1"),
    "take a credit note": PostCreditNote(entity="HP", invoice="VI-3", amount=D(10), claim="CL-1"),
    "reverse": ReverseEntry(entity="HP", entry="JE-1", reason="wrong"),
}


def early(session: Session, monkeypatch: pytest.MonkeyPatch, commands: dict[str, Command]) -> dict[str, list[str]]:
    """What each command locks before its turn. One that is refused has to come as far as to its turn."""
    found = {}
    with locks(monkeypatch) as heard:
        for name, command in commands.items():
            heard.clear()
            with session.begin_nested() as savepoint:
                try:
                    door.execute(session, command, actor=MARA, key=name)
                except Refused:
                    pass
                finally:
                    savepoint.rollback()
            assert heard, f"{name} comes as far as to its turn"
            session.expire_all()
            found[name] = heard[: heard.index(TURN_CAME)] if TURN_CAME in heard else ["it takes no turn"]
    return {name: locked for name, locked in found.items() if locked}


def test_nothing_of_a_bill_is_locked_before_the_turn_has_come(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock_story(session)
    bill(session, "KF-88214", NUTS)
    bill(session, "KF-C1", billed("FN10", "1", "10.00"), kind="credit_note")
    do(session, COMMANDS["claim"])
    assert early(session, monkeypatch, COMMANDS) == {}


def test_nothing_of_a_message_is_locked_before_the_turn_has_come(
    session: Session, placed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = a_reading(invoice_document(), intents=(Intent.INVOICE_ENCLOSED,))
    said: dict[str, Command] = {
        "read": RecordReading(entity="HP", message=SHA, reading=to_wire_reading(read), supplier="KESTREL"),
        "set aside": SetAside(entity="HP", message=SHA, reason="not for us"),
        "read again": ReadAgain(entity="HP", message=SHA, reason="once more"),
    }
    assert early(session, monkeypatch, said) == {}
