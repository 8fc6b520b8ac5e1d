"""What a simulation shows before anything is done, as a story tells it: every figure that would change, each once."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from core.erp import Effect
from core.scenario.expectations import said, same
from core.scenario.failing import Failed

Shown = dict[str, Decimal | str]


def shown(effects: Iterable[Effect]) -> Shown:
    """By what changes: the sum of its changes, accounts debit positive and what a document took out of stock positive, or
    how the thing is called afterwards. What comes to nought is left out."""
    sums: dict[str, Decimal] = {}
    words: dict[str, str] = {}
    for effect in effects:
        if effect.change or not effect.now:
            change = -effect.change if effect.kind == "cost" else effect.change
            sums[effect.what] = sums.get(effect.what, Decimal(0)) + change
        else:
            words[effect.what] = effect.now
    return {**{what: change for what, change in sums.items() if change}, **words}


def not_as_shown(wanted: Mapping[str, object], there: Mapping[str, object], place: int) -> Iterator[Failed]:
    """Everything that is shown otherwise than the story says. What it does not say must not be shown."""
    for what in sorted(wanted.keys() | there.keys()):
        expected, found = wanted.get(what), there.get(what)
        if what not in wanted or what not in there or not same(expected, found):
            yield Failed(
                place=place, what=f"shows {what}", expected=said(expected) or "nothing", found=said(found) or "nothing"
            )
