"""Years of history, written as the door would have left them: moves, balances, cost entries, layers, checkpoints, journal.

Each item takes in ten pieces, then sends ten and takes ten in turns, so that one or two layers are open at any time; the
doctor finds nothing in it. One more item, at average cost, took in a great lot and sent ten pieces many times since:
whatever is booked before that changes the cost of every one. Events, audit entries and the documents' own rows are left
out: nothing that is measured reads them.
"""

from typing import Any

import psycopg
from psycopg import sql

from core.stock.pools import CHECKPOINT_EVERY
from evals.benches.company import BEGAN, ENTITY, LATE, LINES, SITE

DAYS = 300
"""The span of the history: from `company.BEGAN` until some weeks before `company.NOW`."""

GROWING = ("stock_move", "cost_entry", "journal_entry", "journal_line")
"""Tables that are written without their indexes, which are made afterwards: that is faster, and they are as if fresh."""

PIECES, LOT = 10, 20
"""Pieces of one move, and of the great lot for each later issue out of it."""

MOVES = """
create temporary table h on commit drop as
  select k, i, (k - 1) * %(items)s + i + 1 as number, k = 1 or k %% 2 = 0 as comes,
    20 + (case when k = 1 then 1 when k %% 2 = 0 then k / 2 + 1 else (k - 1) / 2 end) %% 7 as worth,
    timestamptz %(began)s + ((k - 1) * %(items)s + i) * interval '1 microsecond' * %(step)s as at,
    'I-' || lpad(i::text, 5, '0') as item, 'D-' || k || '-' || i / %(lines)s as document
  from generate_series(1, %(each)s) k, generate_series(0, %(items)s - 1) i
  union all
  select n, -1, %(items)s * %(each)s + n, n = 1, case when n = 1 then %(lot)s * 2 else 20 end,
    timestamptz %(began)s + case when n = 1 then interval '1 hour' else interval '1 day' + n * interval '20 minutes' end,
    %(late_item)s, case when n = 1 then 'L-in' else 'L-out' end
  from generate_series(1, %(late)s + 1) n
"""

STOCK = """
insert into stock_move
  select %(entity)s, number, item, %(site)s, '', '', 'available',
    case when i < 0 and comes then %(lot)s when comes then 10 else -10 end,
    document, case when comes then 'opening' else 'issue' end, at, at from h
"""

ENTRIES = """
insert into cost_entry (entity, number, item, site, lot, does, quantity, value, brought, account, document, kind,
    happened_at, recorded_at)
  select %(entity)s, number, item, %(site)s, '', case when comes then 'in' else 'out' end,
    case when i < 0 and comes then %(lot)s else 10 end, case when comes then worth else -worth end,
    case when comes then worth end, case when comes then '3000' else '5000' end, document,
    case when comes then 'opening' else 'issue' end, at, at from h
"""

JOURNAL = """
with d as (select document, comes, min(at) as at, sum(worth) as total from h group by 1, 2),
  e as (insert into journal_entry
    select %(entity)s, 'H' || document, (at at time zone 'UTC')::date, at, document, 'History', 'history', null, null from d)
insert into journal_line
  select %(entity)s, 'H' || document, 1, case when comes then '1400' else '5000' end, total, 0, null from d
  union all
  select %(entity)s, 'H' || document, 2, case when comes then '3000' else '1400' end, 0, total, null from d
"""

LAYERS = """
insert into valuation_layer
  select %(entity)s, h.item, %(site)s, '', h.at, h.number, 10, h.worth from h
  where i >= 0 and k = any (%(open)s)
  union all
  select %(entity)s, item, %(site)s, '', at, number, %(lot)s - 10 * %(late)s, %(lot)s * 2 - 20 * %(late)s from h
  where i < 0 and k = 1
"""

POOLS = """
with sums as (select item, max(i) as i, max(k) as entries, max(at) as last_at, max(number) as last_number from h group by 1)
insert into cost_pool (entity, item, site, lot, method, unit_cost, quantity, value, debts, first_method, first_unit_cost,
    entries, last_at, last_number)
  select %(entity)s, s.item, %(site)s, '', case when s.i < 0 then 'average' else 'fifo' end, newest.value / newest.quantity,
    l.quantity, l.value, '[]', case when s.i < 0 then 'average' else 'fifo' end, 0, s.entries, s.last_at, s.last_number
  from sums s
  join lateral (select sum(quantity) as quantity, sum(value) as value from valuation_layer v
    where v.entity = %(entity)s and v.item = s.item) l on true
  join lateral (select quantity, value from valuation_layer v where v.entity = %(entity)s and v.item = s.item
    order by since desc limit 1) newest on true
"""

