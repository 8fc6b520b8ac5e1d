"""The page on warehouses: how far each came, what is missing and open, and where it and the ledger part, with its case."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from core.reconciling.commands import ConnectWarehouse, RecordWarehouseEvents, WarehouseMove
from desk.house import House
from tests.desk import friday, stocklife
from tests.desk.stocklife import BOLT, MOTOR, D
from tests.desk.test_queries import counted
from tests.desk.test_stock_pages import many_items, plain

Comes = Callable[[str], TestClient]
MORE = 60


def test_a_stream_says_how_far_it_came_and_what_is_open_on_both_sides(house: House, sign_in: Comes) -> None:
    stocklife.warehouse_apart(house)
    words = plain(sign_in("otto").get("/stock/streams").text)
    assert "1 warehouse and the ledger disagree" in words
    assert "WMS-PDX Portland 20 Nov 09:13 7 4 2 1 2 cases" in words, "told until, last number, never told, both open"
    assert "Matched 1 of 3 events told" in words
    assert "Never told 4 in 1 hole" in words
    assert "3 to 6 4 events" in words
    assert re.search(r"Hex bolt M8×40 Portland 2, SO-7799 20 Nov \d\d:\d\d −25", words)
    assert re.search(r"Drive motor 1.5 kW Portland 7, SO-7800 20 Nov \d\d:\d\d −2", words)
    assert re.search(r"Hex bolt M8×40 Portland \d+, SO-7799 20 Nov \d\d:\d\d −20", words)
    assert "SO-7798" not in words, "what is matched is not open"


def test_the_first_event_that_disagrees_is_named_with_its_case(house: House, sign_in: Comes) -> None:
    stocklife.warehouse_apart(house)
    otto = sign_in("otto")
    page = otto.get("/stock/streams").text
    for says in ("event WMS-PDX-2", "says −25, the ledger has −20 by SO-7799", "told nothing under numbers 3 to 6"):
        assert says in plain(page)
    assert f'href="/stock/items/{BOLT}?site=PDX"' in page
    cases = re.findall(r'href="(/cases/CASE-\d+)"', page)
    assert len(cases) == 3
    assert all(otto.get(case).status_code == 200 for case in cases)
    assert re.search(rf'href="/stock/streams"[^>]*>Warehouses<b>{len(set(cases))}</b>', otto.get("/stock").text)


def test_a_stream_that_agrees_says_so_and_one_is_chosen_by_its_name(house: House, sign_in: Comes) -> None:
    otto = sign_in("otto")
    assert "No warehouse is connected" in plain(otto.get("/stock/streams").text)
    since = friday.AFTERNOON - timedelta(hours=1)
    stocklife.do(house, ConnectWarehouse(entity="HP", source="A & B", sites=("RNO",), since=since))
    assert "Warehouses and ledger agree" in plain(otto.get("/stock/streams").text)
    stocklife.warehouse_apart(house)
    assert "Where WMS-PDX and the ledger part" in plain(otto.get("/stock/streams").text), "the one in trouble"
    quiet = otto.get("/stock/streams?source=A%20%26%20B").text
    assert "Where A &amp; B and the ledger part" in quiet
    assert "A & B Reno nothing yet none 0 0 0 Agrees" in plain(quiet).replace("&amp;", "&")
    assert otto.get("/stock/streams?source=NONE").status_code == 404
    assert sign_in("mara").get("/stock/streams").status_code == 403


def test_what_a_warehouse_writes_is_never_markup(house: House, sign_in: Comes) -> None:
    stocklife.warehouse_apart(house)
    evil = WarehouseMove(
        event="W<b>", sequence=8, happened_at=friday.AFTERNOON - timedelta(hours=3), item=MOTOR, site="PDX",
        quantity=D(-1), reference="<script>x</script>",
    )  # fmt: skip
    stocklife.do(house, RecordWarehouseEvents(entity="HP", source="WMS-PDX", events=(evil,)))
    page = sign_in("otto").get("/stock/streams").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.parametrize("more", ["streams", "open"])
def test_the_page_asks_as_often_for_many_as_for_few(house: House, sign_in: Comes, more: str) -> None:
    stocklife.warehouse_apart(house)
    browser = sign_in("otto")
    browser.get("/stock/streams")
    with counted(house) as few:
        assert browser.get("/stock/streams").status_code == 200
    many_items(house)
    if more == "open":
        since = friday.AFTERNOON - timedelta(hours=4)
        events = tuple(
            WarehouseMove(
                event=f"M-{n}",
                sequence=2 * n,
                happened_at=since,
                item=BOLT,
                site="PDX",
                location=f"L-{n}",
                quantity=D(n),
            )
            for n in range(10, 10 + MORE)
        )
        stocklife.do(house, RecordWarehouseEvents(entity="HP", source="WMS-PDX", events=events))
    else:
        with house.unit() as session:
            for table in ("warehouse_stream", "stream_entry"):
                names = session.scalars(
                    text(
                        "select quote_ident(column_name) from information_schema.columns where table_name = :table"
                        " and is_generated = 'NEVER' order by ordinal_position"
                    ),
                    {"table": table},
                ).all()
                values = [f"{name} || '-' || n" if name == "source" else name for name in names]
                session.execute(
                    text(
                        f"insert into {table} ({', '.join(names)}) select {', '.join(values)} from {table}"
                        f" cross join generate_series(1, {MORE - 1}) n"
                    )
                )
    with counted(house) as many:
        page = browser.get("/stock/streams")
    assert page.status_code == 200
    assert len(few) <= 22, "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)
    assert ("are not listed" in page.text) if more == "open" else (page.text.count("data-row") > MORE)
