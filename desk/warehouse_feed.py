"""A warehouse's events as a file tells them: CSV with a header, or a JSON object a line. A row that cannot be read is named
with its line and what to do; it keeps no other row from being read."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.reconciling.commands import WarehouseMove

COLUMNS = tuple(one.name for one in fields(WarehouseMove))
NEEDED = tuple(one.name for one in fields(WarehouseMove) if one.default is MISSING)
ROW_MAX = 10_000
"""Characters that a row may have: more is no event."""
_EVENT = TypeAdapter(WarehouseMove)

WHAT_TO_DO = {
    "happened_at": "write a time with its zone, as 2026-11-20T09:00:00Z",
    "quantity": "write a figure with a point, as 12.5 or -3",
    "balance_after": "write a figure with a point, or leave it empty",
    "sequence": "write a whole number",
    "status": "write available, inspection, hold or damaged",
}


class NotAFeed(ValueError):
    """The file as a whole is no feed. Says why, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the file: its event, or what is wrong with it."""

    line: int
    event: WarehouseMove | None = None
    wrong: str = ""


def rows_of(file: Path) -> Iterator[Row]:
    """The rows of a file, one at a time. Raises `NotAFeed` for a file that is none of both forms."""
    if not file.is_file():
        raise NotAFeed(f"{file} is not a file")
    if file.suffix.lower() == ".csv":
        yield from _of_csv(file)
    elif file.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _of_lines(file)
    else:
        raise NotAFeed(f"{file.name}: a feed is a .csv with a header or a .jsonl with an object a line")


def _of_csv(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as opened:
        head = opened.readline(ROW_MAX)
        separator = max(",;\t", key=head.count)
        opened.seek(0)
        reader = csv.DictReader(opened, delimiter=separator, strict=True)
        try:
            _must_be_columns([str(name).strip() for name in reader.fieldnames or ()], file)
            for told in reader:
                yield _row(reader.line_num, {str(name).strip(): value for name, value in told.items()})
        except csv.Error as wrong:
            yield Row(line=reader.line_num, wrong=f"{wrong}: mend this line; nothing after it was read")


def _of_lines(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig", errors="surrogateescape") as opened:
        for line, written in enumerate(opened, 1):
            if not written.strip():
                continue
            try:
                told = json.loads(written, parse_float=Decimal, parse_constant=str)
            except (json.JSONDecodeError, RecursionError) as wrong:
                yield Row(line=line, wrong=f"no JSON ({wrong}): write one object a line")
                continue
            if not isinstance(told, dict):
                yield Row(line=line, wrong="no object: write {...} with the fields of one event")
                continue
            yield _row(line, told)


def _must_be_columns(names: list[str], file: Path) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in names]
    doubled = sorted({name for name in names if names.count(name) > 1})
    wrong = [f"has no {', '.join(missing)}"] if missing else []
    wrong += [f"does not know {', '.join(unknown)}"] if unknown else []
    wrong += [f"has {', '.join(doubled)} twice"] if doubled else []
    if wrong:
        raise NotAFeed(f"{file.name}: its header {' and '.join(wrong)}. The columns are {', '.join(COLUMNS)}")


def _row(line: int, told: Mapping[str, Any]) -> Row:
    """The event of one line, or what is wrong with it in words."""
    if "None" in told or None in told.values():
        return Row(line=line, wrong="has more or fewer cells than the header: quote a cell that holds a separator")
    unknown = sorted(set(told) - set(COLUMNS))
    if unknown:
        return Row(line=line, wrong=f"{', '.join(unknown)} is no field of an event")
    written = "".join(str(value) for value in told.values())
    if len(written) > ROW_MAX:
        return Row(line=line, wrong=f"is longer than {ROW_MAX:,} characters: no event is")
    if any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in written):
        return Row(line=line, wrong="holds signs that are no text: save the file as UTF-8")
    said = {name: value.strip() if isinstance(value, str) else value for name, value in told.items()}
    said = {name: value for name, value in said.items() if value != "" or name in NEEDED}
    try:
        return Row(line=line, event=_EVENT.validate_python(said))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        given = (
            "is missing"
            if first["type"] == "missing" or said.get(name) == ""
            else f"{said.get(name)!r}: {first['msg']}"
        )
        return Row(line=line, wrong=f"{name} {given}; {WHAT_TO_DO.get(name, 'see the row')}")
