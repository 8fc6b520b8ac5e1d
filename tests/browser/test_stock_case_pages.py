"""A stock case under somebody's hands: the tables to decide by, in light and dark, wide and on a phone, read by axe; and
the root cause that the button asks for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.masterdata.commands import SetStockPolicy
from tests.browser.stand import PHONE, WIDE, Desk
from tests.browser.test_pages import barriers, listen, settle
from tests.desk import friday
from tests.desk.stock_desk import PLIERS, TUESDAY, D, case_of, counted, do, wanted

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def short(desk: Desk) -> tuple[str, str]:
    """Pliers that Reno lacks and Tacoma can spare, and a count of pumps that differs. Gives both cases."""
    do(desk.house, SetStockPolicy(entity="HP", item=PLIERS, site="TAC", safety_stock=D(8)))
    wanted(desk.house, "SO-7731", "20", TUESDAY)
    wanted(desk.house, "SO-7732", "5", TUESDAY)
    number = counted(desk.house, "LP-LBL", "PDX", "52")
    friday.drain(desk.house)
    return case_of(desk.house, "stock:BW-PLR:RNO").number, case_of(desk.house, f"count:{number}").number


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_stock_case_is_clean(desk_server: Desk, open_as: Open, axe: str, dark: bool, size: tuple[int, int]) -> None:
    shortage, variance = short(desk_server)
    wrong: list[str] = []
    for person, case in (("nadia", shortage), ("otto", variance)):
        page = open_as(person, size=size, dark=dark)
        errors = listen(page)
        settle(page, f"/cases/{case}")
        for place, tab in enumerate(page.locator(".evidence header label").all()):
            tab.click()
            wrong += [f"{case}, table {place}: {one}" for one in barriers(page, axe)]
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        wrong += [f"{case}: {wider} pixels wider than the screen"] if wider > 0 else []
        wrong += [f"{person}: {one}" for one in errors]
    assert not wrong, "\n".join(wrong)


def test_the_button_asks_why_it_came_to_this(desk_server: Desk, open_as: Open) -> None:
    shortage, _ = short(desk_server)
    page = open_as("nadia")
    settle(page, f"/cases/{shortage}")
    page.keyboard.press("a")
    expect(page.locator("#root-cause")).to_be_focused()  # the browser says that something is to be chosen
    expect(page.locator("#proposal .tag.accent")).to_have_text("Proposed")

    page.select_option("#root-cause", "demand_rose")
    page.keyboard.press("Tab")
    page.locator("#approve-form button").click()
    expect(page.locator("#proposal .tag").first).to_contain_text("Approved")
