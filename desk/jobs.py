"""The worker: which job runs which work, how often it is tried, and what the clock asks for by itself.

Jobs were queued in the transaction that caused them. A worker that dies leaves its job "doing"; the periodic task finds
it by its missing heartbeat and has it done again. Work is safe to repeat.
"""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

import procrastinate
from langgraph.checkpoint.postgres import PostgresSaver
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from core import audit
from core.erp import Because
from desk import clockwork, work
from desk.house import House
from desk.mail.settings import load as load_mail
from desk.mail.watching import Watched, watching
from desk.work import Workshop

QUEUE = "desk"
TRIES = 5
STALLED_AFTER = timedelta(seconds=30)
RETRY = RetryStrategy(max_attempts=TRIES, exponential_wait=2)

Work = Callable[..., None]
WORK: dict[str, Work] = {
    "read_message": work.read_message,
    "work_case": work.work_case,
    "carry_out": work.carry_out,
    "send_message": work.send_message,
    "post_matched": work.post_matched,
}


def app_of(shop: Workshop) -> App:
    """The queue's app with every task on it."""
    app = App(connector=PsycopgConnector(conninfo=shop.house.url))
    for name, task in WORK.items():
        _register(app, shop, name, task)

    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queue=QUEUE, queueing_lock="retry_stalled", pass_context=True)
    async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
        await retry_jobs_of_dead_workers(app)

    @app.periodic(cron="* * * * *")
    @app.task(name="clock", queue=QUEUE, queueing_lock="clock")
    def clock(timestamp: int) -> None:
        clockwork.tick(shop)

    return app


async def retry_jobs_of_dead_workers(app: App) -> int:
    """Give the jobs of workers without a heartbeat back to the queue. Gives how many such jobs there were.

    Where the same work was queued again meanwhile, under the same queueing lock, the one that waits does it for both.
    """
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER.total_seconds()))
    for job in stalled:
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
    return len(stalled)


def run_worker(house: House, *, wait: bool = True, concurrency: int = 2) -> None:
    """Work until stopped, or (`wait=False`) until the queue is empty. The configured mailboxes and
    folders are watched beside it."""
    url = house.url
    mail = load_mail(house.settings.home, house.settings.entity)
    boxes: list[Watched] = [*mail.mailboxes, *mail.folders] if wait else []
    with (
        watching(house, boxes) if wait else nullcontext(),
        ConnectionPool(url, kwargs={"autocommit": True, "row_factory": dict_row}, min_size=1, max_size=4) as pool,
        work.workshop(house, PostgresSaver(pool)) as shop,  # type: ignore[arg-type]  # the pool's rows are dicts
    ):
        shop.checkpointer.setup()  # type: ignore[union-attr]  # given one line above
        asyncio.run(_run(app_of(shop), wait=wait, concurrency=concurrency))


async def _run(app: App, *, wait: bool, concurrency: int) -> None:
    hands = concurrency + 1 if wait else concurrency  # one more, for the pictures: see `work.PICTURES`
    async with app.open_async():
        await retry_jobs_of_dead_workers(app)
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=hands,
            wait=wait,
            listen_notify=wait,
            fetch_job_polling_interval=1.0,
            delete_jobs="successful",
            install_signal_handlers=wait,
            shutdown_graceful_timeout=10,
        )


def _register(app: App, shop: Workshop, name: str, task: Work) -> None:
    @app.task(name=name, queue=QUEUE, retry=RETRY)
    def run(**arguments: str) -> None:
        task(shop, **arguments)


_ = (audit, Because)
