"""Item texts of suppliers find the item that is meant, in five languages, and what they leave open is left open."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.read.likeness import ranked
from agents.read.link import ALIKE_ENOUGH, TOO_CLOSE, told_apart
from evals.item_texts import by_grams, half, labelled, measure

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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Socket head cap screw M8x20, steel 8.8", "Socket head cap screw M6x20, steel 8.8"),
        ("HSS drill bit 13.0 mm", "HSS drill bit 10.0 mm"),
        ("Kupferrohr 28 mm 3m", "Copper pipe 22 mm x 3 m"),
        ("Deep groove ball bearing 6308-2RS", "Deep groove ball bearing 6206-2RS"),
    ],
)
def test_another_size_of_the_same_goods_is_never_the_item_meant(text: str, name: str) -> None:
    assert not told_apart(ranked(text, [name]))
    assert told_apart(ranked(name, [name]))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bubble wrap 100 cm x 100 m", "Bubble wrap 1000 mm x 100 m"),
        ("cutting disc metal 125x1,0", "Cutting disc 125 x 1.0 mm, metal"),
        ("cap screw DIN 912 M6x20 8.8", "Socket head cap screw M6x20, steel 8.8"),
        ("strapping band 16 mm 1,750 m", "Strapping band 16 mm x 1750 m, polyester"),
    ],
)
def test_the_same_size_written_otherwise_and_a_size_more_contradict_nothing(text: str, name: str) -> None:
    assert told_apart(ranked(text, [name]))


def test_a_second_catalogue_is_tied_as_well_as_evals_readme_says() -> None:
    ours, written = labelled("items_more.yaml")
    catalogue, order, without = (one for _, one in measure(half(written, held_out=True), ours, by_grams))

    assert (catalogue.there, order.there, without.absent) == (35, 35, 35)
    assert catalogue.first >= 31
    assert order.first >= 34
    assert catalogue.wrong <= 2
    assert order.wrong <= 1
    assert without.tied <= 3


def test_a_stranger_is_like_nothing() -> None:
    assert ranked("annual maintenance contract", SET["ours"])[0][1] < ALIKE_ENOUGH


def test_a_short_stem_inside_another_word_means_nothing() -> None:
    assert ranked("viscose cloth", ["bolt"])[0][1] < Decimal("0.2")
