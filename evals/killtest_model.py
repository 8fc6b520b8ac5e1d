"""A model server for the kill test: OpenAI-compatible, on this machine, and it counts what it is asked.

It answers every request in the form that was asked for and finds nothing, after a moment in which a kill may fall. Each
distinct request has a key; a request that arrives twice is a call that was paid twice.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agents.models.port import Letter
from core.canonical import digest

MODEL = "counted"
EMPTY = {"Extraction": {"intents": [], "values": []}, "Order": {"options": []}, "Note": {"body": ""}}
SECONDS = 0.15
"""How long an answer takes: long enough that kills fall into it."""


@dataclass
class Meter:
    """How often each request came, by the form it asked for and the key of its content."""

    url: str = ""
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, form: str, content: str) -> None:
        """One more request."""
        with self.lock:
            self.asked[form, key_of(content)] += 1

    def letters(self) -> dict[str, int]:
        """How often each letter was asked about, by key."""
        with self.lock:
            return {key: count for (form, key), count in self.asked.items() if form == "Extraction"}


def key_of(content: str) -> str:
    """The key of what a request was about: the JSON a model is handed."""
    return digest(json.loads(content))


def key_of_letter(letter: Letter) -> str:
    """The key of the request that a letter makes."""
    return key_of(letter.model_dump_json())


@contextmanager
def counting_server() -> Iterator[Meter]:
    """A server on a free port of this machine, gone at the end."""
    meter = Meter()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            form = asked["response_format"]["json_schema"]["name"]
            meter.note(form, asked["messages"][-1]["content"])
            time.sleep(SECONDS)
            self._answer(completion(form))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name http.server asks for)
            """Nothing: the meter counts."""

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # whoever asked was killed meanwhile
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    meter.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield meter
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(form: str) -> bytes:
    """An answer in the form that was asked for, with nothing in it."""
    message = {"role": "assistant", "content": json.dumps(EMPTY[form]), "refusal": None}
    whole = {
        "id": "counted",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message, "logprobs": None}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return json.dumps(whole).encode()
