"""The companies that random stock histories happen in: two entities of a group, three sites, every way to value."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core import audit
from core.books.accounts import CHART
from core.counting.commands import SetCountPolicy
from core.db import Base
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite, SetStockPolicy
from tests.builders import HP, PDX, RNO, D, company, do

SISTER, THERE = "SISTER", "BOI"
OLDEST, MEAN, BY_LOT, FIXED, WHOLE = "P-FIFO", "P-MEAN", "P-LOT", "P-FIXED", "WHOLE"
ITEMS = (OLDEST, MEAN, BY_LOT, FIXED)
SITES = (PDX, RNO)
LOCATIONS = ("", "A1")
LOTS = {BY_LOT: ("X", "Y")}


def group(session: Session) -> None:
    """The group. Mean-valued stock may go below zero in Reno; a count is posted by itself within a piece or two."""
    company(session)
    do(session, AddEntity(entity=SISTER, name="Sister", currency="USD"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity=SISTER, code=code, name=name, kind=kind))
    do(session, AddSite(entity=SISTER, code=THERE, name="Boise"))
    for entity in (HP, SISTER):
        do(session, AddItem(entity=entity, sku=OLDEST, name="Oldest first", cost_method="fifo"))
        do(session, AddItem(entity=entity, sku=MEAN, name="Moving average", cost_method="average"))
        do(session, AddItem(entity=entity, sku=BY_LOT, name="By lot", cost_method="average", cost_by_lot=True))
        fixed = AddItem(entity=entity, sku=FIXED, name="Standard", cost_method="standard", standard_cost=D("5.00"))
        do(session, fixed)
    do(session, AddItem(entity=HP, sku=WHOLE, name="Made of others", cost_method="fifo"))
    do(session, SetStockPolicy(entity=HP, item=MEAN, site=RNO, negative_allowed=True))
    do(session, SetCountPolicy(entity=HP, quantity_pct=D(10), value_limit=D(20)))


WHOLE_DATABASE = " union all ".join(
    f"select '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {table} t"
    for table in sorted((*Base.metadata.tables, "procrastinate_jobs"))
)


def fingerprint(session: Session) -> list[tuple[Any, ...]]:
    """Every row of every table, as one figure a table: what a refused command must leave as it was."""
    session.flush()
    rows = [tuple(row) for row in session.execute(text(WHOLE_DATABASE))]
    return [*rows, ("waiting for the audit log", audit.mark(session))]
