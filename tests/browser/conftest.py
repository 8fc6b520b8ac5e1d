"""A real Chromium on a real desk: uvicorn in a thread on a free port, over the Friday of the desk tests."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from desk.app import create_app
from desk.house import House
from desk.settings import PROJECT
from tests.desk.conftest import friday_template, house

__all__ = ["friday_template", "house"]  # the same house as in tests/desk

CHROMIUM = Path("/usr/bin/chromium")
AXE = PROJECT / ".desk" / "node" / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = (1440, 900), (390, 844)
STARTS_WITHIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk: where it is, and the house behind it."""

    url: str
    house: House


@pytest.fixture
def desk_server(house: House) -> Iterator[Desk]:
    """The desk on a free port, for as long as the test runs."""
    config = uvicorn.Config(
        create_app(house), host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=1, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started, "the desk did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Desk(f"http://127.0.0.1:{port}", house)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not here (apt install chromium); the browser tests run where it is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--font-render-hinting=none"]
        )
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_as(chromium: Browser, desk_server: Desk) -> Iterator[Open]:
    """Signs somebody in, in a window of the asked width and colours, and gives the page. "" signs nobody in."""
    contexts: list[BrowserContext] = []

    def come(person: str = "", *, size: tuple[int, int] = WIDE, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            base_url=desk_server.url,
            device_scale_factor=1,
        )
        contexts.append(context)
        page = context.new_page()
        if person:
            page.goto("/signin")
            page.click(f"button[value={person}]")
            page.wait_for_load_state()
        return page

    yield come
    for context in contexts:
        context.close()
