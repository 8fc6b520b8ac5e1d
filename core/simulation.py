"""Effects before they happen: the very command code, run in a savepoint and rolled back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.canonical import plain
from core.command import Command
from core.erp import Effect, Erp
from core.refusals import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulated:
    """What commands would do, and did not: effects and results, or the refusal of the first that was refused."""

    effects: tuple[Effect, ...] = ()
    results: tuple[dict[str, Any], ...] = ()
    refusal: Refused | None = None


def simulated(erp: Erp, commands: Sequence[Command]) -> Simulated:
    """Carry out the commands on a copy of `erp` inside a savepoint, roll back, and give what they did.

    Nothing stays: no row, no number, no event, no job. Rows the caller holds are read again when next used.
    """
    trial = replace(erp, simulated=True, events=[], effects=[], jobs=[], held=[], known={}, others=[])
    savepoint = erp.session.begin_nested()
    results = []
    try:
        for command in commands:
            results.append(plain(trial.perform(command)))
        erp.session.flush()
    except Refused as refusal:
        return Simulated(refusal=refusal)
    finally:
        savepoint.rollback()
        erp.session.expire_all()
    return Simulated(effects=tuple(trial.effects), results=tuple(results))
