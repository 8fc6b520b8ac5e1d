"""The published JSON Schema of a reading says what the program prints: for every sample, and for nothing broken.

The validator is another's (jsonschema). Samples of others are read where they lie beside the project.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from agents.read.sandbox import ReaderPool
from agents.read.wire import NotAReading, from_wire, to_wire
from core.claims import DocumentKind, Intent, Reading
from core.reading_schema import schema
from core.reading_wire import VERSION
from desk.cli.main import app
from tests.read.papers import attached, cii, letter, text_part
from tests.read.test_wire import full_reading

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "reading.schema.json"
SAMPLES = ROOT.parent / "shared" / "samples"
EACH = 12
"""Files of one folder of samples, spread over all of it."""
OPEN, CLOSED = Draft202012Validator(schema()), Draft202012Validator(schema(closed=True))


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One reader process for this module."""
    with ReaderPool(1) as pool:
        yield pool


def wrong(reading: Reading) -> list[str]:
    """What the closed schema finds in a reading as it is printed."""
    return [f"{error.json_path}: {error.message[:120]}" for error in CLOSED.iter_errors(to_wire(reading))]


def test_the_published_schema_is_what_the_program_says():
    Draft202012Validator.check_schema(schema())
    said = json.loads(PUBLISHED.read_text("utf-8"))

    assert said == schema(), "write it anew: desk read --schema > docs/reading.schema.json; then see docs/reading.md"
    assert said["properties"]["version"] == {"const": VERSION}


def test_the_command_prints_the_schema_and_a_reading_that_holds_to_it(tmp_path):
    path = tmp_path / "KF-88213.xml"
    path.write_bytes(cii())
    form = CliRunner().invoke(app, ["read", "--schema"])
    printed = CliRunner().invoke(app, ["read", str(path), "--json"])

    assert json.loads(form.stdout) == schema()
    assert not list(CLOSED.iter_errors(json.loads(printed.stdout)))
    assert from_wire(json.loads(printed.stdout)).documents[0].first("invoice.number").value == "KF-88213"
    assert CliRunner().invoke(app, ["read"]).exit_code == 1


def test_a_reading_with_every_field_filled_holds_to_the_schema():
    assert wrong(full_reading()) == []


def test_the_closed_lists_are_in_the_schema():
    said = schema()["$defs"]
    assert said["Intent"]["enum"] == [intent.value for intent in Intent]
    assert said["DocumentKind"]["enum"] == [kind.value for kind in DocumentKind]


JUNK: tuple[Any, ...] = (None, "", "x", "1e9", "-1", "2", -1, 1.5, True, 7, [], {}, ["x"], {"decimal": "1"}, {"a": 1})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def put(wire: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """A copy with something else at one place."""
    if not path:
        return junk
    changed = copy.deepcopy(wire)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return changed


def test_the_program_takes_what_the_schema_allows_and_refuses_what_it_forbids():
    wire = to_wire(full_reading())
    tried = 0
    for path in places(wire):
        for junk in JUNK:
            changed = put(wire, path, junk)
            allowed = CLOSED.is_valid(changed)
            try:
                from_wire(changed)
                taken = True
            except NotAReading:
                taken = False
            assert taken == allowed, f"{path} = {junk!r}: the schema says {allowed}, the program {taken}"
            tried += 1
    assert tried > 1_500


def test_a_consumer_that_meets_a_new_name_does_not_stumble():
    wire = to_wire(full_reading())
    wire["reading"]["documents"][0]["claims"][0]["invented_tomorrow"] = "x"

    assert OPEN.is_valid(wire)
    assert not CLOSED.is_valid(wire)


def test_letters_and_their_enclosures_hold_to_the_schema(pool: ReaderPool):
    for raw in (
        letter(text_part("Order PO-40417: 10 pcs of M8X40 arrive on 3 December."), attached("a.xml", cii())),
        letter(text_part("\ue000\ufffe \0 rubbish"), attached("a.pdf", b"%PDF-1.4 rubbish")),
        b"", b"\0" * 100, bytes(range(256)) * 40,
    ):  # fmt: skip
        assert wrong(pool.read(raw)) == []


def _folders() -> list[str]:
    return sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()) if SAMPLES.is_dir() else []


NOT_DOCUMENTS = {"adventureworks", "bpi2019", "scms", "sroie", "enron"}
"""Tables of data, letters without heads; receipts take seconds each and are measured by make eval-read."""


@pytest.mark.parametrize("folder", [name for name in _folders() if name not in NOT_DOCUMENTS] or [""])
def test_readings_of_the_samples_hold_to_the_schema(folder: str, pool: ReaderPool):
    if not folder:
        pytest.skip("the samples of others are not beside the project")
    paths = sorted(path for path in (SAMPLES / folder).rglob("*") if path.is_file() and path.suffix)
    for path in paths[:: max(1, len(paths) // EACH)]:
        assert wrong(pool.read(path.read_bytes(), path.name)) == [], path.name
