"""The desk as a browser test stands on it: the real app on a free port, the demo company, the real worker on demand."""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import uvicorn

from core import audit, clock, door
from core.erp import Actor
from core.intake.storing import store
from core.people.commands import GrantRole
from desk import demo
from desk.app import create_app
from desk.house import House
from desk.jobs import run_worker

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
SOMEBODY = Actor(kind="system", id="test")


@dataclass(frozen=True)
class RunningDesk:
    """A running web desk over its own books."""

    house: House
    url: str

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


class Server:
    """uvicorn in a thread, on a port of its own choosing."""

    def __init__(self, house: House) -> None:
        config = uvicorn.Config(create_app(house), host="127.0.0.1", port=0, log_level="warning")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def start(self) -> str:
        """Start and give the address."""
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < until, "the web desk did not start"
            time.sleep(0.02)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """Stop and wait."""
        self.server.should_exit = True
        self.thread.join(timeout=10)


def home(tmp_path: Path) -> Path:
    """A folder for keys, anchors and the outbox of one test."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder
