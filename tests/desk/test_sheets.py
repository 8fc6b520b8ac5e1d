"""Pages of documents are shown as they look, with the numbered facts marked; nothing of the file itself goes out."""

import base64
import io
import re
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from agents.models.rules import Rules
from agents.read.sandbox import ReaderPool
from agents.read.shown import PageImage
from core.erp import Actor
from core.intake.storing import store
from core.intake.tables import Message
from desk import sheets, work
from desk.house import House
from evals.scanning import crooked, picture_of, saved
from tests.read.bills import Bill
from tests.read.papers import attached, letter, pdf, text_part

Comes = Callable[[str], TestClient]
SOMEBODY = Actor(kind="system", id="test")


def read(house: House, raw: bytes) -> str:
    """Store a message and have it read."""
    with house.unit() as session:
        message = store(session, raw, entity="HP", name="mail.eml", source="test", actor=SOMEBODY)
    with closing(ReaderPool(1)) as readers:
        work.read_message(work.Workshop(house, readers, Rules()), "HP", message, work.PICTURES)
    return message


@pytest.fixture
def photographed(house: House) -> str:
    shot = saved(crooked(picture_of(Bill().pages()), 1.5), "JPEG")
    return read(house, letter(text_part("The bill as a photo."), attached("bill.jpg", shot, "image/jpeg")))


def test_a_photo_stands_on_the_page_of_its_message_with_its_facts_marked(
    house: House, sign_in: Comes, photographed: str
) -> None:
    clerk = sign_in("noah")
    page = clerk.get(f"/intake?message={photographed}").text
    assert '<details class="sheets" open>' in page
    assert "</span> picture</td>" in page
    (address,) = re.findall(rf'src="(/intake/{photographed}/sheet/\d+/1)"', page)

    answer = clerk.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    numbers = {int(number) for number in re.findall(r">(\d+)</text>", answer.text)}
    assert {1, 2, 3} <= numbers
    packed = base64.b64decode(re.search(r"data:image/png;base64,([^\"]+)", answer.text)[1])
    assert Image.open(io.BytesIO(packed)).mode == "L"


def test_the_page_of_a_pdf_is_there_to_be_unfolded(house: House, sign_in: Comes) -> None:
    message = read(house, letter(text_part("See."), attached("bill.pdf", Bill().pages())))

    page = sign_in("noah").get(f"/intake?message={message}").text
    assert '<details class="sheets"><summary>The page as it looks' in page


def test_pages_that_are_none_are_not_found(sign_in: Comes, photographed: str) -> None:
    clerk = sign_in("noah")
    for address in ("sheet/99/1", "sheet/0/1", "sheet/4/2", "sheet/-1/1", "sheet/4/0"):
        assert clerk.get(f"/intake/{photographed}/{address}").status_code in (404, 422), address


def test_nothing_is_drawn_of_what_is_quarantined(house: House, sign_in: Comes, photographed: str) -> None:
    with house.unit() as session:
        session.get(Message, ("HP", photographed)).state = "quarantined"
    clerk = sign_in("noah")

    assert f"{photographed}/sheet" not in clerk.get(f"/intake?message={photographed}").text
    assert clerk.get(f"/intake/{photographed}/sheet/4/1").status_code == 403


def test_a_stranger_sees_no_page(client: TestClient, photographed: str) -> None:
    assert client.get(f"/intake/{photographed}/sheet/4/1").status_code in (303, 401, 403)


def test_a_reader_that_lies_about_a_page_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = pdf("Invoice no. KF-1")
    with closing(ReaderPool(1)) as readers:
        assert readers.page(raw, "a.pdf", "1:a.pdf", 1) is not None
        monkeypatch.setattr("agents.read.reader_process.WIDE", 10)
        assert readers.page(raw, "a.pdf", "1:a.pdf", 1) is None
        monkeypatch.undo()
        assert readers.page(raw, "a.pdf", "1:a.pdf", 1) is not None
        assert readers.read(raw, "a.pdf").parts


def test_greys_become_a_picture_file_and_marks_stand_on_them() -> None:
    drawn = PageImage(3, 2, 2.0, bytes([0, 128, 255, 255, 128, 0]))
    image = Image.open(io.BytesIO(sheets.png(drawn)))

    assert (image.size, image.tobytes()) == ((3, 2), drawn.pixels)
    box = (Decimal(10), Decimal(20), Decimal(30), Decimal(32))
    assert '<rect x="16.0" y="36.0" width="48.0" height="32.0"' in sheets.svg(drawn, [(7, box)])
