"""Telling browsers that something changed: PostgreSQL NOTIFY in, server-sent events out. One listener a process.

A note names the entity and the kinds of events, nothing of their content: pages ask for what they may see. A page that
shows cases hears of cases, and of a burst it hears once. What happens between the making of a page and the opening of its
line is told when the line opens: the page says how long the audit log was before it was made.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Annotated

import psycopg
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from core import audit
from desk.house import House
from desk.web import SignedIn, house_of

router = APIRouter()

CHANNEL = "desk"
QUIET_SECONDS = 15.0
"""A comment is sent so often when nothing happens, so that a broken line is noticed."""
CALM_SECONDS = 0.5
"""At most one note in this time to each page: a burst of events is one change."""
STAYS_SECONDS = 600.0
"""A page's line is cut and made again by the browser, so that a session that ended hears nothing for long."""

TOPICS = {"message": "intake", "entry": "books", "goods": "books", "receipt": "books", "stock": "books"}
"""First word of an event's kind, and the pages it concerns beside those that show cases."""
EVERY_TOPIC = frozenset({"cases", *TOPICS.values()})
LENGTH_MAX = 2**62
"""No log is longer; a number beyond is no length of one."""


@dataclass(eq=False, slots=True)
class OpenPage:
    """One browser's line: whose books it shows, and what changed since it was last told."""

    entity: str
    topics: set[str] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, topics: AbstractSet[str]) -> None:
        """Something changed."""
        self.topics |= topics
        self.changed.set()


@asynccontextmanager
async def listening(app: FastAPI, house: House) -> AsyncIterator[None]:
    """Listen while the app runs, and fan out to every open page."""
    app.state.pages = set()
    task = asyncio.create_task(_listen(app, house))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@router.get("/events", include_in_schema=False)
async def events(
    request: Request, user: SignedIn, at: Annotated[int | None, Query(ge=0, le=LENGTH_MAX)] = None
) -> StreamingResponse:
    """A long answer: one event for every change, naming what kind of page it concerns. `at` is how long the audit log was
    before the page was made; without it only what happens from now on is told."""
    page = OpenPage(user.entity)
    return StreamingResponse(_stream(request, page, at), media_type="text/event-stream")


async def _stream(request: Request, page: OpenPage, at: int | None) -> AsyncIterator[str]:
    until = asyncio.get_running_loop().time() + STAYS_SECONDS
    request.app.state.pages.add(page)  # before the log is read: what comes after the reading is heard
    try:
        yield "retry: 2000\n\n"
        if at is not None and await run_in_threadpool(_changed_since, house_of(request), page.entity, at):
            page.tell(EVERY_TOPIC)
        while asyncio.get_running_loop().time() < until and not await request.is_disconnected():
            try:
                await asyncio.wait_for(page.changed.wait(), QUIET_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            topics, page.topics = page.topics, set()
            page.changed.clear()
            yield f"event: changed\ndata: {' '.join(sorted(topics))}\n\n"
            await asyncio.sleep(CALM_SECONDS)
    finally:
        request.app.state.pages.discard(page)


def _changed_since(house: House, entity: str, at: int) -> bool:
    with house.unit() as session:
        return audit.changed_since(session, entity, at)


def topics_of(kinds: list[str]) -> set[str]:
    """The pages that kinds of events concern. Every event may concern a case."""
    return {"cases"} | {TOPICS[word] for kind in kinds if (word := kind.partition("_")[0]) in TOPICS}


def tell(pages: set[OpenPage], payload: str) -> None:
    """Pass one notification on to the pages of its entity. What cannot be read concerns everybody."""
    try:
        note = json.loads(payload)
        entity, topics = str(note["entity"]), topics_of([str(kind) for kind in note["kinds"]])
    except (ValueError, TypeError, LookupError):
        entity, topics = "", set(EVERY_TOPIC)
    for page in pages:
        if entity in ("", page.entity):
            page.tell(topics)


async def _listen(app: FastAPI, house: House) -> None:
    """Wait for notifications for ever; a lost connection is made again, and every page asks anew."""
    while True:
        with suppress(psycopg.Error, OSError):
            async with await psycopg.AsyncConnection.connect(house.url, autocommit=True) as connection:
                await connection.execute(f"listen {CHANNEL}")
                tell(app.state.pages, "")
                async for note in connection.notifies():
                    tell(app.state.pages, note.payload)
        await asyncio.sleep(1)
