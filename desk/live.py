"""Telling browsers that something changed: PostgreSQL NOTIFY in, server-sent events out. One listener a process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse

from desk.house import House
from desk.web import SignedIn

router = APIRouter()

CHANNEL = "desk"
QUIET_SECONDS = 15.0
"""A comment is sent so often when nothing happens, so that a broken line is noticed."""
WAITING_MAX = 100


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
async def events(request: Request, user: SignedIn) -> StreamingResponse:
    """An endless answer: one event for every change, without content. Pages ask for what they may see."""
    queue: asyncio.Queue[str] = asyncio.Queue(WAITING_MAX)
    request.app.state.pages.add(queue)

    async def stream() -> AsyncIterator[str]:
        try:
            yield "retry: 2000\n\n"
            while not await request.is_disconnected():
                try:
                    await asyncio.wait_for(queue.get(), QUIET_SECONDS)
                    yield "event: changed\ndata: 1\n\n"
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            request.app.state.pages.discard(queue)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _listen(app: FastAPI, house: House) -> None:
    """Wait for notifications for ever; a lost connection is made again."""
    while True:
        with suppress(psycopg.Error, OSError):
            async with await psycopg.AsyncConnection.connect(house.url, autocommit=True) as connection:
                await connection.execute(f"listen {CHANNEL}")
                async for note in connection.notifies():
                    for queue in list(app.state.pages):
                        if not queue.full():
                            queue.put_nowait(note.payload)
        await asyncio.sleep(1)
