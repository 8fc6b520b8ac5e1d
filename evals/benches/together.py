"""What several writers reach together: receipts of ten lines a second, each a process of its own with its own session.

Two ways to share the work: each writer books for an entity of its own, or all of them for one entity, where commands on
stock take turns. Beside them the same number of processes of the peer, each with items of its own, where it is installed.
"""

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import func, select

from core import door
from core.receiving.tables import GoodsReceipt
from evals import tryton
from evals.benches import company, peer, trials
from evals.benches.company import DOCK, ENTITY, Server
from evals.benches.report import Say, Together
from evals.benches.trials import WARM_UP

WRITERS = (1, 2, 4)
EACH = 60
"""Receipts of each writer that count."""

PEER_EACH = 8
START_MOST_S = 300.0

Span = tuple[float, float]
"""When a writer began and ended, by the one clock of the machine."""


def measure(server: Server, say: Say, writers: Sequence[int] = WRITERS, each: int = EACH) -> list[Together]:
    """Receipts a second by number of writers."""
    beside = _peers(server, say, writers) if tryton.installed() else {}
    found = []
    for many in writers:
        say(f"{many} writers at once")
        apart = rate(server, [f"{ENTITY}{place}" for place in range(many)], each)
        shared = rate(server, [ENTITY] * many, each)
        found.append(Together(writers=many, entities=apart, one_entity=shared, peer=beside.get(many)))
    return found


def rate(server: Server, entities: Sequence[str], each: int) -> float:
    """Receipts a second of one writer for each of these entities, in a database of their own. All of them are there then."""
    url, todo = server.database("together"), WARM_UP + each
    server.admin("create database {}", "together")
    try:
        company.create(url)
        with company.session_on(url) as session:
            for entity in dict.fromkeys(entities):
                orders = todo * entities.count(entity)
                company.found(session, orders * company.LINES, entity)
                company.order_goods(session, orders, orders * company.LINES, 0, entity)
        spans = _write_together(url, entities, todo)
        with company.session_on(url) as session:
            kept = session.scalar(select(func.count()).select_from(GoodsReceipt))
        assert kept == todo * len(entities), f"{kept} receipts of {todo * len(entities)} are there"
        return each * len(entities) / _elapsed(spans)
    finally:
        server.admin("drop database {} with (force)", "together")


def _write_together(url: str, entities: Sequence[str], todo: int) -> list[Span]:
    """One process for each entity named; gives when each wrote what counts."""
    spawning = multiprocessing.get_context("spawn")
    ready, spans = spawning.Barrier(len(entities)), spawning.SimpleQueue()
    writers = [
        spawning.Process(target=_write, args=(url, entity, todo, entities[:place].count(entity), ready, spans))
        for place, entity in enumerate(entities)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not any(writer.exitcode for writer in writers), "a writer failed; it said why"
    return [spans.get() for _ in writers]


def _write(url: str, entity: str, todo: int, share: int, ready: Barrier, spans: Any) -> None:
    """Book one share of the entity's receipts; what counts begins when every writer is warm."""
    with company.session_on(url) as session:
        begun = 0.0
        for place in range(share * todo, (share + 1) * todo):
            if place == share * todo + WARM_UP:
                ready.wait(START_MOST_S)
                begun = time.perf_counter()
            company.at(session, place)
            door.execute(session, trials.receipt(place, entity), actor=DOCK, key=f"together-{place}")
            session.commit()
        spans.put((begun, time.perf_counter()))


def _elapsed(spans: Sequence[Span]) -> float:
    return max(end for _, end in spans) - min(begin for begin, _ in spans)


def _peers(server: Server, say: Say, writers: Sequence[int]) -> dict[int, float]:
    """The same of the peer: processes on one database of one company, each with ten items of its own."""
    say(f"Tryton: {max(writers)} processes on one company")
    rates = {}
    with ExitStack() as stack:
        asked = [stack.enter_context(tryton.tryton(server.url, "tryton_bench")) for _ in range(max(writers))]
        receipts = []
        for place, one in enumerate(asked):
            names = [f"together-{place}-{line}" for line in range(company.LINES)]
            for name in names:
                one.ask("item", name=name, method="fifo")
            receipts.append(peer.receipt(names, company.NOW.date()))
            one.ask("timed", request=receipts[-1], times=peer.WARM_UP)
        for many in writers:
            with ThreadPoolExecutor(many) as threads:
                begun = time.perf_counter()
                list(threads.map(_timed, asked[:many], receipts[:many]))
                rates[many] = many * PEER_EACH / (time.perf_counter() - begun)
    return rates


def _timed(one: tryton.Tryton, receipt: dict[str, Any]) -> None:
    one.ask("timed", request=receipt, times=PEER_EACH)
