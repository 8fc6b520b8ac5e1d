"""Whatever a supplier writes is text on our pages: no payload adds an element, an attribute or an address to follow."""

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from core.cases import Case, CaseFinding
from core.claims import Claim, Reading
from core.intake.tables import Message
from core.reading_wire import from_wire, to_wire
from desk.house import House

PAYLOADS = json.loads((Path(__file__).parents[1] / "evals" / "payloads.json").read_text(encoding="utf-8"))["payloads"]
LIVE = ("script", "iframe", "object", "embed", "form", "input", "button", "link", "meta", "base", "svg", "img", "a")
MARKUP = (
    '"><img src=x onerror=alert(1)><form hx-post="/cases/CASE-1/approve" hx-trigger=load></form><script>x()</script>'
)
TEXTS = [MARKUP, *("\n".join(one["payload"] for one in PAYLOADS[at : at + 8]) for at in range(0, len(PAYLOADS), 8))]


class Live(HTMLParser):
    """Everything of a page that does something: elements that act, attributes that make one act, addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        acts = [name for name, _ in attrs if name.startswith(("hx-", "on", "data-hx"))]
        goes = [value or "" for name, value in attrs if name in ("href", "src", "action", "srcdoc")]
        if tag in LIVE or acts or goes:
            self.found.append((tag, *acts, *goes))


def live(page: str) -> list[tuple[str, ...]]:
    """What a page can do, in order."""
    parser = Live()
    parser.feed(page)
    return parser.found


def planted(reading: Reading, text: str) -> Reading:
    """The reading of a message whose every word that people see ends in the text; spans stay where they are."""

    def said(claim: Claim) -> Claim:
        return replace(claim, value=f"{claim.value} {text}") if isinstance(claim.value, str) else claim

    return replace(
        reading,
        subject=f"{reading.subject} {text}",
        sender_name=f"{reading.sender_name} {text}",
        parts=tuple(replace(part, name=f"{part.name} {text}", text=f"{part.text}\n{text}") for part in reading.parts),
        documents=tuple(replace(one, claims=tuple(said(claim) for claim in one.claims)) for one in reading.documents),
        trouble=(*reading.trouble, text),
    )


def plant(house: House, text: str) -> list[tuple[str, str]]:
    """Plant a text in every message and finding. Gives the pages that show them, each with a person who may see it."""
    text = text.replace("\0", " ").encode("utf-8", "replace").decode()  # PostgreSQL and UTF-8 hold neither
    with house.unit() as session:
        messages = session.scalars(select(Message).where(Message.reading.is_not(None)).order_by(Message.sha256)).all()
        for message in messages:
            message.reading = to_wire(planted(from_wire(message.reading), text))
            message.instructs = [text]
        for finding in session.scalars(select(CaseFinding)):
            finding.says, finding.headline = f"{finding.says} {text}", f"{finding.headline} {text}"
        numbers = session.scalars(select(Case.number).order_by(Case.number)).all()
        first = messages[0].sha256
    cases = [("mara", f"/cases/{number}") for number in numbers]
    return [("mara", "/inbox?view=team"), *cases, ("noah", "/intake"), ("noah", f"/intake?message={first}")]


def doing(
    house: House, client: TestClient, sign_in: Callable[[str], TestClient], text: str
) -> dict[str, list[tuple[str, ...]]]:
    """What every page can do once a text is planted."""
    found, who = {}, ""
    for person, page in plant(house, text):
        if person != who:
            client.cookies.clear()
            browser, who = sign_in(person), person
        answer = browser.get(page)
        assert answer.status_code == 200, page
        found[page] = live(answer.text)
    return found


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_payload_adds_nothing_that_acts_to_any_page(
    house: House, client: TestClient, sign_in: Callable[[str], TestClient], text: str
) -> None:
    plain = doing(house, client, sign_in, "harmless words")
    assert len(plain) > 5
    assert doing(house, client, sign_in, text) == plain
