"""The pages on stock: trouble first, every promise with what covers it, two clocks, blind counts, and nothing booked that
was not shown."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, text
from starlette.testclient import TestClient as Browser

from core.availability.tables import Reservation
from core.books.periods import ClosePeriod
from core.counting.tables import CountScan, StockCount
from core.purchasing.tables import PurchaseOrder
from core.replenishment.tables import OrderPoint, Suggestion
from core.stock.queries import available
from core.stock.tables import StockMove
from desk.house import House
from tests.desk import stocklife
from tests.desk.stocklife import BOLT, BOX, MOTOR, PLIERS, TAPE
from tests.desk.test_queries import counted

Comes = Callable[[str], TestClient]
MORE = 60


def token(page: str) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def seen(page: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page)[1]


def plain(page: str) -> str:
    """The words of a page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def post(browser: Browser, address: str, page: str, **values: str | list[str]) -> Response:
    return browser.post(address, data={"csrf": token(page), **values})


def test_what_is_in_trouble_stands_first_with_its_case(house: House, sign_in: Comes) -> None:
    stocklife.promised(house)
    stocklife.dated_lot(house)
    page = sign_in("nadia").get("/stock").text

    rows = re.findall(r'<a class="what" href="[^"]+">([^<]+)</a>', page)
    assert rows[:4] == ["Drive motor 1.5 kW", "Packing tape 50 mm", "Hex bolt M8×40", "Shipping box 40×30×30"]
    words = plain(page)
    assert "Four items need somebody" in words
    assert "20 pieces short" in words
    assert re.search(r'href="/cases/CASE-\d+"', page)
    assert "144 pieces will expire" in words
    assert "Lots near their last day 1 within 30 days" in words
    assert len(rows) > 10, "the quiet ones follow"


def test_items_are_found_by_number_name_and_site(house: House, sign_in: Comes) -> None:
    browser = sign_in("nadia")
    names = r'<a class="what" href="[^"]+">([^<]+)</a>'
    assert re.findall(names, browser.get("/stock?q=drive").text) == ["Drive motor 1.5 kW"] * 2
    assert re.findall(names, browser.get("/stock?q=hm-15&site=RNO").text) == ["Drive motor 1.5 kW"]
    assert re.findall(names, browser.get("/stock?only=trouble").text) == []
    assert "Nothing fits" in browser.get("/stock?q=%25").text
    alone = browser.get("/stock?q=drive", headers={"HX-Request": "true"}).text
    assert "<html" not in alone
    assert 'id="items"' in alone


def test_every_item_comes_once_over_the_pages(house: House, sign_in: Comes) -> None:
    many_items(house)
    stocklife.promised(house)
    browser, address, found = sign_in("nadia"), "/stock", []
    while address:
        page = browser.get(address).text
        found += re.findall(r'<a class="what" href="([^"]+)"', page)
        further = re.search(r'class="button" href="([^"]+)">Further items', page)
        address = further[1].replace("&amp;", "&") if further else ""
    assert len(found) == len(set(found))
    with house.unit() as session:
        there = session.execute(
            text(
                "select count(*) from (select item, site from stock_balance where quantity <> 0"
                " union select item, site from order_point) x"
            )
        ).scalar_one()
    assert len(found) == there


def test_an_item_shows_every_promise_with_what_covers_it(house: House, sign_in: Comes) -> None:
    stocklife.promised(house)
    words = plain(sign_in("nadia").get(f"/stock/items/{MOTOR}?site=PDX").text)
    assert "20 short from 25 Nov, covered on 26 Nov" in words
    assert "SO-7731 goes 4 from stock 20 from PO-40436 on 26 Nov, 1 day late −24 −20" in words
    bolts = plain(sign_in("nadia").get(f"/stock/items/{BOLT}").text)
    assert "Hex bolt M8×40: 2,100 in Reno" in bolts, "without a site it is the one that has most"


def test_a_reservation_is_let_go_by_the_planner_with_a_reason(house: House, sign_in: Comes) -> None:
    stocklife.promised(house)
    address = f"/stock/items/{BOLT}?site=PDX"
    buyer = sign_in("priya")
    page = buyer.get(address).text
    assert "150 for SO-7744" in plain(page)
    assert "Why is it let go?" not in page
    sent = {"reservation": "RS-1", "item": BOLT, "site": "PDX", "key": "1"}
    assert post(buyer, "/stock/release", page, reason="mine", **sent).status_code == 409

    planner = sign_in("nadia")
    page = planner.get(address).text
    assert post(planner, "/stock/release", page, reason="", **sent).status_code == 409
    assert post(planner, "/stock/release", page, reason="cancelled", **sent).status_code == 303
    assert "Nobody has reserved any of it" in planner.get(address).text
    with house.unit() as session:
        assert session.scalars(select(Reservation.state)).all() == ["released"]


