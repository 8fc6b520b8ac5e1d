"""Any two commands on stock, one of which began before the other was committed, leave the books as one after the other
would: what was read before a turn came is not believed after it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.databases import Shared
from tests.properties.depth import DEEP
from tests.properties.overlapping import Overlap
from tests.properties.stock_commands import COMMANDS, stand

Pairs = list[tuple[str, str]]

TELLING: Pairs = [
    ("revalue", "ship"),
    ("revalue", "carry"),
    ("standard to oldest", "come where nothing was"),
    ("close", "issue late"),
    ("issue late", "close"),
    ("keep for a day that was", "close"),
    ("never below zero", "issue below zero"),
    ("issue below zero", "never below zero"),
    ("arrive", "arrive"),
    ("arrive", "turn back"),
    ("issue what is kept", "let go"),
    ("issue what is kept for a while", "let go what is over"),
    ("issue what is kept for a while", "issue what was kept for a while"),
    ("let go what is over", "issue what was kept for a while"),
    ("sign off", "sign off"),
    ("pay the sister", "pay the sister a part"),
]
"""Where one command rests on what the other changes."""

EVERY: list[Pairs] = [[(first, second) for second in COMMANDS] for first in COMMANDS]


@pytest.fixture
def overlap(new_session: Callable[[], Session], engine: Engine, shared: Shared) -> Overlap:
    with new_session() as session:
        stand(session)
        session.commit()
        begun = session.scalar(text("select count(*) from audit_entry")) or 0
    return Overlap(new_session, engine, shared, shared.keep(), begun)


@pytest.mark.parametrize("pairs", [TELLING, *(EVERY if DEEP else ())], ids=lambda pairs: pairs[0][0])
def test_what_overlaps_is_as_if_one_came_after_the_other(overlap: Overlap, pairs: Pairs) -> None:
    found = {pair: overlap.flaws(COMMANDS[pair[0]], COMMANDS[pair[1]]) for pair in pairs}
    wrong = {pair: flaws for pair, flaws in found.items() if flaws}
    assert not wrong, "\n".join(f"{first} | {second}: {flaws}" for (first, second), flaws in wrong.items())
