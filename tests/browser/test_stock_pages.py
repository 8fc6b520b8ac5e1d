"""The stock pages under somebody's hands: in light and dark, on a desk and on a phone, counted by thumb, read by axe."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core.counting.tables import CountScan
from core.masterdata.commands import AddConversion
from core.replenishment.tables import Suggestion
from tests.browser.stand import PHONE, WIDE, Desk
from tests.browser.test_pages import barriers, listen, settle
from tests.desk import stocklife
from tests.desk.stocklife import BOLT, BOX, MOTOR, PLIERS

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def lively(desk: Desk) -> tuple[str, str]:
    """Stock with promises, a dated lot, a count, a cost that turned out later and a warehouse that says otherwise. Gives the
    count and a suggestion."""
    stocklife.promised(desk.house)
    stocklife.dated_lot(desk.house)
    stocklife.rebate(desk.house)
    stocklife.warehouse_apart(desk.house)
    number = stocklife.counting(desk.house)
    with desk.house.unit() as session:
        taken = session.scalars(select(Suggestion.number).where(Suggestion.item == BOLT)).one()
    return number, taken


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_stock_page_is_clean(
    desk_server: Desk, open_as: Open, axe: str, dark: bool, size: tuple[int, int]
) -> None:
    number, taken = lively(desk_server)
    entry = f"/stock/entry?item={BOX}&site=PDX"
    addresses = {
        "nadia": [
            "/stock",
            f"/stock/items/{MOTOR}?site=PDX",
            "/stock/replenishment",
            f"/stock/replenishment/{taken}",
            f"/stock/point?item={MOTOR}&site=RNO&minimum=30&target=50",
        ],
        "otto": [
            f"/stock/items/{BOX}?site=PDX&day=2026-11-12",
            "/stock/counts",
            f"/stock/counts/{number}",
            f"/stock/counts/{number}/sheet",
            f"{entry}&do=IssueStock&quantity=600&document=SO-7600&day=2026-11-05",
            f"{entry}&do=AdjustStock",
            f"{entry}&do=IssueStock&quantity=999999&document=SO-7601",
            "/stock/streams",
        ],
        "tomas": [
            f"{entry}&do=CorrectCost&receipt=GR-9886&amount=-25&reason=rebate",
            f"{entry}&do=AddLandedCost&receipt=GR-9886&amount=40&split=value",
        ],
    }
    wrong: list[str] = []
    for person, pages in addresses.items():
        page = open_as(person, size=size, dark=dark)
        errors = listen(page)
        for address in pages:
            settle(page, address)
            for summary in page.locator("main details summary").all():
                summary.click()
            wrong += [f"{address}: {one}" for one in barriers(page, axe)]
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            wrong += [f"{address}: {wider} pixels wider than the screen"] if wider > 0 else []
        wrong += [f"{person}: {one}" for one in errors]
    assert not wrong, "\n".join(wrong)


def test_whoever_counts_does_so_by_thumb_and_sees_no_book_figure(desk_server: Desk, open_as: Open) -> None:
    number, _ = lively(desk_server)
    page = open_as("lena", size=PHONE)
    page.goto(f"/stock/counts/{number}/sheet?find={PLIERS}")
    expect(page.locator("h1")).to_have_text("Combination pliers 180")
    expect(page.locator(".bin")).to_have_text("A-04")
    assert "40" not in page.locator("main").inner_text().split()
    for target in page.locator(".tally button, .tally #counted, main > .button, .scan button").all():
        assert target.bounding_box()["height"] >= 48, "a thumb finds it"
    assert page.evaluate("document.activeElement.id") == "counted"
    page.keyboard.type("41")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("41 pcs of Combination pliers 180 noted.")
    page.get_by_role("button", name="None here").click()
    expect(page.get_by_role("status").first).to_contain_text("0 pcs of Packing tape 50 mm noted.")
    expect(page.locator("h1")).to_have_text("Everything is counted")
    with desk_server.house.unit() as session:
        counted = session.scalars(select(CountScan.counted).order_by(CountScan.scanned_at, CountScan.line)).all()
        assert sorted(counted) == [0, 41, 880]


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (PHONE, True), (WIDE, False)])
def test_boxes_and_pieces_are_asked_for_side_by_side(
    desk_server: Desk, open_as: Open, axe: str, size: tuple[int, int], dark: bool
) -> None:
    stocklife.do(desk_server.house, AddConversion(entity="HP", item=PLIERS, unit="case", factor=Decimal(30)))
    stocklife.do(desk_server.house, AddConversion(entity="HP", item=PLIERS, unit="box", factor=Decimal(6)))
    number, _ = lively(desk_server)
    page = open_as("lena", size=size, dark=dark)
    settle(page, f"/stock/counts/{number}/sheet?find={PLIERS}")
    assert barriers(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    fields = page.locator(".tally .units input").all()
    boxes = [field.bounding_box() for field in fields]
    assert len({round(box["y"]) for box in boxes}) == 1, "side by side"
    assert min(box["height"] for box in boxes) >= 48, "a thumb finds it"
    page.keyboard.type("1")
    page.get_by_label("pieces").fill("11")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_role("status").first).to_contain_text("1 case + 11 pcs of Combination pliers 180 noted.")


def test_a_figure_that_is_none_keeps_the_place(desk_server: Desk, open_as: Open) -> None:
    number, _ = lively(desk_server)
    page = open_as("lena", size=PHONE)
    page.goto(f"/stock/counts/{number}/sheet?find={PLIERS}")
    page.locator("#counted").fill("forty")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_role("alert").first).to_contain_text("is no quantity")
    expect(page.locator("h1")).to_have_text("Combination pliers 180")


def test_items_are_found_while_one_types_and_opened_by_keys(desk_server: Desk, open_as: Open) -> None:
    lively(desk_server)
    page = open_as("nadia")
    expect(page).to_have_url(re.compile(r"/stock$"))
    page.get_by_role("searchbox", name="Item").fill("motor")
    expect(page.locator("#items tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/stock\?q=motor"))
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/stock/items/{MOTOR}**")
    expect(page.locator("h1")).to_contain_text("Drive motor 1.5 kW")
    assert page.locator("svg.chart").get_attribute("aria-label").startswith("20 Nov: 4; 25 Nov: −20")


def test_a_late_issue_is_shown_and_then_booked_by_a_key(desk_server: Desk, open_as: Open) -> None:
    lively(desk_server)
    page = open_as("otto")
    page.goto(f"/stock/items/{BOX}?site=PDX")
    page.get_by_role("link", name="Issue", exact=True).click()
    page.get_by_label("How many went").fill("600")
    page.get_by_label("On which document").fill("SO-7600")
    page.get_by_label("Happened on").fill("2026-11-05")
    page.get_by_role("button", name="Show what it changes").click()
    expect(page.locator("[aria-labelledby=changes-title]")).to_contain_text("Cost of sales, 1 entry")
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.get_by_role("status").first).to_have_text("Booked, as it was shown.")
    expect(page.locator("#moves tbody tr").first).to_contain_text("SO-7600")
