"""The floor: the very rows a command wrote, written again by the bare driver in a twin of the database.

Each command is rehearsed once where triggers note every row it touches. What it came to is then written into the twin
with one `executemany` a table and one commit: no reads, no locks, no checks, no arithmetic. After a run both databases
hold the same rows, which is checked; so the floor is neither more nor less work than the books need.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb, set_json_loads

NOT_OURS = ("touched", "schema_mark")

NOTE = """
create unlogged table touched (seq bigserial primary key, tab text, did text, was jsonb, now jsonb);
create function note_row() returns trigger language plpgsql as $$
begin
  insert into touched (tab, did, was, now) values (tg_table_name, tg_op,
    case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
  return null;
end $$
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the driver writes it: its columns with the types they are cast from, its key, what fills itself."""

    name: str
    types: Mapping[str, str]
    key: tuple[str, ...]
    given: tuple[str, ...]  # columns that the database fills


@dataclass(frozen=True, slots=True)
class Write:
    """One statement of the floor with its rows."""

    table: str
    statement: str
    rows: list[tuple[Any, ...]]


def tables_of(connection: psycopg.Connection[Any]) -> dict[str, Table]:
    """Every table of the database that has a key."""
    columns = connection.execute(
        "select c.table_name, c.column_name, c.udt_name, c.is_identity = 'YES' or c.column_default like 'nextval%'"
        " from information_schema.columns c join information_schema.tables t using (table_schema, table_name)"
        " where c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1, c.ordinal_position"
    ).fetchall()
    keys = connection.execute(
        "select c.relname, a.attname from pg_index i join pg_class c on c.oid = i.indrelid"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)"
        " where i.indisprimary and c.relnamespace = 'public'::regnamespace order by 1, a.attnum"
    ).fetchall()
    made: dict[str, Table] = {}
    for name in dict.fromkeys(name for name, _ in keys):
        mine = [row for row in columns if row[0] == name]
        made[name] = Table(
            name,
            {column: kind for _, column, kind, _ in mine},
            tuple(column for table, column in keys if table == name),
            tuple(column for _, column, _, filled in mine if filled),
        )
    return made


def listen(connection: psycopg.Connection[Any]) -> None:
    """Let every table note what is done to its rows."""
    connection.execute(NOTE)
    for name in tables_of(connection):
        if name not in NOT_OURS:
            connection.execute(
                sql.SQL(
                    "create trigger note_row after insert or update or delete on {} for each row"
                    " execute function note_row()"
                ).format(sql.Identifier(name))
            )


def heard(connection: psycopg.Connection[Any], tables: Mapping[str, Table]) -> list[Write]:
    """What the last command came to, as statements with rows; forgets it."""
    set_json_loads(partial(json.loads, parse_float=Decimal), connection)  # figures keep every digit
    noted = connection.execute("select tab, did, was, now from touched order by seq").fetchall()
    connection.execute("truncate touched")
    first: dict[tuple[str, tuple[Any, ...]], tuple[str, Any]] = {}
    last: dict[tuple[str, tuple[Any, ...]], Any] = {}
    for name, did, was, now in noted:
        place = name, tuple((was or now)[column] for column in tables[name].key)
        first.setdefault(place, (did, was))
        last[place] = now
    return list(_writes(tables, first, last))


def _writes(
    tables: Mapping[str, Table], first: Mapping[Any, tuple[str, Any]], last: Mapping[Any, Any]
) -> Iterator[Write]:
    """One statement for each table and kind of change; rows of updates are grouped by what changed in them."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[tuple[Any, Any]]] = {}
    for place, (did, was) in first.items():
        table, now = tables[place[0]], last[place]
        if did == "INSERT" and now is None:
            continue  # came and went in one command
        kind = "insert" if did == "INSERT" else "delete" if now is None else "update"
        columns = tuple(table.types) if kind != "update" else tuple(c for c in table.types if was[c] != now[c])
        if kind != "update" or columns:
            groups.setdefault((place[0], kind, columns if kind == "update" else ()), []).append((was, now))
    for (name, kind, changed), rows in groups.items():
        table = tables[name]
        if kind == "insert":
            columns = tuple(column for column in table.types if column not in table.given)
            yield Write(name, _insert(name, columns), [_values(table, now, columns) for _, now in rows])
        elif kind == "update":
            where = [_values(table, now, (*changed, *table.key)) for _, now in rows]
            yield Write(name, _update(name, changed, table.key), where)
        else:
            yield Write(name, _delete(name, table.key), [_values(table, was, table.key) for was, _ in rows])


def _insert(name: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f'insert into "{name}" ({names}) values ({", ".join(["%s"] * len(columns))})'


def _update(name: str, columns: Sequence[str], key: Sequence[str]) -> str:
    return f'update "{name}" set {_each(columns, ", ")} where {_each(key, " and ")}'


def _delete(name: str, key: Sequence[str]) -> str:
    return f'delete from "{name}" where {_each(key, " and ")}'


def _each(columns: Sequence[str], between: str) -> str:
    return between.join(f'"{column}" = %s' for column in columns)


def _values(table: Table, row: Mapping[str, Any], columns: Sequence[str]) -> tuple[Any, ...]:
    """A row as the driver takes it: text for what the database reads from text, JSON where it keeps JSON."""
    return tuple(_value(table.types[column], row[column]) for column in columns)


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "jsonb":
        return Jsonb(value, dumps=partial(json.dumps, default=str))
    if kind == "bytea":
        return bytes.fromhex(value.removeprefix("\\x"))
    if kind == "numeric" or kind.startswith("timestamp") or kind == "date":
        return str(value)
    return value


def write(connection: psycopg.Connection[Any], writes: Sequence[Write]) -> None:
    """Write rows and commit."""
    with connection.cursor() as cursor:
        for one in writes:
            if len(one.rows) == 1:
                cursor.execute(one.statement, one.rows[0])
            else:
                cursor.executemany(one.statement, one.rows)
    connection.commit()


def differences(one: str, other: str) -> list[str]:
    """The tables that do not hold the same rows in two databases."""
    prints = []
    for url in (one, other):
        with psycopg.connect(url, autocommit=True) as connection:
            prints.append({name: _print(connection, name) for name in tables_of(connection) if name not in NOT_OURS})
    return sorted(name for name in prints[0] if prints[0][name] != prints[1][name])


def _print(connection: psycopg.Connection[Any], name: str) -> Any:
    query = "select count(*), sum(hashtextextended(t::text, 0)) from {} t"
    return connection.execute(sql.SQL(query).format(sql.Identifier(name))).fetchone()
