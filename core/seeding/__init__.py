"""A company from plain data: master data, orders, receipts, invoices, played through the door in the order of their days.

For the demo, for recorded cases and for tests. What it makes is made by the same commands as everything else; only the
clock is set to the day on which each thing happened.
"""

from sqlalchemy.orm import Session

from core import clock
from core.masterdata.commands import StartNumbersAt
from core.seeding.company import Company, Data, first_day
from core.seeding.history import schedule
from core.seeding.master_data import add_master_data


def play(session: Session, data: Data, *, password_hash: str = "") -> int:
    """Build the company that `data` describes. The caller commits. Gives how many commands that took.

    Refuses whatever the commands refuse; a second time does nothing, since every command has its own key.
    """
    before = session.info.get("clock")
    company = Company(session, data, password_hash)
    add_master_data(company)
    for kind, first in data.get("numbers", {}).items():
        company.do(
            StartNumbersAt(entity=company.entity, kind=kind, first=int(first)), first_day(data), f"numbers:{kind}"
        )
    schedule(company)
    for _, _, happen in sorted(company.days, key=lambda one: one[:2]):
        happen()
    clock.set_clock(session, before or clock.system_clock)
    return company.done
