"""Work caused by a change, queued in the same transaction through procrastinate's own SQL function."""

import json
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.canonical import plain
from core.erp import Job

DEFER = text(
    "select procrastinate_defer_jobs_v1(array[row(:queue, :task, 0, :lock, :queueing_lock, cast(:args as jsonb), null)"
    "::procrastinate_job_to_defer_v1])"
)
ALREADY_QUEUED = text(
    "select 1 from procrastinate_jobs where queueing_lock = :queueing_lock and status = 'todo' limit 1"
)


def defer(session: Session, jobs: Iterable[Job], queue: str = "desk") -> None:
    """Queue jobs; they exist when, and only when, the transaction commits.

    A job whose `queueing_lock` is already waiting is not queued twice. Two transactions that race for the same
    queueing lock would violate its unique index, so it is taken as an advisory lock first.
    """
    for job in jobs:
        if job.queueing_lock:
            session.execute(text("select pg_advisory_xact_lock(hashtext(:lock))"), {"lock": job.queueing_lock})
            if session.execute(ALREADY_QUEUED, {"queueing_lock": job.queueing_lock}).first():
                continue
        session.execute(
            DEFER,
            {
                "queue": queue,
                "task": job.task,
                "lock": job.lock,
                "queueing_lock": job.queueing_lock,
                "args": json.dumps(plain(job.args)),
            },
        )
