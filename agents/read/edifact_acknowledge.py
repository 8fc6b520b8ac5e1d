"""What we would answer to an EDIFACT interchange: a CONTRL that names every message and how it was taken.

Pure: it takes the interchange as it was taken apart and gives the bytes of the answer. Nothing here sends anything: an
answer goes out like every message of this house, after somebody with authority said so.
"""

from collections.abc import Sequence
from datetime import datetime

from agents.read.edifact_characters import Service
from agents.read.edifact_syntax import Interchange, Message

ACCEPTED, REJECTED = "7", "4"


def acknowledge(interchange: Interchange, *, at: datetime, control: str, accepts: Sequence[str] = ()) -> bytes:
    """The answer to one interchange: its sender is our receiver. `control` is the reference of the answer, `at` its day.

    `accepts` are the kinds of messages we read; where it is given, any other is rejected as not supported. A message
    whose envelope does not count is rejected; an interchange whose own does not count is rejected whole. A CONTRL is
    never answered with one.
    """
    header = interchange.header
    plain = Service()
    sender, receiver = _composite(header.elements[3], plain), _composite(header.elements[2], plain)
    syntax = header.elements[1]
    unb = ["UNB", _composite(syntax, plain), sender, receiver, f"{at:%y%m%d}:{at:%H%M}", _released(control, plain)]
    if interchange.test:
        unb += ["", "", "", "", "", "1"]
    messages = [message for message in interchange.messages if message.kind != "CONTRL"]
    modern = syntax[1] >= "4" if len(syntax) > 1 else False
    segments = [f"UNH+1+CONTRL:{'4:1' if modern else 'D:3'}:UN"]
    uci = ["UCI", _released(interchange.reference, plain), receiver, sender]
    error = _error(interchange.wrong)
    segments.append("+".join([*uci, REJECTED, error] if error else [*uci, ACCEPTED]))
    for message in () if error else messages:
        segments.append(_message(message, accepts, plain))
    segments.append(f"UNT+{len(segments) + 1}+1")
    everything = ["+".join(unb), *segments, f"UNZ+1+{_released(control, plain)}"]
    return ("UNA:+.? '" + "".join(f"{segment}'" for segment in everything)).encode("latin-1", "replace")


def _message(message: Message, accepts: Sequence[str], plain: Service) -> str:
    """The UCM of one message."""
    error = "14" if accepts and message.kind not in accepts else _error(message.wrong)
    named = _composite(message.segments[0].elements[2], plain) if len(message.segments[0].elements) > 2 else ""
    ucm = ["UCM", _released(message.reference, plain), named]
    return "+".join([*ucm, REJECTED, error] if error else [*ucm, ACCEPTED])


def _error(wrong: Sequence[str]) -> str:
    """Element 0085: what is wrong, "" for nothing."""
    for sentence in wrong:
        if "is closed as" in sentence:
            return "28"
        if "says it has" in sentence:
            return "29"
        if "is not closed" in sentence:
            return "13"
    return "18" if wrong else ""


def _composite(components: Sequence[str], service: Service) -> str:
    return service.component.join(_released(component, service) for component in components)


def _released(text: str, service: Service) -> str:
    """A text with every service character in it released."""
    signs = (service.release, service.component, service.element, service.terminator)
    return "".join(f"{service.release}{sign}" if sign in signs else sign for sign in text)
