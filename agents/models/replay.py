"""Recorded replies: a run that is repeated asks the same and gets the same bytes, and reaches for nothing else.

A recording is a file of JSON lines, one an answer of an OpenAI-compatible server: what kind of question it answers, the
key of the question, the status, and the body exactly as it came. The key is the hash over the whole request (model,
instruction, material, schema), so a changed prompt or letter can never get an old answer. An answer that never came is
recorded as a status of 0 and replayed as a connection that timed out.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import httpx2
from openai import OpenAI

from agents.models.openai import PROMPTS, SECONDS_MAX, OpenAIModel
from core.canonical import sha256_hex

NOWHERE = "http://replay.invalid/v1"
"""A recording has no address. The name resolves nowhere, by RFC 6761."""
NO_ANSWER = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One recorded answer."""

    model: str
    kind: str
    key: str
    status: int
    body: str


def rows_of(file: Path) -> tuple[Row, ...]:
    """The recorded answers of a file, in its order. Raises ValueError for a line that is none, naming it."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.append(Row(**row))
        except (ValueError, TypeError) as wrong:
            raise ValueError(f"{file.name}, line {number}, is no recorded answer: {wrong}") from wrong
    if len({row.model for row in rows}) != 1:
        raise ValueError(f"{file.name} must hold the answers of one model")
    return tuple(rows)


class Tape(httpx2.BaseTransport):
    """Answers requests from a recording. The same question again gets the next recorded answer, and at the end the last
    one again."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self.asked: Counter[str] = Counter()
        self.missing: list[str] = []  # kinds of the questions that were never recorded

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded answer; 404 for a question that was never recorded."""
        key = key_of(request.content)
        answers = [row for row in self.rows if row.key == key]
        if not answers:
            self.missing.append(kind_of(request.content))
            return httpx2.Response(404, json={"error": {"message": "no reply is recorded for this question"}})
        row = answers[min(self.asked[key], len(answers) - 1)]
        self.asked[key] += 1
        if row.status == NO_ANSWER:
            raise httpx2.ConnectTimeout("the recorded server did not answer", request=request)
        return httpx2.Response(row.status, headers=_JSON, content=row.body.encode())

    @property
    def unused(self) -> tuple[str, ...]:
        """Kinds of the recorded answers that nobody asked for: the recording is older than the prompt or the letter."""
        return tuple(row.kind for row in self.rows if not self.asked[row.key])


class Replay(OpenAIModel):
    """The model of a recording. A question that was never recorded fails; it never reaches a network."""

    def __init__(self, file: Path) -> None:
        rows = rows_of(file)
        self.tape = Tape(rows)
        client = httpx2.Client(transport=self.tape)
        # A recorded failure is what was left after the client's own tries, so none are made again.
        super().__init__(
            rows[0].model, client=OpenAI(api_key="none", base_url=NOWHERE, max_retries=0, http_client=client)
        )


class Microphone(httpx2.BaseTransport):
    """Hands every request on and keeps the answer, as it came, before anybody reads it."""

    def __init__(self, file: Path, transport: httpx2.BaseTransport) -> None:
        self.file, self.transport = file, transport

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The other side's answer, kept. No answer is kept as no answer."""
        try:
            answer = self.transport.handle_request(request)
            answer.read()
        except httpx2.TransportError:
            self._keep(request.content, NO_ANSWER, "")
            raise
        self._keep(request.content, answer.status_code, answer.text)
        return httpx2.Response(answer.status_code, headers=_JSON, content=answer.text.encode(), request=request)

    def close(self) -> None:
        """Let the other side go."""
        self.transport.close()

    def _keep(self, question: bytes, status: int, body: str) -> None:
        row = {
            "model": str(json.loads(question)["model"]),
            "kind": kind_of(question),
            "key": key_of(question),
            "status": status,
            "body": body,
        }
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


class Record(OpenAIModel):
    """Asks a live server and keeps every answer in a file that `Replay` reads. Failures are kept, not tried again."""

    def __init__(self, model: str, file: Path, *, base_url: str, api_key: str | None = None) -> None:
        client = httpx2.Client(transport=Microphone(file, httpx2.HTTPTransport()), timeout=SECONDS_MAX)
        super().__init__(
            model, client=OpenAI(api_key=api_key, base_url=base_url or None, max_retries=0, http_client=client)
        )


def key_of(question: bytes) -> str:
    """The hash of a request's body, in one spelling whoever wrote the JSON."""
    spelled = json.dumps(json.loads(question), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256_hex(spelled.encode())


def kind_of(question: bytes) -> str:
    """Which prompt a request carries: "read", "order", "word", or "" for none of ours."""
    instruction = json.loads(question)["messages"][0]["content"]
    kinds = {file.read_text(encoding="utf-8"): file.stem for file in sorted(PROMPTS.glob("*.md"))}
    return kinds.get(instruction, "")


_JSON = {"content-type": "application/json"}
