"""Every story of this folder is lived through on the real books, and everything it says must be so."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.deciding.facts import set_judge
from core.scenario.player import play
from core.scenario.story import NotAStory, Story, read_story, story_of
from policies.verdict import Policies

HERE = Path(__file__).parent
STORIES = sorted(path for path in HERE.glob("[0-9]*.yaml"))


def played(session: Session, story: Story) -> list[str]:
    """What is not as the story says, a line each."""
    set_judge(session, Policies.load())
    report = play(session, story)
    return [f"step {one.place}, {one.what}: expected {one.expected}, found {one.found}" for one in report.failed]


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_the_story_holds(session: Session, path: Path):
    assert played(session, read_story(path)) == []


COMPANY = {
    "entity": {"code": "HP", "name": "Harbor & Pine", "currency": "USD", "since": "2026-10-01"},
    "sites": [{"code": "PDX", "name": "Portland"}],
    "items": [{"sku": "BOLT", "name": "Bolt"}],
}
STOCKED = {
    "at": "2026-11-02 08:00",
    "do": "OpenStock",
    "with": {"item": "BOLT", "site": "PDX", "quantity": "10", "unit_cost": "0.10"},
}
ISSUED = {
    "do": "IssueStock",
    "with": {"item": "BOLT", "site": "PDX", "quantity": "3", "document": "SO-1"},
    "as": "taken",
}


def told(*steps: Mapping[str, Any], **more: Any) -> Story:
    return story_of({"situation": "1", "says": "Told.", "company": COMPANY, "steps": steps, **more}, "told")


def test_a_story_gives_what_was_done_and_what_stands(session: Session):
    report = play(session, told(STOCKED, {**ISSUED, "by": "lena"}))

    assert report.holds
    assert [(done.place, done.at, done.by, done.do) for done in report.done] == [
        (1, "2026-11-02 08:00", "", "OpenStock"),
        (2, "2026-11-02 08:00", "lena", "IssueStock"),
    ]
    assert report.seen.stock == {"BOLT PDX": {"available": 7}}
    assert {account: str(amount) for account, amount in report.seen.journal.items()} == {
        "1400": "0.7000", "3000": "-1.0000", "5000": "0.3000",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ({"expect": {"stock": {"BOLT PDX": {"available": "9"}}}}, "step 2, stock BOLT PDX available: expected 9, found 10"),
        ({"expect": {"journal": {"1400": "1.01"}}}, "step 2, journal 1400: expected 1.01, found 1"),
        ({"expect": {"claims": [{"amount": "1"}]}}, "step 2, claim: expected amount: 1, found none"),
        ({"expect": {"orders": {"PO-1": {"state": "open"}}}}, "step 2, orders PO-1 state: expected open, found "),
        ({**ISSUED, "refused": "more_than_on_hand"}, "step 2, IssueStock: expected refused: more_than_on_hand, found "),
        ({**ISSUED, "with": {**ISSUED["with"], "quantity": "11"}}, "step 2, IssueStock: expected carried out, found "),
        ({**ISSUED, "with": {"item": "$bill.item"}}, "step 2, IssueStock: expected a name, found no $bill.item"),
        ({"do": "Fly", "with": {}}, "step 2, Fly: expected carried out, found command_unknown: Fly"),
        ({"do": "IssueStock", "with": {}}, "step 2, IssueStock: expected carried out, found command_malformed"),
    ],
)  # fmt: skip
def test_what_is_not_as_the_story_says_is_named_with_its_step(session: Session, step: dict[str, Any], line: str):
    [failed] = played(session, told(STOCKED, step))

    assert failed.startswith(line)


SHOWN = {"BOLT at PDX, available": "-3", "1400 Inventory": "-0.3"}
COST = {"5000 Cost of goods sold": "0.30"}


@pytest.mark.parametrize(
    ("shows", "wrong"),
    [
        ({**SHOWN, **COST}, []),
        (SHOWN, ["shows 5000 Cost of goods sold: expected nothing, found 0.3"]),
        ({**SHOWN, **COST, "2100 Payables": "1"}, ["shows 2100 Payables: expected 1, found nothing"]),
        (
            {**SHOWN, "5000 Cost of goods sold": "0.31"},
            ["shows 5000 Cost of goods sold: expected 0.31, found 0.3"],
        ),
    ],
)
def test_every_figure_that_a_simulation_shows_is_as_the_story_says(
    session: Session, shows: dict[str, str], wrong: list[str]
):
    step = {**ISSUED, "simulate": "same", "shows": shows}

    assert played(session, told(STOCKED, step)) == [f"step 2, {one}" for one in wrong]


def test_what_is_only_looked_at_is_not_done(session: Session):
    looked = {**ISSUED, "simulate": "only", "shows": {**SHOWN, **COST}}
    too_many = {**looked, "with": {**ISSUED["with"], "quantity": "11"}, "refused": "more_than_on_hand", "shows": {}}

    report = play(session, told(STOCKED, looked, too_many, expect={"stock": {"BOLT PDX": {"available": "10"}}}))

    assert report.failed == ()
    assert [done.only_shown for done in report.done] == [False, True, True]
    assert report.seen.costs == {"opening": -1}


def test_an_account_is_asked_for_as_it_stood_at_the_end_of_a_day(session: Session):
    later = {**ISSUED, "at": "2026-11-04 08:00"}
    asked = [
        {"account": "5000", "happened": "2026-11-03", "balance": "0"},
        {"account": "5000", "happened": "2026-11-04", "balance": "0.30"},
        {"account": "1400", "happened": "2026-11-04", "balance": "0.71"},
    ]

    [wrong] = played(session, told(STOCKED, later, expect={"as_of": asked}))

    assert wrong == "step 0, as_of 1400 2026-11-04 balance: expected 0.71, found 0.7"


def test_an_exception_that_nobody_expects_is_as_wrong_as_one_that_is_missing(session: Session):
    story = read_story(HERE / "04-same-shortage-two-paths.yaml")
    first, second = story.expect["exceptions"]
    for wanted, failures in (([first], 1), ([first, second, second], 1), ([second, first], 0)):
        session.rollback()
        changed = {"exceptions": wanted}
        assert len(played(session, Story(**{**fields(story), "expect": changed}))) == failures


def fields(story: Story) -> dict[str, Any]:
    return {name: getattr(story, name) for name in Story.__slots__}


def test_a_refused_step_that_the_story_expects_leaves_nothing_and_the_story_goes_on(session: Session):
    too_many = {**ISSUED, "with": {**ISSUED["with"], "quantity": "11"}, "refused": "more_than_on_hand"}

    report = play(session, told(STOCKED, too_many, ISSUED, expect={"stock": {"BOLT PDX": {"available": "7"}}}))

    assert report.holds
    assert [done.refused for done in report.done] == ["", "more_than_on_hand", ""]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"steps": [{"at": "2026-11-02 08:00"}]}, "told, step 1 does and expects nothing"),
        ({"steps": [{"do": "OpenStock"}]}, "told, step 1 has no time"),
        (
            {"steps": [STOCKED, {**STOCKED, "at": "2026-11-01 08:00"}]},
            "told, step 2: 2026-11-01 08:00 is before step 1",
        ),
        ({"steps": [{**STOCKED, "refused": "never"}]}, "'never' is not a valid Refusal"),
        ({"steps": [{**STOCKED, "wiht": {}}]}, "unknown ['wiht']"),
        ({"steps": [{**STOCKED, "shows": {}}]}, "told, step 1: what a step shows is simulated: same, or only"),
        ({"steps": [{**STOCKED, "simulate": "yes"}]}, "told, step 1: what a step shows is simulated: same, or only"),
        ({"steps": [STOCKED], "expect": {"weather": "fine"}}, "told, end expects ['weather'], which nobody looks at"),
        ({"steps": [STOCKED], "hero": "Mara"}, "unknown ['hero'], missing []"),
    ],
)
def test_what_cannot_be_played_is_said_before_anything_is_done(more: dict[str, Any], says: str):
    with pytest.raises(NotAStory) as wrong:
        story_of({"situation": "1", "says": "Told.", "company": COMPANY, **more}, "told")
    assert says in str(wrong.value)


def test_figures_are_text_from_the_file_to_the_books(tmp_path: Path):
    head = "situation: 1\nsays: x\ncompany: {entity: {code: HP}}\n"
    written = head + "steps: [{at: 2026-11-02 08:00, do: X, with: {a: 0.10, b: 1e3}}]\n"
    (tmp_path / "s.yaml").write_text(written)

    assert read_story(tmp_path / "s.yaml").steps[0].fields == {"a": "0.10", "b": "1e3"}
