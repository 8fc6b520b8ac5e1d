"""A photographed bill on the page of its message: the picture is there with its marks, in any width and theme."""

import pytest

from desk.house import House
from evals.scanning import crooked, picture_of, saved
from tests.browser.conftest import Open
from tests.browser.stand import Desk
from tests.desk.test_sheets import read
from tests.read.bills import Bill
from tests.read.papers import attached, letter, text_part

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "dark"), [((1440, 900), False), ((390, 844), True)], ids=["wide, light", "phone, dark"]
)
def test_the_picture_fits_the_page_and_is_shown(
    house: House, desk_server: Desk, open_as: Open, axe: str, size: tuple[int, int], dark: bool
) -> None:
    shot = saved(crooked(picture_of(Bill().pages()), 1.5), "JPEG")
    message = read(house, letter(text_part("The bill as a photo."), attached("bill.jpg", shot, "image/jpeg")))
    page = open_as("noah", size=size, dark=dark)
    page.goto(f"{desk_server.url}/intake?message={message}")
    page.locator(".evidence header label", has_text="Invoice KF-88213").click()
    picture = page.locator(".sheets img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => { const i = document.querySelector('.sheets img'); return i.complete && i.naturalWidth > 500 }"
    )
    box = picture.bounding_box()
    assert box is not None
    assert 200 < box["width"] <= size[0]
    page.evaluate(axe)
    found = page.evaluate("() => axe.run('.evidence').then(r => r.violations.map(v => v.id))")
    assert found == []
