"""A small OpenAI-compatible server on the loopback address that gives answers somebody wrote down.

It answers in the true form of such a server, over real HTTP, so that what is recorded from it has gone the whole way that
a live model's answer goes.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agents.models.replay import kind_of

HANG_UP = 0
"""As a status: the server closes the connection without a word."""
CREATED = 1795132800  # 20 November 2026, so that a recording made again is the same bytes
KINDS = ("read", "order", "word")
Answer = tuple[int, str]


@dataclass
class Served:
    """Where the server is, and what it was asked."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)


def completion(content: str | None, *, refusal: str | None = None, model: str = "small", **usage: object) -> str:
    """The body of a chat completion, as such a server writes it."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": CREATED,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }
    if usage:
        body["usage"] = usage
    return json.dumps(body, ensure_ascii=False)


class Written:
    """Answers from a script: for each kind of question a list, each given once, in order. One with `about` answers only
    a question that holds these words. What is not written is a 404."""

    def __init__(self, script: Mapping[str, Any]) -> None:
        self.script, self.model = script, str(script["model"])
        self.given: list[tuple[str, int]] = []

    def __call__(self, question: bytes) -> Answer:
        """The next answer to this kind of question."""
        kind, words = kind_of(question), json.loads(question)["messages"][-1]["content"]
        for place, answer in enumerate(self.script.get(kind, ())):
            if (kind, place) not in self.given and str(answer.get("about", "")) in words:
                self.given.append((kind, place))
                return self._sent(answer)
        return 404, json.dumps({"error": {"message": f"no answer is written for this {kind}"}})

    @property
    def untold(self) -> tuple[str, ...]:
        """Kinds of the answers nobody asked for."""
        written = [(kind, place) for kind in KINDS for place in range(len(self.script.get(kind, ())))]
        return tuple(kind for kind, place in written if (kind, place) not in self.given)

    def _sent(self, answer: Mapping[str, Any]) -> Answer:
        if "status" in answer:
            return int(answer["status"]), json.dumps({"error": {"message": str(answer.get("error", ""))}})
        content = answer.get("content")
        if isinstance(content, dict):
            content = json.dumps(content, ensure_ascii=False)
        usage = answer.get("usage", {})
        return 200, completion(content, refusal=answer.get("refusal"), model=self.model, **usage)


@contextmanager
def serving(answer: Callable[[bytes], Answer]) -> Iterator[Served]:
    """A server that gives to each question what `answer` says: a status and a body. It is gone afterwards."""
    served = Served("")

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["content-length"]))
            served.asked.append(json.loads(question))
            status, body = answer(question)
            if status == HANG_UP:
                self.close_connection = True
                return
            raw = body.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Nobody reads a line per request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
