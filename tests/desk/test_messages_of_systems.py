"""Messages of systems on the page of a message: their facts in words, each marked where it stands."""

import pytest

from agents.read.document import read_message
from core.intake.tables import Message
from desk.document_views import facts_and_tabs
from tests.read.edi import edi
from tests.read.papers import x12

RECEIVED = edi(
    "RECADV", "BGM+632+WE-991+9", "DTM+50:20261123:102", "RFF+ON:PO-40417", "CPS+1", "LIN+1++M8X40:SA", "QTY+48:1080:PCE",
    "QTY+124:40:PCE", "QVR+-40:124+AF",
)  # fmt: skip
PAID = x12(
    "820", "BPR*I*606.25*C*CHK************20261121", "CUR*PR*USD", "RMR*IV*KF-88213**626.25*639.03*12.78", group="RA"
)
REFUSED = x12("997", "AK1*PO*12", "AK2*850*0001", "AK5*R*5", "AK9*R*1*1*0", group="FA")


@pytest.mark.parametrize(
    ("raw", "facts"),
    [
        (
            RECEIVED,
            {"Receipt": "WE-991", "Order": "PO-40417", "Damaged, line 1": "40 pcs", "Differs, line 1": "damaged"},
        ),
        (PAID, {"Paid": "$606.25", "Held back": "$12.78", "Invoice": "KF-88213"}),
        (REFUSED, {"Their answer": "rejected", "Message": "0001", "What is wrong": "segments in error"}),
    ],
    ids=["received", "paid", "refused"],
)
def test_what_a_system_tells_is_shown_as_facts(raw: bytes, facts: dict[str, str]):
    reading = read_message(raw, "message.edi")
    shown, tabs = facts_and_tabs(Message(name="message.edi", source="upload", instructs=[]), reading)

    told = {}
    for fact in shown:
        told.setdefault(fact.label, fact.value)
    assert facts.items() <= told.items()
    assert {fact.sources for fact in shown} == {"EDI"}
    (tab,) = tabs
    marks = {segment.mark for paragraph in tab.paragraphs for segment in paragraph} - {0}
    assert marks
