"""Plays a story: its company, then its steps in turn through the one door, and holds what comes of it against the story.

Pure but for the session: no file, no network, no policy of its own. Who calls it hands in a session on an empty database,
with a judge where decisions are to be judged, and commits or rolls back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core import clock, door
from core.command import from_wire
from core.doctor import examine
from core.erp import Actor, Because
from core.refusals import Refused
from core.scenario.expectations import failures, said
from core.scenario.failing import Failed
from core.scenario.holdings import looked_back
from core.scenario.report import Done, Report, seen
from core.scenario.showing import not_as_shown, shown
from core.scenario.story import Step, Story
from core.seeding import play as settle
from core.simulation import Simulated

STORYTELLER = Actor(kind="system", id="story")
REFERENCE = re.compile(r"\$([a-z_]+)((?:\.[a-z_0-9]+)+)")


@dataclass
class Telling:
    """One story being told: what was done so far, the results by name, and what failed."""

    session: Session
    story: Story
    done: list[Done] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)


def play(session: Session, story: Story) -> Report:
    """Live a story through. Gives what was done, what stands, and what is not as the story says.

    A step that is refused although the story does not say so, or cannot be understood, ends it: what follows rests on it.
    The books are examined at the end, whatever the story says about them.
    """
    before = session.info.get("clock")
    telling = Telling(session, story)
    settle(session, story.company)
    for step in story.steps:
        clock.set_clock(session, clock.fixed(step.at))
        if step.do and not _do(telling, step):
            break
        _hold(telling, step.expect, step.place)
    else:
        _hold(telling, story.expect, 0)
    telling.failed.extend(_broken(session))
    report = Report(
        story=story.name,
        says=story.says,
        done=tuple(telling.done),
        failed=tuple(telling.failed),
        seen=seen(session, story),
        others={entity: seen(session, _told_of(story, entity)) for entity in _others(story)},
    )
    clock.set_clock(session, before or clock.system_clock)
    return report


def _hold(telling: Telling, expect: Mapping[str, Any], place: int) -> None:
    """Hold what is there against what is expected at this place of the story."""
    wanted = _told(telling, expect)
    if not wanted:
        return
    others = wanted.get("of", {})
    for entity, expected in [("", wanted), *others.items()]:
        story = _told_of(telling.story, entity) if entity else telling.story
        there = seen(telling.session, story)
        found = [
            *failures(expected, there, telling.results, place),
            *looked_back(telling.session, story, expected.get("as_of", ()), place),
        ]
        telling.failed.extend(replace(one, what=f"{entity}: {one.what}") if entity else one for one in found)


def _others(story: Story) -> list[str]:
    """The other entities of which the story expects something, anywhere in it."""
    expected = [story.expect, *(step.expect for step in story.steps)]
    return sorted({entity for one in expected for entity in one.get("of", {})})


def _told_of(story: Story, entity: str) -> Story:
    """The same story as another entity of the group sees it."""
    return replace(story, company={**story.company, "entity": {**story.company["entity"], "code": entity}})


def _do(telling: Telling, step: Step) -> bool:
    """Carry out one step. False when the story cannot go on."""
    at, only_shown = f"{step.at:%Y-%m-%d %H:%M}", step.simulate == "only"
    done = Done(place=step.place, at=at, by=step.by, do=step.do, only_shown=only_shown)
    try:
        done = _carried_out(telling, step, done)
    except Refused as no:
        done = replace(done, refused=no.code.value)
        if step.refused is not no.code:
            expected = f"refused: {step.refused.value}" if step.refused else "carried out"
            telling.failed.append(Failed(place=step.place, what=step.do, expected=expected, found=str(no)))
    except KeyError as unknown:
        telling.failed.append(Failed(place=step.place, what=step.do, expected="a name", found=f"no {unknown.args[0]}"))
        return False
    telling.done.append(done)
    if step.named:
        telling.results[step.named] = done.result
    if step.shows is not None:
        telling.failed.extend(not_as_shown(_told(telling, step.shows), done.shown, step.place))
    if step.refused is not None and not done.refused:
        telling.failed.append(
            Failed(place=step.place, what=step.do, expected=f"refused: {step.refused.value}", found=said(done.result))
        )
    return not done.refused or step.refused is not None


def _carried_out(telling: Telling, step: Step, done: Done) -> Done:
    """The step, done or only shown. Raises `Refused`, and `KeyError` for a name that nothing has."""
    actor = Actor(kind="person", id=step.by) if step.by else STORYTELLER
    fields = _told(telling, step.fields)
    if step.happened is not None:
        fields = {**fields, "happened_at": step.happened.isoformat()}
    command = from_wire(_whole({"type": step.do, **fields}, telling.story.entity))
    because = Because(says=step.says or telling.story.says)
    trial = Simulated()
    if step.simulate:
        trial = door.simulate(telling.session, [command], actor=actor, because=because)
        done = replace(done, shown=shown(trial.effects))
    if done.only_shown:
        if trial.refusal is not None:
            raise trial.refusal
        return replace(done, result=trial.results[0])
    key = f"story:{telling.story.name}:{step.place}"
    outcome = door.execute(telling.session, command, actor=actor, key=key, because=because)
    if step.simulate and trial.effects != outcome.effects:
        found = "; ".join(map(str, outcome.effects))
        shown_so = str(trial.refusal or "; ".join(map(str, trial.effects)))
        telling.failed.append(Failed(place=step.place, what="simulation", expected=shown_so, found=found))
    return replace(done, result=outcome.result)


def _told(telling: Telling, value: Any) -> Any:
    """The value with "$name.field" replaced by what that step gave; in the middle of a text as text."""
    if isinstance(value, Mapping):
        return {str(_told(telling, key)): _told(telling, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(telling, one) for one in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole:
        return _found(telling, whole)
    return REFERENCE.sub(lambda reference: str(_found(telling, reference)), value)


def _found(telling: Telling, reference: re.Match[str]) -> Any:
    """What a reference names. Raises `KeyError` with the reference when there is no such thing."""
    value: Any = telling.results.get(reference[1])
    for part in reference[2].strip(".").split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError, ValueError) as missing:
            raise KeyError(reference[0]) from missing
    return value


def _whole(value: Any, entity: str) -> Any:
    """The wire form with the company's entity in every command, also in those inside it."""
    if isinstance(value, Mapping):
        inner = {key: _whole(one, entity) for key, one in value.items()}
        return {"entity": entity, **inner} if "type" in inner else inner
    if isinstance(value, list):
        return [_whole(one, entity) for one in value]
    return value


def _broken(session: Session) -> list[Failed]:
    """What the database and the doctor find in the books; nothing in books that hold."""
    session.flush()
    session.execute(text("set constraints all immediate"))
    session.execute(text("set constraints all deferred"))
    return [
        Failed(place=0, what=checked.name, expected="holds", found=checked.says)
        for checked in examine(session)
        if not checked.holds
    ]
