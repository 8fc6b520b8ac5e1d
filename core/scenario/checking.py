"""Whether a file is a story, before anything is played: every fault with its line, what it is, and what to do."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from core import catalogue
from core.command import REGISTRY
from core.refusals import Refusal
from core.scenario.moments import moment
from core.scenario.story import EXPECTED, SIMULATIONS, STEP_FIELDS, STORY_FIELDS, NotAStory, read_story

assert catalogue.VERBS, "the registry is filled by the catalogue"

Way = tuple[str | int, ...]
NEEDED = ("situation", "says", "company", "steps")
LATER = re.compile(r"\$[a-z_]+(\.[a-z_0-9]+)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that keeps a file from being a story."""

    line: int
    where: str
    says: str


def faults(path: Path) -> list[Fault]:
    """Everything that is wrong with a story's file, in the order of its lines; nothing when it can be played."""
    try:
        written = path.read_text(encoding="utf-8")
        node = yaml.compose(written, Loader=yaml.BaseLoader)
        data = yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506  # makes texts, lists and maps only
    except (OSError, UnicodeDecodeError) as wrong:
        return [Fault(line=0, where="file", says=f"cannot be read: {wrong}; name a YAML file")]
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        says = f"not YAML: {getattr(wrong, 'problem', None) or wrong}; mend the line"
        return [Fault(line=mark.line + 1 if mark else 1, where="file", says=says)]
    if not isinstance(data, dict) or node is None:
        return [Fault(line=1, where="file", says=f"holds no mapping; a story has {', '.join(NEEDED)}")]
    lines = dict(_lines(node, ()))
    found = [Fault(line=_line(lines, at), where=_where(at), says=says) for at, says in [*_story(data), *_steps(data)]]
    if not found:
        try:
            read_story(path)
        except (NotAStory, OSError) as wrong:
            place = re.search(r"step (\d+)", str(wrong))
            at: Way = ("steps", int(place[1]) - 1) if place else ("company",)
            found = [Fault(line=_line(lines, at), where=_where(at), says=str(wrong))]
    return sorted(found, key=lambda fault: fault.line)


def _story(data: Mapping[str, Any]) -> Iterator[tuple[Way, str]]:
    yield from _unknown(data, STORY_FIELDS, (), "a story")
    for name in NEEDED:
        if name not in data:
            yield (), f"`{name}` is missing; add it"
    if not str(data.get("situation", "0")).isdigit():
        yield ("situation",), f"{data['situation']!r} is no number; write the number of the situation, or 0"
    if not isinstance(data.get("steps", []), list):
        yield ("steps",), "is no list; begin each step with a dash"
    company = data.get("company", "")
    if isinstance(company, Mapping) and not {"code", "name", "currency", "since"} <= set(company.get("entity") or ()):
        yield ("company",), "needs `entity` with code, name, currency and since"
    yield from _expect(data.get("expect", {}), ("expect",))


def _steps(data: Mapping[str, Any]) -> Iterator[tuple[Way, str]]:
    steps = data.get("steps")
    for place, step in enumerate(steps if isinstance(steps, list) else ()):
        at: Way = ("steps", place)
        if not isinstance(step, dict):
            yield at, "is no mapping; a step has at, do and with"
            continue
        yield from _unknown(step, STEP_FIELDS, at, "a step")
        for name in ("at", "happened"):
            yield from _moment(step.get(name), (*at, name))
        if "refused" in step and step["refused"] not in {code.value for code in Refusal}:
            codes = [code.value for code in Refusal]
            yield (*at, "refused"), f"no refusal is called {step['refused']!r}{_nearest(step['refused'], codes)}"
        if step.get("simulate", "same") not in SIMULATIONS:
            yield (*at, "simulate"), f"can only be {' or '.join(f'`{one}`' for one in SIMULATIONS)}"
        if "shows" in step and "simulate" not in step:
            yield (*at, "shows"), "is what a simulation shows; add `simulate: same`"
        if not isinstance(step.get("shows", {}), dict):
            yield (*at, "shows"), "is no mapping; write what changes, and by how much"
        yield from _expect(step.get("expect", {}), (*at, "expect"))
        if "do" in step and step.get("refused") not in ("command_malformed", "command_unknown"):
            yield from _command(step, at)


def _moment(written: Any, at: Way) -> Iterator[tuple[Way, str]]:
    if written is None:
        return
    try:
        moment(str(written), datetime(2026, 1, 1, tzinfo=UTC))
    except ValueError:
        yield at, f'{written!r} is no moment; write "2026-11-03 09:00" or "day 4"'


def _expect(expect: Any, at: Way) -> Iterator[tuple[Way, str]]:
    if isinstance(expect, dict):
        yield from _unknown(expect, EXPECTED, at, "an expectation")
        others = expect.get("of", {})
        for entity, expected in others.items() if isinstance(others, dict) else ():
            yield from _expect(expected, (*at, "of", entity))
    else:
        yield at, f"is no mapping; name one of {', '.join(sorted(EXPECTED))}"


def _command(step: Mapping[str, Any], at: Way) -> Iterator[tuple[Way, str]]:
    """What keeps a step from being its command. What is a reference to a result is known only when it is played."""
    name, fields = step["do"], step.get("with", {})
    kind = REGISTRY.get(str(name))
    if kind is None:
        yield (*at, "do"), f"no step is called {name!r}{_nearest(str(name), REGISTRY)}"
        return
    if not isinstance(fields, dict):
        yield (*at, "with"), "is no mapping; write the command's fields"
        return
    own = set(kind.__dataclass_fields__)
    yield from _unknown(fields, own, (*at, "with"), name)
    try:
        TypeAdapter(kind).validate_python({"entity": "-", **fields})
    except ValidationError as wrong:
        for error in wrong.errors():
            given = error["input"]
            if isinstance(given, str) and LATER.search(given):
                continue
            where: Way = (*at, "with", *(part for part in error["loc"] if not str(part).startswith("function-")))
            last = str(where[-1])
            if error["type"] in ("missing", "missing_argument"):
                if last != "entity":
                    yield where, f"`{last}` is missing in {name}; add it"
            elif error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
                if len(where) > len(at) + 2:
                    yield where, f"{name} has no `{last}` there"
            else:
                yield where, f"{given!r} cannot be `{last}` of {name}: {error['msg']}"


def _unknown(data: Mapping[str, Any], known: set[str], at: Way, what: str) -> Iterator[tuple[Way, str]]:
    for name in data:
        if name not in known:
            yield (*at, name), f"{what} has no `{name}`{_nearest(name, known)}"


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.4)
    return f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(sorted(known))}"


def _lines(node: yaml.Node, at: Way) -> Iterator[tuple[Way, int]]:
    """The line of every value, and of every name of a field, by the way to it."""
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*at, key.value))
            yield (*at, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _lines(value, (*at, place))


def _line(lines: Mapping[Way, int], at: Way) -> int:
    """The line of the value, or of the nearest thing around it that is there."""
    while at and at not in lines:
        at = at[:-1]
    return lines.get(at, 1)


def _where(at: Way) -> str:
    if len(at) >= 2 and at[0] == "steps" and isinstance(at[1], int):
        inner = ".".join(str(part) for part in at[2:])
        return f"step {at[1] + 1}" + (f", {inner}" if inner else "")
    return ".".join(str(part) for part in at) or "story"
