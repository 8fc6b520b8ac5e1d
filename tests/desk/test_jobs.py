"""Jobs of workers that were killed: each is done again, and none keeps the next worker from starting."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from agents.models.rules import Rules
from agents.read.sandbox import ReaderPool
from core import jobs
from core.erp import Job
from desk.house import House
from desk.jobs import app_of, retry_jobs_of_dead_workers
from desk.work import Workshop


@pytest.fixture
def shop(house: House) -> Iterator[Workshop]:
    with psycopg.connect(house.url) as connection:  # the Friday's own jobs are no matter here
        connection.execute("delete from procrastinate_jobs")
    with closing(ReaderPool()) as readers:
        yield Workshop(house, readers, Rules())


def queue(house: House) -> None:
    with house.unit() as session:
        job = Job("work_case", {"entity": "HP", "case": "C-1"}, queueing_lock="work_case:HP:C-1")
        jobs.defer(session, [job])


def leave_doing(house: House) -> None:
    """As a killed worker leaves it: taken by somebody whose heart stopped beating."""
    with psycopg.connect(house.url) as connection:
        connection.execute(
            "with dead as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 minutes')"
            " returning id) update procrastinate_jobs set status = 'doing', worker_id = dead.id from dead"
            " where status = 'todo'"
        )


def states(house: House) -> list[str]:
    with psycopg.connect(house.url) as connection:
        found = connection.execute("select status::text from procrastinate_jobs where task_name = 'work_case'")
        return sorted(row[0] for row in found)


def retry(shop: Workshop) -> int:
    async def once() -> int:
        app = app_of(shop)
        async with app.open_async():
            return await retry_jobs_of_dead_workers(app)

    return asyncio.run(once())


def test_the_job_of_a_killed_worker_waits_again(house: House, shop: Workshop) -> None:
    queue(house)
    leave_doing(house)

    assert retry(shop) == 1
    assert states(house) == ["todo"]


def test_a_job_whose_work_was_queued_again_meanwhile_gives_way_to_it(house: House, shop: Workshop) -> None:
    queue(house)
    leave_doing(house)
    queue(house)  # the case changed after the kill

    retry(shop)

    assert states(house) == ["todo"]


def test_two_killed_workers_at_the_same_work_leave_it_once(house: House, shop: Workshop) -> None:
    queue(house)
    leave_doing(house)
    queue(house)
    leave_doing(house)

    retry(shop)

    assert states(house) == ["todo"]
