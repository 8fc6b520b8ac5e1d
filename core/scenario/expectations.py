"""What a story expects, held against what is there. Only what is named is compared, but exceptions and claims are all
named: one that nobody expects is as wrong as one that is missing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.canonical import text_of
from core.scenario.failing import Failed


def failures(expect: Mapping[str, Any], seen: Any, results: Mapping[str, Any], place: int) -> Iterator[Failed]:
    """Everything that is not as expected, each with what was expected and what was found."""
    for what, wanted in expect.items():
        if what == "exceptions":
            yield from _all_named("exception", wanted, seen.exceptions, place)
        elif what == "claims":
            yield from _all_named("claim", wanted, seen.claims, place)
        elif what not in ("as_of", "of"):  # asked of the books themselves, and of other entities
            there = results if what == "results" else getattr(seen, what)
            yield from _named(what, wanted, there, place)


def _all_named(
    what: str, wanted: Sequence[Mapping[str, Any]], there: Sequence[Mapping[str, Any]], place: int
) -> Iterator[Failed]:
    """Each expected one is one of those that are there; none is left over."""
    rest = list(there)
    for one in wanted:
        fitting = next(
            (other for other in rest if all(same(value, other.get(key)) for key, value in one.items())), None
        )
        if fitting is None:
            yield Failed(place=place, what=what, expected=said(one), found="; ".join(map(said, rest)) or "none")
            continue
        rest.remove(fitting)
    for left in rest:
        yield Failed(place=place, what=what, expected="none", found=said(left))


def _named(what: str, wanted: Mapping[str, Any], there: Mapping[str, Any], place: int) -> Iterator[Failed]:
    """Each named thing is there and is so. A figure that is nought may be absent."""
    for name, value in wanted.items():
        found = there.get(name)
        if isinstance(value, Mapping):
            held = found if isinstance(found, Mapping) else {}
            for key, one in value.items():
                if not same(one, held.get(key)):
                    yield Failed(
                        place=place, what=f"{what} {name} {key}", expected=said(one), found=said(held.get(key))
                    )
        elif not same(value, found):
            yield Failed(place=place, what=f"{what} {name}", expected=said(value), found=said(found))


def same(wanted: Any, found: Any) -> bool:
    """Whether a value is what the story writes: figures by value, lists in any order, everything else as text.

    Nothing there is the same as nought, and as an empty text."""
    if isinstance(wanted, list):
        found = found if isinstance(found, list | tuple) else []
        return sorted(map(said, wanted)) == sorted(map(said, found))
    figure = _figure(wanted)
    if figure is not None and (found is None or isinstance(found, Decimal | int) or _figure(found) is not None):
        return figure == (_figure(found) or Decimal(0))
    return said(wanted) == said(found)


def said(value: Any) -> str:
    """A value as a story writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return text_of(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(said, value))}]"
    return str(value)


def _figure(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
