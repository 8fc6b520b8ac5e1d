"""Whether acknowledgments keep the form of the standard: what they say of our messages is acted on only when they do."""

import re
from collections.abc import Mapping, Sequence

from agents.read.x12_segments import Placed
from core.claims import Check

_FORMS: Mapping[str, tuple[str, ...]] = {
    "AK1": (r"[A-Z]{2}", r"\d{1,9}", r".{0,12}"),
    "AK2": (r"\d{3}", r".{4,9}", r".{0,35}"),
    "AK3": (r"\w{2,3}", r"\d{1,10}", r".{0,6}", *[r"\w{0,3}"] * 5),
    "AK4": (r"\d{1,2}(?:\W\d{1,2}){0,2}", r"\d{0,4}", r"\w{1,3}", r".{0,99}"),
    "AK5": (r"[AEMRWX]", *[r"\w{0,3}"] * 5),
    "AK9": (r"[AEMPRWX]", r"\d{1,6}", r"\d{1,6}", r"\d{1,6}", *[r"\w{0,3}"] * 5),
}
"""For each segment the form of its elements; the last may be left out. "IK3" to "IK5" of the 999 are those of the 997."""
_REQUIRED = {"AK1": 2, "AK2": 2, "AK3": 2, "AK4": 1, "AK5": 1, "AK9": 4}


def misshapen(segments: Sequence[Placed]) -> tuple[Check, ...]:
    """A failed check that names every segment out of form, or none."""
    wrong = [said for segment in segments if (said := _wrong_with(segment))]
    names = [segment.name for segment in segments]
    answers = {"AK5", "IK5"}
    opened = False
    for name in names:
        if name == "AK2":
            opened = True
        elif name in answers:
            if not opened:
                wrong.append(f"{name} answers no transaction")
            opened = False
    if "AK1" in names and "AK9" not in names:
        wrong.append("AK9 is missing")
    return (Check(name="structure", holds=False, says="; ".join(wrong[:5])),) if wrong else ()


def _wrong_with(segment: Placed) -> str:
    """What is wrong with one segment; "" for nothing."""
    name = segment.name.replace("IK", "AK", 1)
    forms = _FORMS.get(name)
    if forms is None:
        return ""
    written = segment.segment.elements[1:]
    if len(written) > len(forms):
        return f"{segment.name} has more elements than it may"
    for number, form in enumerate(forms, 1):
        value = segment.at(number)
        if not value and number > _REQUIRED[name]:
            continue
        if re.fullmatch(form, value) is None:
            return f"{segment.name}{number:02} is “{value[:20]}”"
    return ""
