"""The schema as SQLAlchemy cannot say it: append-only triggers, balanced entries, and the work queue's own tables."""

import hashlib

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from core import audit, catalogue, door
from core.db import Base

FILLED_BY = (catalogue, door)
"""Importing these fills Base.metadata with every table of the house."""

APPEND_ONLY = (
    "journal_entry",
    "journal_line",
    "stock_move",
    "cost_entry",
    "cost_change",
    "event",
    "stored_bytes",
    "warehouse_event",
    "exchange_rate",
    "exchange_difference",
    "inspection_reading",
)

REFUSE_CHANGE = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'integrity_constraint_violation';
end $$
"""

APPEND_ONLY_TRIGGER = """
create or replace trigger append_only before update or delete or truncate on {table}
for each statement execute function refuse_change()
"""

ENTRY_BALANCES = """
create or replace function entry_balances() returns trigger language plpgsql as $$
declare
  difference numeric;
begin
  select sum(debit) - sum(credit) into difference from journal_line where entity = new.entity and entry = new.entry;
  if difference <> 0 then
    raise exception 'journal entry % does not balance: %', new.entry, difference using errcode = 'check_violation';
  end if;
  return null;
end $$
"""

ENTRY_BALANCES_TRIGGER = """
create constraint trigger entry_balances after insert on journal_line
deferrable initially deferred for each row execute function entry_balances()
"""


TELL = """
create or replace function tell_the_desk() returns trigger language plpgsql as $$
declare note record;
begin
  for note in select entity, jsonb_agg(distinct kind) as kinds from told group by entity loop
    perform pg_notify('desk', jsonb_build_object('entity', note.entity, 'kinds', note.kinds)::text);
  end loop;
  return null;
end $$
"""
"""Open pages hear that something happened in an entity, and of what kind; not what."""

TELL_TRIGGER = """
create or replace trigger tell_the_desk after insert on event referencing new table as told
for each statement execute function tell_the_desk()
"""


def rules() -> list[str]:
    """The statements that add what tables alone do not promise, in order."""
    return [
        REFUSE_CHANGE,
        *(APPEND_ONLY_TRIGGER.format(table=table) for table in APPEND_ONLY),
        ENTRY_BALANCES,
        ENTRY_BALANCES_TRIGGER,
        TELL,
        TELL_TRIGGER,
        *audit.AUDIT_DDL,
    ]


def create(connection: Connection) -> None:
    """Create every table, rule and the queue in an empty database."""
    Base.metadata.create_all(connection)
    for statement in rules():
        connection.execute(text(statement))
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    connection.execute(text(MARK))
    connection.execute(text("insert into schema_mark values (:sha256)"), {"sha256": fingerprint()})


MARK = "create table schema_mark (sha256 text not null)"


def fingerprint() -> str:
    """SHA-256 over everything `create` makes: books made by another schema have another one."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    tables = Base.metadata.sorted_tables
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in tables]
    made += sorted(str(CreateIndex(index).compile(dialect=dialect)) for table in tables for index in table.indexes)
    return hashlib.sha256("\n".join([*made, *rules()]).encode()).hexdigest()


def made_for(connection: Connection) -> str:
    """The fingerprint of the schema the books were made with; empty where none was kept."""
    if connection.scalar(text("select to_regclass('schema_mark')")) is None:
        return ""
    return str(connection.scalar(text("select sha256 from schema_mark")))
