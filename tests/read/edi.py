"""EDIFACT interchanges that the tests write for themselves, and the way back from a claim's path to its characters."""

import re

from agents.read import edifact
from agents.read.edifact_syntax import parse
from core.claims import Claim, Document
from tests.read.papers import part

PATH = re.compile(r"(?:UNH\[(\d+)\]/)?(\w{3})\[(\d+)\]/(\d+):(\d+)(?:-(\d+))?")


def edi(
    kind: str, *segments: str, directory: str = "D:96A:UN", counted: int | None = None, charset: str = "UNOC:3"
) -> bytes:
    """One message in its envelopes; the counts are right unless `counted` says otherwise."""
    body = "".join(f"{segment}'\n" for segment in segments)
    count = len(segments) + 2 if counted is None else counted
    return (
        f"UNA:+.? '\nUNB+{charset}+4012345000009:14+5412345000013:14+261119:0900+77'\n"
        f"UNH+1+{kind}:{directory}'\n{body}UNT+{count}+1'\nUNZ+1+77'\n"
    ).encode("latin-1" if charset.startswith("UNOC") else "utf-8")


def one(raw: bytes) -> Document:
    """The only document of an interchange."""
    (document,) = edifact.read(raw, part(raw))[1]
    return document


def at_path(raw: bytes, claim: Claim) -> str:
    """The characters that stand where a claim's path points, in the file itself."""
    found = PATH.fullmatch(claim.span.path or "")
    assert found is not None, claim.span.path
    messages = [message for interchange in parse(raw)[0] for message in interchange.messages]
    message = messages[int(found[1] or 1) - 1]
    named = [segment for segment in message.segments if segment.name == found[2]]
    segment = named[int(found[3]) - 1]
    components = [segment.at(int(found[4]), n) for n in range(int(found[5]), int(found[6] or found[5]) + 1)]
    return "".join(components)