def test_an_item_as_it_was_on_two_clocks(house: House, sign_in: Comes) -> None:
    stocklife.rebate(house)
    browser = sign_in("tomas")
    then = plain(browser.get(f"/stock/items/{BOX}?site=PDX&day=2026-11-12").text)
    assert "On hand 2,150 2,150" in then
    assert re.search(r"Worth, USD 2,098\.00 2,07\d\.\d\d", then)
    assert "What was found out since is marked" in then
    now = plain(browser.get(f"/stock/items/{BOX}?site=PDX&day=2026-11-12&known=2026-11-20T23:00").text)
    assert "both clocks say the same" in now
    assert browser.get(f"/stock/items/{BOX}?site=PDX&day=yesterday").status_code == 422


def test_the_cost_history_says_what_turned_out_and_why(house: House, sign_in: Comes) -> None:
    stocklife.rebate(house)
    words = plain(sign_in("tomas").get(f"/stock/items/{BOX}?site=PDX").text)
    assert "CC-1 GR-9886: rebate of the year" in words
    assert "Receipt GR-9886 came to cost 26 Oct −25.00" in words
    assert "Nothing turned out later" in plain(sign_in("tomas").get(f"/stock/items/{MOTOR}?site=RNO").text)


def test_moves_count_back_from_what_is_on_hand_page_by_page(house: House, sign_in: Comes) -> None:
    with house.unit() as session:
        last = session.execute(
            text("select max(number) from stock_move where item = :item"), {"item": BOLT}
        ).scalar_one()
    browser = sign_in("nadia")
    whole = re.findall(r'data-label="On hand">([\d,]+)<', browser.get(f"/stock/items/{BOLT}?site=PDX").text)
    earlier = browser.get(f"/stock/items/{BOLT}?site=PDX&before={last}").text
    assert re.findall(r'data-label="On hand">([\d,]+)<', earlier) == whole[1:]


@pytest.mark.parametrize("address", ["/stock/items/NONE", f"/stock/items/{BOLT}?site=NONE", "/stock/counts/CNT-9"])
def test_what_is_not_there_is_404(sign_in: Comes, address: str) -> None:
    assert sign_in("nadia").get(address).status_code == 404


def test_who_has_nothing_to_do_with_stock_does_not_see_it(sign_in: Comes) -> None:
    for address in ("/stock", f"/stock/items/{BOLT}", "/stock/counts", "/stock/replenishment"):
        assert sign_in("mara").get(address).status_code == 403


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


def many_items(house: House) -> None:
    """Many more items, each a copy of the bolts with their balances, pools, promises, suggestions and count lines."""
    tables = {
        "item": "sku", "stock_balance": "item", "cost_pool": "item", "order_point": "item", "planned_move": "item",
        "replenishment_suggestion": "item", "reservation": "item", "count_line": "item",
    }  # fmt: skip
    with house.unit() as session:
        for table, column in tables.items():
            names = session.scalars(
                text(
                    "select quote_ident(column_name) from information_schema.columns where table_name = :table"
                    " and is_generated = 'NEVER' order by ordinal_position"
                ),
                {"table": table},
            ).all()
            own = {column, "number"} if table not in ("item", "count_line") else {column}
            values = [
                f"{name} || '-' || n" if name in own else f"{name} + n" if name == "line" else name for name in names
            ]
            if table == "count_line":
                values = [
                    f"{name} + 10 * n" if name == "line" else value for name, value in zip(names, values, strict=True)
                ]
            session.execute(
                text(
                    f"insert into {table} ({', '.join(names)}) select {', '.join(values)} from {table}"
                    f" cross join generate_series(1, {MORE}) n where {column} in ('{BOLT}', '{TAPE}')"
                )
            )


PAGES = [
    ("nadia", "/stock", 40),
    ("nadia", f"/stock/items/{BOLT}?site=PDX&day=2026-11-12", 40),
    ("otto", "/stock/counts", 14),
    ("otto", "/stock/counts/CNT-1", 24),
    ("lena", "/stock/counts/CNT-1/sheet", 14),
    ("nadia", "/stock/replenishment", 18),
]


@pytest.mark.parametrize(("person", "address", "most"), PAGES)
def test_a_page_asks_as_often_for_many_items_as_for_few(
    house: House, sign_in: Comes, person: str, address: str, most: int
) -> None:
    stocklife.promised(house)
    stocklife.dated_lot(house)
    stocklife.counting(house)
    browser = sign_in(person)
    browser.get(address)
    with counted(house) as few:
        assert browser.get(address).status_code == 200
    many_items(house)
    with counted(house) as many:
        assert browser.get(address).status_code == 200

    assert len(few) <= most, "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)
