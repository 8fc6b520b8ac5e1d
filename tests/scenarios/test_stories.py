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
