"""Starting the house: `desk up` for everything at once, `web` and `worker` for one process each, `migrate` before."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from urllib.error import URLError

import typer
import uvicorn

from core.postgres import database_url
from desk import demo
from desk.cli.printing import fail, out
from desk.house import open_house
from desk.jobs import run_worker
from desk.mail.settings import MailSettingsWrong
from desk.mail.settings import load as load_mail
from desk.migrations import OtherSchema, migrate_to_head
from desk.settings import Settings, from_environment

READY_SECONDS_MAX = 60

Made = TypeVar("Made")


def up(
    port: int = typer.Option(None, help="Where the desk listens; DESK_PORT, else 8000."),
    empty: bool = typer.Option(False, help="Without the demo company."),
) -> None:
    """Start database, web desk and worker; the first time also the schema and a stocked demo distributor."""
    started = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be told to end is to be interrupted: no child stays
    settings = replace(from_environment(), demo=not empty)
    if port is not None:
        settings = replace(settings, port=port)
    _check_mail(settings)
    if _taken(settings):
        fail(f"Port {settings.port} is in use. Stop what listens there, or choose another: desk up --port 8001")
    url = _step("Starting PostgreSQL", lambda: database_url(settings.home))
    _step("Bringing the schema up to date", lambda: _migrate(url))
    house = open_house(settings, url=url)
    fresh = not empty and demo.is_missing(house)
    if fresh:
        _step("Stocking the demo company Harbor & Pine Supply", lambda: demo.stock(house))
    environment = {**os.environ, "DESK_HOME": str(settings.home), "DESK_PORT": str(settings.port)}
    environment["DESK_DEMO"] = "1" if settings.demo else ""
    processes = [
        subprocess.Popen([sys.executable, "-m", "desk", name], env=environment)  # noqa: S603 (our own program)
        for name in ("worker", "web")
    ]
    try:
        _step("Starting web desk and worker", lambda: _wait_until_ready(settings, processes))
        if fresh:
            arrived = _step("Dropping the demo mail into the intake", lambda: demo.drop_mail(house))
            out.print(f"{arrived} messages are being read now; the inbox fills as you look.")
        _say_hello(settings, time.monotonic() - started)
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        fail("A process of the desk ended; see its last lines above.")
    except KeyboardInterrupt:
        out.print("\nStopping.")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)
        house.close()


def web() -> None:
    """The web desk alone, on DESK_HOST and DESK_PORT."""
    settings = from_environment()
    uvicorn.run(
        "desk.app:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        proxy_headers=False,
        timeout_graceful_shutdown=2,  # pages that listen for changes would hold it open
    )


def worker(
    drain: bool = typer.Option(False, help="End when the queue is empty."),
    concurrency: int = typer.Option(2, min=1, help="Jobs at once."),
) -> None:
    """The worker alone: reads, proposes, carries out, sends."""
    settings = from_environment()
    _check_mail(settings)
    house = open_house(settings)
    try:
        run_worker(house, wait=not drain, concurrency=concurrency)
    finally:
        house.close()


def migrate() -> None:
    """Bring the schema up to date."""
    settings = from_environment()
    head = _migrate(database_url(settings.home))
    out.print(f"The schema is at {head}.")


def _check_mail(settings: Settings) -> None:
    """End with what to write where the mail file is wrong, before anything is started."""
    try:
        load_mail(settings.home, settings.entity)
    except MailSettingsWrong as wrong:
        fail(str(wrong))


def _migrate(url: str) -> str:
    try:
        return migrate_to_head(url)
    except OtherSchema as other:
        fail(str(other))


def _step(says: str, do: Callable[[], Made]) -> Made:
    """Do one thing, with its name shown while it lasts and its time after."""
    started = time.monotonic()
    with out.status(f"{says} ..."):
        made = do()
    out.print(f"{says}: {time.monotonic() - started:.1f} s")
    return made


def _taken(settings: Settings) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((settings.host, settings.port)) == 0


def _wait_until_ready(settings: Settings, processes: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    url = f"http://{settings.host}:{settings.port}/readyz"
    while time.monotonic() < until:
        if any(process.poll() is not None for process in processes):
            fail("A process of the desk ended while starting; see its last lines above.")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    fail(f"The web desk did not answer within {READY_SECONDS_MAX} s on {url}.")


def _say_hello(settings: Settings, seconds: float) -> None:
    out.print(f"\n[bold]Exception Desk[/bold] is up after {seconds:.1f} s: http://{settings.host}:{settings.port}")
    if settings.demo:
        out.print("Sign in as (the password of all of them is [bold]demo[/bold]):")
        for person in demo.people():
            out.print(f"  {person.email:<36} {person.title}")
    out.print("Stop with Ctrl-C. Nothing is lost: it goes on where it was.")
