"""What a reading run is handed in these tests: the real sandboxed reader, an entity without books, a scripted model."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.models.port import Extraction, Letter, Metered, ModelFailed, Note, NoteFacts, OptionSeen, Order, Usage
from agents.read.country import NOWHERE, Home
from agents.read.document import read_message
from core.claims import Reading

LETTER = (
    b"From: Jonas Weil <orders@kestrel-fasteners.example>\r\nTo: purchasing@harbor-pine.example\r\n"
    b"Subject: Your order\r\nDate: Thu, 19 Nov 2026 09:00:00 +0100\r\nMessage-ID: <1@kestrel-fasteners.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Good morning,\r\n\r\nabout the matter we spoke of: reference PO-40418. The works keep 300 rods back.\r\n\r\n"
    b"Jonas\r\n"
)


@dataclass
class Counting:
    """A scripted model that counts: each reading takes the next answer, and a failure among them is raised."""

    answers: list[Extraction | ModelFailed]
    name: str = "model:scripted"
    letters: list[Letter] = field(default_factory=list)

    def read(self, letter: Letter) -> Extraction:
        self.letters.append(letter)
        answer = self.answers[min(len(self.letters), len(self.answers)) - 1]
        if isinstance(answer, ModelFailed):
            raise answer
        return answer

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        return Order(options=tuple(option.option for option in options))

    def word(self, facts: NoteFacts) -> Note:
        return Note(body=" ".join(facts.sentences))


@dataclass
class Bare:
    """Tools over an entity that holds nothing, so that only the reading counts."""

    model: Any
    reader: Callable[[bytes, str], Reading] = read_message

    def read(self, raw: bytes, name: str, home: Home = NOWHERE) -> Reading:
        return self.reader(raw, name)

    def suppliers(self) -> tuple[()]:
        return ()

    def customers(self) -> tuple[()]:
        return ()

    def order(self, number: str) -> None:
        return None

    def receipts(self, order: str) -> tuple[()]:
        return ()

    def open_orders(self, supplier: str) -> tuple[()]:
        return ()

    def supplier_items(self, supplier: str) -> dict[str, str]:
        return {}

    def invoice_numbers(self, supplier: str) -> dict[str, str]:
        return {}


def metered(extraction: Extraction, tokens_in: int, tokens_out: int) -> Metered:
    """The same extraction from a server that counts."""
    usage = Usage(tokens_in=tokens_in, tokens_out=tokens_out)
    return Metered(intents=extraction.intents, values=extraction.values, usage=usage)


MAIL = Path(__file__).resolve().parents[2] / "desk" / "demo" / "mail"
