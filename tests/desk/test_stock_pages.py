"""The pages on stock: trouble first, every promise with what covers it, two clocks, and as many questions for many items."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, text
from starlette.testclient import TestClient as Browser

from core.availability.tables import Reservation
from desk.house import House
from tests.desk import stocklife
from tests.desk.stocklife import BOLT, BOX, MOTOR, TAPE
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
