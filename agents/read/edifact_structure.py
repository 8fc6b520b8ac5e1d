"""Whether the segments of an EDIFACT message have no more elements and components than any directory allows them.

More of them means a separator that should have been released: what stands behind it is no longer where it belongs.
"""

from collections.abc import Mapping

from agents.read.edifact_syntax import Message
from core.claims import Check

COMPONENTS: Mapping[str, tuple[int, ...]] = {
    "ALC": (1, 2, 1, 1, 5),
    "ALI": (1, 1, 1, 1, 1, 1, 1),
    "BGM": (4, 3, 1, 1, 1, 1),
    "CNT": (3,),
    "CPS": (1, 1, 1),
    "CUX": (4, 4, 1, 1),
    "DOC": (4, 8, 1, 1, 1),
    "DTM": (3,),
    "FII": (1, 4, 7, 1),
    "FTX": (1, 1, 5, 5, 1, 1, 1),
    "IMD": (1, 4, 6, 1),
    "LIN": (1, 1, 5, 2, 1, 1),
    "MOA": (5,),
    "NAD": (1, 3, 5, 6, 4, 1, 5, 1, 1),
    "PIA": (1, 5, 5, 5, 5, 5),
    "PRI": (6, 1),
    "QTY": (3,),
    "QVR": (3, 1, 5),
    "RFF": (5,),
    "TAX": (1, 4, 4, 1, 7, 1, 1, 1, 1),
    "UNS": (1,),
}
"""For each segment the most components of each of its elements, the largest number of D.93A to D.21B and EANCOM."""


def misshapen(message: Message) -> tuple[Check, ...]:
    """A failed check that names the first segments out of form, or none."""
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for segment in message.segments:
        name = segment.name
        seen[name] = seen.get(name, 0) + 1
        allowed = COMPONENTS.get(name)
        if allowed is None:
            continue
        elements = segment.elements[1:]
        too_many = [n for n, (given, most) in enumerate(zip(elements, allowed, strict=False), 1) if len(given) > most]
        if len(elements) > len(allowed) and any(any(element) for element in elements[len(allowed) :]):
            wrong.append(f"{name}[{seen[name]}] has {len(elements)} elements, {len(allowed)} at most")
        elif too_many:
            number = too_many[0]
            count, most = len(elements[number - 1]), allowed[number - 1]
            wrong.append(f"{name}[{seen[name]}]/{number:02} has {count} components, {most} at most")
        if len(wrong) == 5:
            break
    return (Check(name="structure", holds=False, says="; ".join(wrong)),) if wrong else ()
