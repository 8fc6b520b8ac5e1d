"""A small OpenAI-compatible server on the loopback address: answers what a test wrote, and keeps what it was asked."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Served:
    """What the server gave out and was asked."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)


def completion(content: str | None, *, refusal: str | None = None, **usage: object) -> str:
    """The body of a chat completion, as such a server writes it."""
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1795000000,
        "model": "small",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
    }
    if usage:
        body["usage"] = usage
    return json.dumps(body, ensure_ascii=False)


@contextmanager
def serving(answers: Sequence[tuple[int, str]]) -> Iterator[Served]:
    """A server that gives these answers (status, body) in order, the last one again and again. A status of 0 hangs up."""
    served = Served("")

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            served.asked.append(json.loads(self.rfile.read(length)))
            status, body = answers[min(len(served.asked), len(answers)) - 1]
            if status == 0:
                self.close_connection = True
                return
            raw = body.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

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
