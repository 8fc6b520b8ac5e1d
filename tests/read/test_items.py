"""Item texts of suppliers find the item that is meant, in five languages, and what they leave open is left open."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.read.likeness import ranked
from agents.read.link import ALIKE_ENOUGH, TOO_CLOSE

SET: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "items.yaml").read_text(encoding="utf-8"))


def linked(text: str) -> tuple[str, bool]:
    """The likeliest item of ours, and whether it is told apart from the next."""
    first, second = ranked(text, SET["ours"])[:2]
    return SET["ours"][first[0]], first[1] >= ALIKE_ENOUGH and first[1] - second[1] > TOO_CLOSE


def test_nearly_every_text_of_our_own_set_finds_its_item_and_none_is_sure_of_a_wrong_one() -> None:
    found = [(linked(row["text"]), row["means"]) for row in SET["written"]]
    assert sum(item == means for (item, _), means in found) >= 24
    assert sum(sure and item == means for (item, sure), means in found) >= 20
    assert [(item, means) for (item, sure), means in found if sure and item != means] == []


@pytest.mark.parametrize(
    "text", ["casque de chantier jaune", "Flanschmutter M8 verzinkt", "v\u00e1lvula de bola DN 25 lat\u00f3n"]
)
def test_a_text_without_one_english_word_finds_its_item(text: str) -> None:
    means = next(row["means"] for row in SET["written"] if row["text"] == text)
    assert linked(text)[0] == means


def test_a_stranger_is_like_nothing() -> None:
    assert ranked("annual maintenance contract", SET["ours"])[0][1] < ALIKE_ENOUGH


def test_a_short_stem_inside_another_word_means_nothing() -> None:
    assert ranked("viscose cloth", ["bolt"])[0][1] < Decimal("0.2")
