"""What a browser test stands on: a running desk, windows into it, and a picture of every window when a test fails."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from core import audit, clock, door
from core.erp import Actor
from core.intake.storing import store
from core.people.commands import GrantRole
from desk import demo
from desk.app import create_app
from desk.house import House
from desk.jobs import run_worker
from desk.settings import PROJECT

WIDE, PHONE = (1440, 900), (390, 844)
AFTERNOON = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
PICTURES = PROJECT / ".desk" / "failed"
AXE = "4.14"
STARTS_WITHIN_SECONDS = 10.0
SOMEBODY = Actor(kind="system", id="test")


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk: where it is, and the house behind it."""

    url: str
    house: House

    def bring_in(self, name: str) -> None:
        """Store one of the demo's messages."""
        raw = (demo.MAIL / name).read_bytes()
        with self.house.unit() as session:
            store(session, raw, entity="HP", name=name, source="test", actor=SOMEBODY)

    def work(self) -> None:
        """Let the worker empty its queue, in a thread of its own: the browser's driver owns this one's event loop."""
        worker = threading.Thread(target=run_worker, args=(self.house,), kwargs={"wait": False, "concurrency": 1})
        worker.start()
        worker.join(timeout=120)
        assert not worker.is_alive(), "the worker did not end"

    def grant(self, person: str, role: str, limit: str) -> None:
        """Give somebody a role."""
        with self.house.unit() as session:
            granted = GrantRole(entity="HP", person=person, role=role, limit=Decimal(limit))
            door.execute(session, granted, actor=SOMEBODY, key=f"grant {person} {role}")

    def checkpoint(self) -> None:
        """Sign and anchor the audit log."""
        settings = self.house.settings
        with self.house.unit() as session:
            audit.checkpoint(session, audit.signing_key(settings.keys, clock.now(session)), settings.anchors)


@contextmanager
def running(house: House) -> Iterator[Desk]:
    """The desk over a house, on a free port."""
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
    try:
        yield Desk(f"http://127.0.0.1:{port}", house)
    finally:
        server.should_exit = True
        thread.join(10)


class Windows:
    """Browser windows, each with a sign-in of its own."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []

    def open(self, desk: Desk, person: str = "", *, size: tuple[int, int] = WIDE, dark: bool = False) -> Page:
        """A window of the asked width and colours, with somebody signed in. "" signs nobody in."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            base_url=desk.url,
            device_scale_factor=1,
        )
        self.contexts.append(context)
        page = context.new_page()
        if person:
            page.goto("/signin")
            page.click(f"button[value={person}]")
            page.wait_for_url(lambda url: "/signin" not in url)
        return page

    def pictures(self, test: str) -> list[Path]:
        """Takes a picture of every open window. Gives where they are."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        stem = "".join(letter if letter.isalnum() else "-" for letter in test)
        taken = []
        for number, page in enumerate((page for context in self.contexts for page in context.pages), start=1):
            file = PICTURES / f"{stem}-{number}.png"
            page.screenshot(path=str(file), full_page=True)
            taken.append(file)
        return taken

    def close(self) -> None:
        """Close them all."""
        for context in self.contexts:
            context.close()


def chromium_here() -> str | None:
    """Where this machine's Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def axe_script() -> str | None:
    """The accessibility checker, from its npm package, kept under .desk/node. None where npm is missing, too."""
    folder = PROJECT / ".desk" / "node"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "install", "--silent", "--prefix", str(folder), f"axe-core@{AXE}"], check=True)
    return script.read_text(encoding="utf-8")
