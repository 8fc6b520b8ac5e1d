"""Counts, suggestions and entries by hand: blind where somebody counts, and nothing is booked that was not shown."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from core.books.periods import ClosePeriod
from core.counting.tables import CountScan, StockCount
from core.masterdata.commands import AddConversion
from core.purchasing.tables import PurchaseOrder
from core.replenishment.tables import OrderPoint, Suggestion
from core.stock.queries import available
from core.stock.tables import StockMove
from desk.house import House
from tests.desk import stocklife
from tests.desk.stocklife import BOLT, BOX, MOTOR, PLIERS, TAPE
from tests.desk.test_stock_pages import plain, post, seen, token

Comes = Callable[[str], TestClient]


def test_the_sheet_never_says_what_the_books_have(house: House, sign_in: Comes) -> None:
    stocklife.dated_lot(house)
    number = stocklife.counting(house)
    browser = sign_in("lena")
    page = browser.get(f"/stock/counts/{number}/sheet").text
    assert "144" not in plain(page), "the lot has so many"
    assert "How many pieces are here?" in plain(page)
    for line in (1, 2, 3):
        words = plain(browser.get(f"/stock/counts/{number}/sheet?line={line}").text)
        assert not {"40", "144", "940", "640", "880"} & set(words.split()), words
    mine = plain(browser.get(f"/stock/counts/{number}").text)
    assert "what the books say is shown once the count is posted" in mine
    assert "Differs too much" not in mine


def test_a_line_is_counted_found_by_scanning_and_counted_once_a_form(house: House, sign_in: Comes) -> None:
    number = stocklife.counting(house)
    browser = sign_in("lena")
    page = browser.get(f"/stock/counts/{number}/sheet?find=a-04").text
    assert "Combination pliers" in page
    assert "Nothing of" in browser.get(f"/stock/counts/{number}/sheet?find=zzz").text
    line = re.search(r'name="line" value="(\d+)"', page)[1]
    address, sent = f"/stock/counts/{number}/sheet", {"line": line, "scan": "0"}
    assert post(browser, address, page, counted="12,5", **sent).status_code == 422
    assert post(browser, address, page, counted="1.5", **sent).status_code == 409, "pieces are whole"
    assert post(browser, address, page, counted="40", **sent).status_code == 303
    assert post(browser, address, page, counted="40", **sent).status_code == 303, "sent twice is counted once"
    assert post(browser, address, page, counted="41", **sent).status_code == 409
    with house.unit() as session:
        scans = session.scalars(select(CountScan).where(CountScan.line == int(line))).all()
        assert [(one.counted, one.scanned_by) for one in scans] == [(Decimal(40), "lena")]
    assert "Everything is counted" in browser.get(address).text


def test_a_line_is_counted_in_boxes_and_pieces(house: House, sign_in: Comes) -> None:
    stocklife.do(house, AddConversion(entity="HP", item=PLIERS, unit="box", factor=Decimal(6)))
    stocklife.do(house, AddConversion(entity="HP", item=PLIERS, unit="case", factor=Decimal(30)))
    number = stocklife.counting(house)
    browser = sign_in("lena")
    page = browser.get(f"/stock/counts/{number}/sheet?find=a-04").text
    asked = re.findall(r"<label>(\w+)<input", page)
    assert asked == ["cases", "boxes", "pieces"], "the largest first"
    line = re.search(r'name="line" value="(\d+)"', page)[1]
    address, sent = f"/stock/counts/{number}/sheet", {"line": line, "scan": "0"}
    assert post(browser, address, page, **sent).status_code == 422, "nothing said is not none there"
    assert post(browser, address, page, **sent, **{"in:case": "1", "in:box": "1 or 2"}).status_code == 422
    assert post(browser, address, page, **sent, **{"in:box": "0.4"}).status_code == 409, "no whole piece"
    assert post(browser, address, page, **sent, **{"in:crate": "1"}).status_code == 409, "a unit nobody knows"
    boxes = {"in:case": "1", "in:box": "", "counted": "11"}
    assert post(browser, address, page, **sent, **boxes).status_code == 303
    with house.unit() as session:
        scans = session.scalars(select(CountScan).where(CountScan.line == int(line))).all()
        assert [(one.counted, one.told) for one in scans] == [(Decimal(41), "1 case + 11 pcs")]
    assert "1 case + 11 pcs by" in plain(browser.get(f"/stock/counts/{number}").text)


def test_a_difference_is_stood_for_by_another_and_then_posted_as_shown(house: House, sign_in: Comes) -> None:
    number = stocklife.counting(house)
    lena = sign_in("lena")
    page = lena.get(f"/stock/counts/{number}/sheet?find={PLIERS}").text
    line = re.search(r'name="line" value="(\d+)"', page)[1]
    post(lena, f"/stock/counts/{number}/sheet", page, line=line, scan="0", counted="40")
    tape = re.search(rf'line=(\d+)"[^>]*><span><b>[^<]*</b> {"Packing tape 50 mm"}', page)[1]
    confirm = {"line": tape, "root_cause": "unbooked_issue", "reason": "two boxes went to packing", "key": "1"}
    assert post(lena, f"/stock/counts/{number}/confirm", page, **confirm).status_code == 409

    otto = sign_in("otto")
    address = f"/stock/counts/{number}"
    page = otto.get(address).text
    assert "1 differs too much" in page
    assert re.search(r'href="/cases/CASE-\d+"', page)
    assert "Post the count" not in page
    assert post(otto, f"{address}/confirm", page, line=tape, root_cause="", key="1").status_code == 409
    assert post(otto, f"{address}/confirm", page, **confirm).status_code == 303
    page = otto.get(address).text
    assert "Unbooked issue, says Otto Nilsen" in plain(page)
    assert "−60 pcs" in plain(page)
    assert post(otto, f"{address}/post", page, seen="x", key="1").status_code == 409
    assert post(otto, f"{address}/post", page, seen=seen(page), key="2").status_code == 303
    with house.unit() as session:
        assert session.scalars(select(StockCount.state)).all() == ["posted"]
        assert available(session, "HP", TAPE, "TAC") == 880


def test_places_are_counted_again_and_a_count_is_given_up_with_a_reason(house: House, sign_in: Comes) -> None:
    number = stocklife.counting(house)
    otto, address = sign_in("otto"), f"/stock/counts/{number}"
    page = otto.get(address).text
    (line,) = re.findall(r'form="again" name="line" value="(\d+)"', page)
    assert post(otto, f"{address}/again", page, key="1").status_code == 409
    assert post(otto, f"{address}/again", page, key="1", line=[line]).status_code == 303
    assert "0 of 2 places counted" in plain(otto.get(address).text)
    assert post(otto, f"{address}/cancel", page, key="1", reason="").status_code == 409
    assert post(otto, f"{address}/cancel", page, key="1", reason="the shelf moves").status_code == 303
    assert "is cancelled" in otto.get(address).text


def test_a_count_is_opened_by_who_leads_them(house: House, sign_in: Comes) -> None:
    lena = sign_in("lena")
    page = lena.get("/stock/counts").text
    answer = post(lena, "/stock/counts", page, site="TAC", items=f"{PLIERS}, {TAPE}", location="", key="1")
    assert answer.status_code == 303
    assert "2 places" in lena.get(answer.headers["location"]).text
    assert post(lena, "/stock/counts", page, site="TAC", items="NOPE", location="", key="2").status_code == 409
    nadia = sign_in("nadia")
    page = nadia.get("/stock/counts").text
    assert "Open the count" not in page
    assert post(nadia, "/stock/counts", page, site="TAC", items="", location="", key="3").status_code == 409


def test_a_suggestion_says_its_arithmetic_and_is_taken_as_an_order_for_approval(house: House, sign_in: Comes) -> None:
    stocklife.promised(house)
    browser = sign_in("nadia")
    page = browser.get("/stock/replenishment").text
    words = plain(page)
    assert (
        "1,730 available and 2,000 coming leaves 3,730. Below 4,000 it is filled up to 5,000: 5,000 − 3,730 = 1,270."
        in words
    )
    with house.unit() as session:
        number = session.scalars(select(Suggestion.number).where(Suggestion.item == BOX)).one()
    page = browser.get(f"/stock/replenishment/{number}").text
    assert "waits for somebody else" in page
    taken = post(browser, f"/stock/replenishment/{number}/take", page, quantity="1270", seen=seen(page))
    assert taken.status_code == 303
    with house.unit() as session:
        order = session.scalars(select(PurchaseOrder).order_by(PurchaseOrder.placed_at.desc()).limit(1)).one()
        assert (order.supplier, order.placed_by, order.state) == ("S-1002", "nadia", "awaiting_approval")
    again = post(browser, "/stock/replenishment/run", browser.get("/stock/replenishment").text)
    assert "nothing new" in browser.get(again.headers["location"]).text
    assert browser.get(f"/stock/replenishment/{number}").status_code == 409


def test_a_transfer_is_taken_as_shown_or_left_with_a_reason(house: House, sign_in: Comes) -> None:
    stocklife.promised(house)
    with house.unit() as session:
        number = session.scalars(select(Suggestion.number).where(Suggestion.item == BOLT)).one()
    browser = sign_in("nadia")
    address = f"/stock/replenishment/{number}"
    page = browser.get(f"{address}?quantity=500").text
    assert "FB-M8X40 Reno −500 pcs" in plain(page)
    assert post(browser, f"{address}/take", page, quantity="501", seen=seen(page)).status_code == 409
    assert post(browser, f"{address}/leave", page, reason="", key="1").status_code == 409
    assert post(browser, f"{address}/leave", page, reason="Reno counts tonight", key="1").status_code == 303
    listed = plain(browser.get("/stock/replenishment").text)
    assert "Reno counts tonight, says Nadia Hart" in listed
    again = post(browser, "/stock/replenishment/run", browser.get("/stock/replenishment").text)
    assert "nothing new" in browser.get(again.headers["location"]).text


def test_an_order_point_shows_what_it_would_change_before_it_is_kept(house: House, sign_in: Comes) -> None:
    address = f"/stock/point?item={MOTOR}&site=RNO&minimum=30&target=50&supplier=S-1007&lead_days=5&period_days=30"
    otto = plain(sign_in("otto").get(address).text)
    assert "You may look, not set it" in otto
    browser = sign_in("nadia")
    page = browser.get(address).text
    assert "buy HM-15, RNO 32" in plain(page)
    with house.unit() as session:
        assert session.get(OrderPoint, ("HP", MOTOR, "RNO")) is None, "nothing is kept by looking"
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert post(browser, "/stock/point", page, **{**fields, "csrf": token(page)}).status_code == 303
    with house.unit() as session:
        assert session.get_one(OrderPoint, ("HP", MOTOR, "RNO")).minimum == 30
    assert browser.get(address.replace("target=50", "target=20")).status_code == 409
    assert browser.get(address.replace("target=50", "target=lots")).status_code == 422


def test_a_late_issue_shows_what_it_costs_anew_and_is_booked_as_shown(house: House, sign_in: Comes) -> None:
    address = (
        f"/stock/entry?do=IssueStock&item={BOX}&site=PDX&quantity=600&document=SO-7600&day=2026-11-05&location=&lot="
    )
    lena = sign_in("lena").get(address).text
    assert "You may look, not book" in plain(lena)
    assert "as shown" not in plain(lena)
    browser = sign_in("otto")
    page = browser.get(address).text
    words = plain(page)
    assert "PK-BOX40 Portland −600 pcs" in words
    assert "Issue SO-7719 PK-BOX40, Portland 18 Nov" in words
    assert "Journal of 5 Nov 2026" in words
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page[page.index('class="decide"') :]))
    assert browser.post("/stock/entry", data={**fields, "seen": "0" * 64}).status_code == 409
    assert browser.post("/stock/entry", data=fields).status_code == 303
    assert browser.post("/stock/entry", data=fields).status_code == 303, "sent twice is booked once"
    with house.unit() as session:
        moves = session.scalars(select(StockMove).where(StockMove.document == "SO-7600")).all()
        assert [(one.quantity, one.happened_at.date()) for one in moves] == [(Decimal(-600), date(2026, 11, 5))]
    assert "recorded 20 Nov" in plain(browser.get(f"/stock/items/{BOX}?site=PDX").text)


def test_a_cost_of_a_closed_month_is_corrected_in_the_open_one(house: House, sign_in: Comes) -> None:
    stocklife.do(house, ClosePeriod(entity="HP", through=date(2026, 10, 31)))
    browser = sign_in("tomas")
    page = plain(
        browser.get(f"/stock/entry?do=CorrectCost&item={BOX}&site=PDX&receipt=GR-9886&amount=-25&reason=rebate").text
    )
    assert "26 Oct 2026 stays as it is; the correction is dated 20 Nov 2026." in page
    late = f"/stock/entry?do=IssueStock&item={BOX}&site=PDX&quantity=1&document=SO-1&day=2026-10-30"
    assert "2026-10-30 is closed" in plain(browser.get(late).text)


@pytest.mark.parametrize(
    "query",
    [
        "do=IssueStock&quantity=-1&document=X",
        "do=IssueStock&quantity=1&document=",
        "do=AdjustStock&quantity=lots&reason=x",
        "do=CorrectCost&receipt=&amount=1&reason=x",
        "do=AddLandedCost&receipt=GR-9886&amount=",
    ],
)
def test_what_is_missing_in_an_entry_is_said(sign_in: Comes, query: str) -> None:
    answer = sign_in("tomas").get(f"/stock/entry?item={BOX}&site=PDX&{query}")
    assert answer.status_code == 409
    assert "Say " in answer.text or "Name " in answer.text
    assert sign_in("tomas").get(f"/stock/entry?item={BOX}&site=PDX&do=OpenStock").status_code == 404