BALANCES = """
insert into stock_balance
  select entity, item, site, '', '', 'available', quantity from cost_pool where entity = %(entity)s
"""

CHECKPOINTS = """
with layer as (
  select k, i, item, jsonb_build_array(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    number::text, '10.000000', worth || '.0000') as is from h
  where i >= 0 and comes and (k %% %(every)s = 0 or (k + 2) %% %(every)s = 0))
insert into cost_checkpoint
  select %(entity)s, h.item, %(site)s, '', h.at, h.number, jsonb_build_object('method', 'fifo',
    'unit_cost', (h.worth / 10.0)::numeric(20, 4)::text, 'quantity', '20.000000', 'debts', '[]'::jsonb,
    'value', (old.is ->> 3)::numeric + (new.is ->> 3)::numeric || '', 'layers', jsonb_build_array(old.is, new.is))
  from h
  join layer new on new.i = h.i and new.k = h.k
  join layer old on old.i = h.i and old.k = h.k - 2
  where h.i >= 0 and h.k %% %(every)s = 0
  union all
  select %(entity)s, h.item, %(site)s, '', h.at, h.number, jsonb_build_object('method', 'average', 'unit_cost', '2.0000',
    'quantity', left_.q || '.000000', 'value', left_.q * 2 || '.0000', 'debts', '[]'::jsonb, 'layers',
    jsonb_build_array(jsonb_build_array(to_char(first.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
      first.number::text, left_.q || '.000000', left_.q * 2 || '.0000')))
  from h join h first on first.i = -1 and first.k = 1
  cross join lateral (select %(lot)s - 10 * (h.k - 1) as q) left_
  where h.i < 0 and h.k %% %(every)s = 0
"""

COUNTERS = """
insert into counter select %(entity)s, kind, (select max(number) from h) from unnest(array['move', 'cost']) kind
"""

PARTS = (MOVES, STOCK, ENTRIES, JOURNAL, LAYERS, POOLS, BALANCES, CHECKPOINTS, COUNTERS)


def fill(url: str, *, items: int, moves: int, late: int) -> None:
    """Write so many moves evenly over the items, and `late` issues of the one item that is costed anew."""
    each = max(1, moves // items)
    values: dict[str, Any] = {
        "entity": ENTITY,
        "site": SITE,
        "items": items,
        "each": each,
        "lines": LINES,
        "late": late,
        "lot": LOT * max(late, 1),
        "late_item": LATE,
        "began": BEGAN,
        "step": DAYS * 86_400_000_000 // (items * each),
        "every": CHECKPOINT_EVERY,
        "open": _open_layers(each),
    }
    with psycopg.connect(url) as connection, psycopg.ClientCursor(connection) as cursor:
        cursor.execute("set session_replication_role = replica")  # neither triggers nor references: all of it holds
        cursor.execute("set maintenance_work_mem = '512MB'; set work_mem = '256MB'")
        afterwards = _without_indexes(cursor)
        for part in PARTS:
            cursor.execute(part, values)
        for statement in afterwards:
            cursor.execute(statement)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def _open_layers(each: int) -> list[int]:
    """Which moves of an item brought what is still there: the last two that came, or the last where one has gone since."""
    if each <= 2:
        return list(range(1, each + 1))
    newest = each if each % 2 == 0 else each - 1
    return [newest] if each % 2 else [newest - 2, newest]


KEYS = """
select c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) from pg_constraint c
where c.contype = 'p' and c.conrelid = any (%s::regclass[])
  and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = c.conindid)
"""

INDEXES = """
select i.indexname, i.indexdef from pg_indexes i join pg_index x on x.indexrelid = i.indexname::regclass
where i.tablename = any (%s) and not x.indisprimary
"""


def _without_indexes(cursor: psycopg.ClientCursor[Any]) -> list[sql.SQL | sql.Composed]:
    """Drop the indexes of the tables that grow, but for keys that others refer to; gives how to make them again."""
    again: list[sql.SQL | sql.Composed] = []
    for name, definition in cursor.execute(INDEXES, [list(GROWING)]).fetchall():
        cursor.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
        again.append(sql.SQL(definition))
    for table, name, definition in cursor.execute(KEYS, [list(GROWING)]).fetchall():
        change = sql.SQL("alter table {} {} constraint {} {}")
        names = sql.Identifier(table), sql.Identifier(name)
        cursor.execute(change.format(names[0], sql.SQL("drop"), names[1], sql.SQL("")))
        again.append(change.format(names[0], sql.SQL("add"), names[1], sql.SQL(definition)))
    return again
