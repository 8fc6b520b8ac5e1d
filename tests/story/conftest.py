"""A real Chromium and a running desk. Without Chromium the tests are skipped with a clear line, but never in CI."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core import clock
from desk import demo
from desk.house import open_house
from desk.settings import PROJECT, Settings
from tests.story.house import NOW, RunningDesk, Server, home

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = "4.14"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI installs Chromium; it is not here"
        pytest.skip("no Chromium on this machine: browser tests are skipped (apt-get install chromium)")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--font-render-hinting=none", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script, from its npm package, kept under .desk/node."""
    folder = PROJECT / ".desk" / "node"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            assert not os.environ.get("CI"), "CI has Node; npm is not here"
            pytest.skip("no npm on this machine: accessibility checks are skipped")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "install", "--silent", "--prefix", str(folder), f"axe-core@{AXE}"], check=True)
    return script.read_text(encoding="utf-8")


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[RunningDesk]:
    """The web desk over the demo company, on Friday at 14:02."""
    house = open_house(Settings(home=home(tmp_path), demo=True), url=database, clock=clock.fixed(NOW))
    demo.stock(house)
    server = Server(house)
    yield RunningDesk(house, server.start())
    server.stop()
    house.close()


@pytest.fixture
def signed_in(desk: RunningDesk, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens a browser of its own for a person and signs in."""
    contexts = []

    def sign_in(person: str) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{desk.url}/signin")
        page.click(f"button[value={person}]")
        page.wait_for_url(lambda url: not url.endswith("/signin"))
        return page

    yield sign_in
    for context in contexts:
        context.close()
