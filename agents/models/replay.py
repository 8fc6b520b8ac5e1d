"""Recorded replies: a run that is repeated asks the same and gets the same, and reaches for nothing else.

A recording is a file of JSON lines. The key of a reply is the hash over the whole question: model, kind and material.
Another question has another key, so a changed prompt or letter can never get an old answer.
"""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from agents.models.port import Extraction, Letter, Model, ModelFailed, Note, NoteFacts, OptionSeen, Order
from core.canonical import digest

Reply = TypeVar("Reply", bound=BaseModel)


class Replay:
    """Answers from a recording. A question that was never recorded fails; it never reaches a network."""

    def __init__(self, file: Path) -> None:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        self.name = str(rows[0]["model"]) if rows else "replay"
        self.replies = {row["key"]: row["reply"] for row in rows}
        self.file = file

    def read(self, letter: Letter) -> Extraction:
        """The recorded reading of exactly this letter."""
        return self._find("read", letter.model_dump(), Extraction)

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        """The recorded order of exactly these options."""
        return self._find("order", [option.model_dump() for option in options], Order)

    def word(self, facts: NoteFacts) -> Note:
        """The recorded note for exactly these facts."""
        return self._find("word", facts.model_dump(), Note)

    def _find(self, kind: str, material: object, reply: type[Reply]) -> Reply:
        found = self.replies.get(key_of(self.name, kind, material))
        if found is None:
            raise ModelFailed(f"{self.file.name} holds no reply to this {kind}")
        return reply.model_validate(found)


class Record:
    """Asks another model and keeps every question's key with its reply."""

    def __init__(self, model: Model, file: Path) -> None:
        self.model, self.file, self.name = model, file, model.name

    def read(self, letter: Letter) -> Extraction:
        """Read, and keep the reply."""
        return self._keep("read", letter.model_dump(), self.model.read(letter))

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        """Order, and keep the reply."""
        return self._keep("order", [option.model_dump() for option in options], self.model.order(options))

    def word(self, facts: NoteFacts) -> Note:
        """Word, and keep the reply."""
        return self._keep("word", facts.model_dump(), self.model.word(facts))

    def _keep(self, kind: str, material: object, reply: Reply) -> Reply:
        row = {"model": self.name, "kind": kind, "key": key_of(self.name, kind, material), "reply": reply.model_dump()}
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
        return reply


def key_of(model: str, kind: str, material: object) -> str:
    """The hash of a question."""
    return digest({"model": model, "kind": kind, "material": material})
