"""The table of contents of the core: which verb carries out which command, and which detectors listen to which event.

Each room keeps its own part in `contents.py`; here they are put together. A new exception code touches its trade's
`detect.py` and one line in its `contents.py`, and nothing else in the core.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core import cases, folding
from core.availability import contents as availability
from core.books import contents as books
from core.command import REGISTRY, Command
from core.counting import contents as counting
from core.deciding import contents as deciding
from core.erp import Erp, Event
from core.expiry import contents as expiry
from core.intake import contents as intake
from core.masterdata import contents as masterdata
from core.payables import contents as payables
from core.people import contents as people
from core.purchasing import contents as purchasing
from core.receiving import contents as receiving
from core.reconciling import contents as reconciling
from core.refusals import Refusal, Refused
from core.replenishment import contents as replenishment
from core.sales import contents as sales
from core.stock import contents as stock
from core.unbooked import contents as unbooked

Verb = Callable[[Erp, Any], Mapping[str, Any] | None]
"""Takes the core and its command; gives the result as plain data. Raises `Refused` before it changed anything."""

Detector = Callable[[Erp, Event], Iterable[cases.Finding | cases.Cleared]]
"""Takes the core and an event; gives what is wrong because of it, and what is no longer wrong. Changes nothing."""

ROOMS = (
    masterdata,
    people,
    purchasing,
    receiving,
    stock,
    counting,
    reconciling,
    unbooked,
    availability,
    replenishment,
    expiry,
    sales,
    payables,
    books,
    intake,
    deciding,
)
VERBS: dict[type[Command], Verb] = {command: verb for room in ROOMS for command, verb in room.VERBS.items()}
DETECTORS: dict[str, tuple[Detector, ...]] = {}
for _room in ROOMS:
    for _kind, _detectors in _room.DETECTORS.items():
        DETECTORS[_kind] = DETECTORS.get(_kind, ()) + _detectors

REGISTRY.update({command.__name__: command for command in VERBS})
assert len(REGISTRY) == len(VERBS), "two commands of one name: on the wire each would be the other"


def perform(erp: Erp, command: Command) -> Mapping[str, Any]:
    """Carry out one command inside an open unit of work. For the door, and for verbs made of other commands."""
    verb = VERBS.get(type(command))
    if verb is None:
        raise Refused(Refusal.COMMAND_UNKNOWN, type(command).__name__)
    return verb(erp, command) or {}


def detect(erp: Erp) -> None:
    """Let detectors look at every event of this command, and fold what they find into cases.

    Folding may itself cause events (a case was opened); detectors see those too, until nothing new happens.
    """
    seen = 0
    while seen < len(erp.events):
        event = erp.events[seen]
        seen += 1
        for detector in DETECTORS.get(event.kind, ()):
            folding.fold(erp, detector(erp, event))
