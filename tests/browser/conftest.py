"""A real Chromium on a real desk: uvicorn in a thread on a free port, over a copied database.

Two companies stand ready, each made once: the Friday of the desk tests (`desk_server`), quick and of known figures, and
the demo company with nothing but the story's mail in it, read by the real worker (`story`).
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core import clock
from desk import demo
from desk.house import House, open_house
from desk.settings import Settings
from tests.browser.stand import AFTERNOON, Desk, Windows, axe_script, chromium_here, running
from tests.databases import copied, create
from tests.desk.conftest import friday_template, house

__all__ = ["friday_template", "house"]  # the same house as in tests/desk

STORY = "desk_story"
STORY_MAIL = "053-kestrel-invoice.eml"
OPENED = pytest.StashKey[Windows]()
Open = Callable[..., Page]


def missing(says: str) -> None:
    """Without a tool a test is skipped with a clear line, but never in CI."""
    if os.environ.get("CI"):
        pytest.fail(says)
    pytest.skip(says)  # what is missing, and where it comes from


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    where = chromium_here()
    if where is None:
        missing("no Chromium on this machine: browser tests are skipped (apt-get install chromium)")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--font-render-hinting=none", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=where, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, to be run in a page."""
    script = axe_script()
    if script is None:
        missing("neither axe-core nor npm is here: accessibility checks are skipped")
    return script or ""


@pytest.fixture
def desk_server(house: House) -> Iterator[Desk]:
    """The desk over the Friday of the desk tests, for as long as the test runs."""
    with running(house) as desk:
        yield desk


@pytest.fixture(scope="session")
def story_template(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the demo company and the story's mail, read; made once."""
    made = opened(create(server, STORY), tmp_path_factory.mktemp("story"))
    demo.stock(made)
    desk = Desk("", made)
    desk.bring_in(STORY_MAIL)
    desk.work()
    made.close()
    return STORY


@pytest.fixture
def story(server: str, story_template: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The web desk over the demo company with the story's mail, on Friday at 14:02."""
    name = f"s_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**10}"
    with copied(server, name, story_template) as url:
        made = opened(url, tmp_path)
        with running(made) as desk:
            yield desk
        made.close()


def opened(url: str, home: Path) -> House:
    """A house of the demo company whose clock stands still."""
    return open_house(Settings(home=home, demo=True), url=url, clock=clock.fixed(AFTERNOON))


@pytest.fixture
def windows(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Windows]:
    """Browser windows, closed after the test. If it fails, each leaves a picture."""
    windows = Windows(chromium)
    request.node.stash[OPENED] = windows
    yield windows
    windows.close()


@pytest.fixture
def open_as(desk_server: Desk, windows: Windows) -> Open:
    """Signs somebody in on Friday's desk and gives the page. Windows close first: a desk waits for its open lines."""
    return partial(windows.open, desk_server)


@pytest.fixture
def signed_in(story: Desk, windows: Windows) -> Open:
    """Signs somebody in on the story's desk and gives the page."""
    return partial(windows.open, story)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where a browser test fails, its report names the pictures of its windows."""
    report = yield
    if call.when == "call" and report.failed and OPENED in item.stash:
        taken = item.stash[OPENED].pictures(item.name)
        report.sections.append(("pictures", "\n".join(str(file) for file in taken)))
    return report
