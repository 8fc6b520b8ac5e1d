"""EDI through the whole intake of the demo company: stored, read in the sandbox, linked, kept or told to somebody."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from core import door
from core.cases import CaseFinding, Code
from core.intake.commands import SetAside
from core.intake.tables import Message
from core.purchasing.tables import PurchaseOrderLine
from evals.world import ENTITY, EVALS, World, Worlds, worlds
from tests.read.edi import edi
from tests.read.papers import x12

SELLER = "auftrag@schoenfeld-dichtungen.example"
PARTIES = ("NAD+SU+4000001000005::9++Schönfeld Dichtungen GmbH", "NAD+BY+HARBORPINE::92")
ANSWER = (
    "BGM+231+AB-1+4", "RFF+ON:PO-40432", *PARTIES, "LIN+1+5+OR-20-3:SA", "QTY+21:5000:PCE", "QTY+113:5000:PCE",
    "DTM+69:20261203:102", "LIN+2+6+OR-35-3:SA", "QTY+21:2000:PCE", "QVR+-500:21+BP", "DTM+69:20261203:102",
    "LIN+3+6+FD-40:SA", "QTY+21:300:PCE", "QTY+113:300:PCE", "DTM+69:20261209:102", "UNS+S", "CNT+2:3",
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Iterator[Worlds]:
    """The demo company in a database, once."""
    with worlds() as made:
        yield made


@pytest.fixture
def world(made: Worlds) -> Iterator[World]:
    """A copy of it."""
    with made.world() as world:
        yield world


def sent(world: World, raw: bytes, sender: str = SELLER) -> Message:
    """A mail with this file, received."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = sender, "EDI", "Wed, 18 Nov 2026 09:15:00 +0100"
    mail["Authentication-Results"] = f"mx.harbor-pine.example; dkim=pass header.d={sender.rpartition('@')[2]}"
    mail.set_content("EDI, siehe Anlage.")
    mail.add_attachment(raw, maintype="application", subtype="edifact", filename="a.edi")
    row = world.session.get(Message, (ENTITY, world.receive(mail.as_bytes(), "a.eml")))
    assert row is not None
    return row


def told(world: World, *messages: Message) -> list[set[str]]:
    """The codes of the cases that the messages opened."""
    world.propose()
    return [set(case.codes) for case in world.outcome([message.sha256 for message in messages]).cases]


def test_an_answer_by_edifact_walks_the_whole_staircase(world: World):
    message = sent(world, edi("ORDRSP", *ANSWER))

    assert message.state == "read"
    lines = {line: world.session.get(PurchaseOrderLine, (ENTITY, "PO-40432", line)) for line in (1, 2, 3)}
    assert [lines[n].confirmed for n in (1, 2, 3)] == [Decimal(5000), Decimal(1500), Decimal(300)]
    assert lines[3].promised == date(2026, 12, 9)
    codes = set.union(*told(world, message))
    assert codes == {Code.SUPPLIER_SHORT_CONFIRMATION, Code.SUPPLIER_DELAY}
    links = {(link["what"], link["ref"]) for link in message.links}
    assert {("order", "PO-40432"), ("order_line", "PO-40432#3"), ("supplier", "S-1016")} <= links


def test_a_miscounted_answer_is_shown_not_kept_and_somebody_is_told(world: World):
    message = sent(world, edi("ORDRSP", *ANSWER, counted=99))

    line = world.session.get(PurchaseOrderLine, (ENTITY, "PO-40432", 1))
    assert (message.state, line.confirmed) == ("set_aside", None)
    assert "99 segments" in message.says
    assert told(world, message) == [{Code.DOCUMENT_UNREADABLE}]


def test_what_nobody_can_take_apart_is_somebodys_too(world: World):
    message = sent(world, b"UNA:+.? 'UNB+UNOC:3+A:14+B:14+261119:0900+77'UNH+1+ORDRSP:D:96A:UN'FTX+AAI+++cut?")

    assert "releases nothing" in message.says
    assert told(world, message) == [{Code.DOCUMENT_UNREADABLE}]


