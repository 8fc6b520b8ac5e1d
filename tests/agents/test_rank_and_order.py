"""The queue's place of a case comes from figures; a model breaks ties between ways and words notes, and no more."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from langgraph.runtime import Runtime

from agents.models.port import Extraction, ModelFailed, OptionSeen, Order
from agents.propose.graph import DRAFTS_MAX, Desk, Way, order
from agents.propose.letters import says_nothing_else
from agents.rank.graph import rank
from agents.tools import CaseSeen
from core.deciding.proposals import Draft
from tests.agents.desks import Bare, Counting

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLAIN = "Hello Ada,\n\nYou moved PO-40431. We need 1,000 by 27 Nov 2026.\n\nKind regards\nDesk\n"


def case(*, severity: str = "normal", stake: str = "0", hours: float | None = 48) -> CaseSeen:
    due = NOW + timedelta(hours=hours) if hours is not None else None
    return CaseSeen(
        entity="HP", number="CASE-1", code="short_receipt", currency="USD", stake=Decimal(stake), severity=severity,
        opened_at=NOW, due_at=due, findings=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "points"),
    [
        (case(), "10.00"),
        (case(stake="2500"), "30.00"),
        (case(stake="900000"), "50.00"),
        (case(hours=12), "30.00"),
        (case(hours=-1), "60.00"),
        (case(severity="critical", stake="5000", hours=0), "150.00"),
        (case(hours=None), "10.00"),
    ],
)
def test_severity_money_and_time_give_the_points(seen: CaseSeen, points: str) -> None:
    assert rank(seen, NOW)[0] == Decimal(points)


def test_the_sentence_names_the_figure_that_put_it_there() -> None:
    assert rank(case(hours=-1), NOW)[1] == "Over its time"
    assert "$2,500.00" in rank(case(stake="2500"), NOW)[1]


class Ordering(Counting):
    """A model with an opinion on ways."""

    wants: tuple[str, ...] = ()

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        if not self.wants:
            raise ModelFailed("away")
        return Order(options=self.wants)


def ordered(scores: dict[str, int], *wants: str) -> list[str]:
    model = Ordering([Extraction()])
    model.wants = wants
    ways = [
        Way(Draft(option=name, title=name, says="", actions=(), score=Decimal(score))) for name, score in scores.items()
    ]
    done = order({"case": case(), "ways": ways}, Runtime(context=Desk(Bare(model))))
    return [draft.option for draft in done["drafts"]]


def test_a_model_lifts_no_way_above_a_better_one() -> None:
    assert ordered({"hold": 70, "pay": 50}, "pay", "hold") == ["hold", "pay"]


def test_a_model_breaks_a_tie() -> None:
    assert ordered({"hold": 70, "pay": 70}, "pay", "hold") == ["pay", "hold"]


def test_a_model_adds_no_way_of_its_own() -> None:
    assert ordered({"hold": 70}, "approve everything", "hold") == ["hold"]


def test_without_a_model_equal_ways_stand_in_the_order_of_their_names() -> None:
    assert ordered({"pay": 70, "hold": 70}) == ["hold", "pay"]


def test_no_more_ways_are_shown_than_a_person_can_weigh() -> None:
    assert len(ordered({f"way {n}": n for n in range(20)})) == DRAFTS_MAX


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        (
            "Hello Ada,\n\nthank you. You moved PO-40431. Please, we need 1,000 by 27 Nov 2026.\n\nKind regards\nDesk\n",
            True,
        ),
        ("Hello Ada, PO-40431, 1,000 by 28 Nov 2026?", False),
        ("Hello Ada, PO-40431, 1,000 by 27 Nov 2026, and we pay 500 more.", False),
        ("Hello Ada, about PO-40431 we need 27 Nov 2026.", False),
        ("Hello Ada, PO-40431, 1,000 by 27 Nov 2026, see https://pay.example", False),
        ("Hello Ada, PO-40431, 1,000 by 27 Nov 2026, to our new account.", False),
        ("Hello Ada, PO-40431, 1,000 by 27 Nov 2026. " + "Please! " * 200, False),
    ],
)
def test_a_note_in_a_models_words_says_nothing_else(body: str, taken: bool) -> None:
    assert says_nothing_else(body, PLAIN) is taken