def test_a_system_that_refuses_our_order_is_told_to_somebody_and_one_that_takes_it_is_not(world: World):
    taken = sent(world, x12("997", "AK1*PO*12", "AK9*A*1*1*1", group="FA"))
    refused = sent(world, x12("997", "AK1*PO*13", "AK2*850*0001", "AK5*R*5", "AK9*R*1*1*0", group="FA"))

    assert taken.state == "set_aside"
    assert "their system refused 850 0001" in refused.says
    assert told(world, taken, refused) == [{Code.INTEGRATION_FAILED}]
    (case,) = world.outcome([refused.sha256]).cases
    assert {way.option for way in case.ways} == {"ask_why_refused", "sent_corrected", "said_otherwise"}
    assert [way.auto for way in case.ways] == [False] * 3


@pytest.mark.parametrize(
    "raw",
    [
        x12("999", "AK1*PO*13", "AK2*850*0001", "IK5*R*5", "AK9*R*1*1*0", group="FA"),
        x12("997", "AK1*PO*13", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK5*R*5", "AK9*P*2*2*1", group="FA"),
        edi("CONTRL", "UCI+13+A:14+B:14+4+18", directory="D:3:UN"),
        edi("CONTRL", "UCI+13+A:14+B:14+7", "UCM+1+ORDERS:D:96A:UN+4+12", directory="D:3:UN"),
        edi("APERAK", "BGM+313+1+27", "RFF+ACE:PO-40432", "ERC+1", "FTX+AAO+++Price unknown"),
    ],
    ids=["999", "997 in part", "CONTRL of all", "CONTRL of one", "APERAK"],
)
def test_every_way_of_refusing_is_the_same_case(world: World, raw: bytes):
    refused = sent(world, raw)

    assert "their system refused" in refused.says
    assert told(world, refused) == [{Code.INTEGRATION_FAILED}]


def test_a_refusal_that_is_set_aside_is_nobodys_any_more(world: World):
    refused = sent(world, edi("CONTRL", "UCI+13+A:14+B:14+4+18", directory="D:3:UN"))
    world.propose()
    command = SetAside(entity=ENTITY, message=refused.sha256, reason="corrected and sent again")
    door.execute(world.session, command, actor=EVALS, key="aside")

    assert [case.codes for case in world.outcome([refused.sha256]).cases if case.state != "done"] == []


CHANGE = ("BGM+230+K-2+4", "RFF+ON:PO-40432", *PARTIES, "LIN+1+3+FD-40:SA", "QTY+21:100:PCE", "UNS+S")
UBL = (
    '<{0} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{0}-2"'
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>K-2</cbc:ID>'
    "<cbc:IssueDate>2026-11-18</cbc:IssueDate>{1}<cac:OrderReference><cbc:ID>PO-40432</cbc:ID></cac:OrderReference></{0}>"
)
PAPERS = {
    "ORDCHG": (edi("ORDCHG", *CHANGE), "changes order PO-40432: line 1: 100 pcs FD-40, changed"),
    "ORDCHG that cancels": (edi("ORDCHG", "BGM+230+K-2+1", "RFF+ON:PO-40432", *PARTIES, "UNS+S"), "cancels order PO-40432"),
    "ORDERS that cancels": (edi("ORDERS", "BGM+220+PO-40432+1", *PARTIES, "UNS+S"), "cancels order PO-40432"),
    "860": (
        x12("860", "BCH*04*SA*PO-40432**1*20261102", "POC*3*QD*100*0*EA*1.85**VN*FD-40", "CTT*1", group="PC"),
        "changes order PO-40432: line 3: 100 pcs FD-40, changed",
    ),
    "860 that cancels": (x12("860", "BCH*01*SA*PO-40432**1*20261102", group="PC"), "cancels order PO-40432"),
    "OrderChange": (UBL.format("OrderChange", "").encode(), "changes order PO-40432"),
    "OrderCancellation": (
        UBL.format("OrderCancellation", "<cbc:CancellationNote>No longer needed</cbc:CancellationNote>").encode(),
        "cancels order PO-40432: “No longer needed”",
    ),
}  # fmt: skip
LETTERS = ("Please change our order PO-40432 to 100 pieces of FD-40.", "Please cancel our order PO-40432.")


def written(world: World, text: str, sender: str) -> Message:
    """A letter that says it in words."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = sender, "PO-40432", "Wed, 18 Nov 2026 09:15:00 +0100"
    mail["Authentication-Results"] = f"mx.harbor-pine.example; dkim=pass header.d={sender.rpartition('@')[2]}"
    mail.set_content(text)
    row = world.session.get(Message, (ENTITY, world.receive(mail.as_bytes(), "b.eml")))
    assert row is not None
    return row


@pytest.mark.parametrize("sender", [SELLER, "einkauf@kunde.example"], ids=["somebody on record", "a customer"])
@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_that_changes_or_cancels_is_the_same_case_as_a_letter_that_says_it(
    made: Worlds, world: World, paper: str, sender: str
):
    raw, says = PAPERS[paper]
    letter_says = LETTERS["ancel" in paper]
    if sender != SELLER:  # who names an order and a company of his own, not one of ours
        raw = raw.replace(b"PO-40432", b"K-77077").replace("Schönfeld Dichtungen GmbH".encode("latin-1"), b"Harbor")
        letter_says = letter_says.replace("PO-40432", "K-77077")
    message = sent(world, raw, sender)
    codes = told(world, message)
    (of_paper,) = world.outcome([message.sha256]).cases
    with made.world() as other:
        letter = written(other, letter_says, sender)
        assert told(other, letter) == codes
        (of_letter,) = other.outcome([letter.sha256]).cases

    assert codes == [{Code.REQUEST_UNANSWERED if sender == SELLER else Code.SENDER_UNKNOWN}]
    assert {way.option for way in of_paper.ways} == {way.option for way in of_letter.ways}
    if sender == SELLER:
        finding = world.session.scalars(
            select(CaseFinding).where(CaseFinding.code == Code.REQUEST_UNANSWERED).order_by(CaseFinding.seq.desc())
        ).first()
        assert finding is not None
        assert says in finding.says


@pytest.mark.parametrize(
    "raw",
    [
        edi("DESADV", "BGM+351+V-1+9", "RFF+ON:PO-40432", *PARTIES, "CPS+1", "LIN+1++FD-40:SA", "QTY+12:300:PCE"),
        edi("RECADV", "BGM+632+W-1+9", "RFF+ON:PO-40432", *PARTIES, "CPS+1", "LIN+1++FD-40:SA", "QTY+48:290:PCE"),
        edi("ORDERS", "BGM+220+K-1+9", *PARTIES, "LIN+1++FD-40:SA", "QTY+21:300:PCE", "UNS+S"),
        edi("ORDCHG", "BGM+230+K-2+4", "RFF+ON:PO-40432", *PARTIES, "LIN+1+3+FD-40:SA", "QTY+21:100:PCE", "UNS+S"),
        edi("REMADV", "BGM+481+Z-1+9", *PARTIES, "DOC+380+RE-1", "MOA+12:5.00", "UNS+S", "MOA+12:5.00"),
        edi("PRICAT", "BGM+9+P-1+9", *PARTIES, "LIN+1+1+FD-40:SA", "PRI+AAA:1.85", "UNS+S"),
        edi("IFTMIN", "BGM+610+S-1+9", *PARTIES, "GID+1+12:PX"),
        x12("945", "W06*F*SO-1*20261126*BL-1", "LX*1", "W12*CP*24*20*4*EA**VN*FD-40", group="SW"),
        x12("820", "BPR*I*5*C*CHK************20261121", "RMR*IV*RE-1**5", group="RA"),
    ],
    ids=["DESADV", "RECADV", "ORDERS", "ORDCHG", "REMADV", "PRICAT", "IFTMIN", "945", "820"],
)
def test_messages_that_change_nothing_are_kept_with_what_they_say(world: World, raw: bytes):
    message = sent(world, raw)

    assert message.state == "set_aside"
    (document,) = [d for d in message.reading["reading"]["documents"] if d["kind"] != "mail"]
    assert document["claims"]
    cases = told(world, message)
    if document["kind"] in ("order", "order_change"):
        assert message.says.startswith("Waits for an answer")
    else:
        assert message.says == "Read; nothing in it changes an order or an invoice."
        assert cases == []
