"""One reader process with its pipes and its folder, seen by its parent: started, asked, watched, ended.

What comes back is text, checked field by field (agents/read/wire.py): nothing a reader process writes is ever executed or
unpickled. The pool that keeps readers warm is agents/read/sandbox.py, the process itself agents/read/cell.py.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.read import limits
from agents.read.country import NOWHERE, Home, to_wire
from agents.read.shown import HIGH, WIDE, PageImage
from agents.read.wire import NotAReading, from_json
from core.canonical import sha256_hex
from core.claims import Reading

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true", "UNSTRUCTURED_DISABLE_NOTICE": "1", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "TZ": "UTC", "ORT_DISABLE_TELEMETRY": "1",
}  # fmt: skip
"""All a reader knows of its surroundings: no database, no keys, no home; telemetry of the parsers switched off."""
_BLOCK = 1 << 16
_START = "import sys; sys.path.insert(0, sys.argv[1]); from agents.read.cell import main; main(*map(int, sys.argv[2:]))"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What one attempt at one message may use."""

    wall_seconds: int = limits.WALL_SECONDS
    cpu_seconds: int = limits.CPU_SECONDS
    address_space: int = limits.ADDRESS_SPACE_BYTES
    pictures: bool = False


OF_PICTURES = Bounds(
    wall_seconds=limits.PICTURE_WALL_SECONDS,
    cpu_seconds=limits.PICTURE_CPU_SECONDS,
    address_space=limits.PICTURE_ADDRESS_SPACE_BYTES,
    pictures=True,
)
"""What one attempt at a message with pictures may use."""


class Died(Exception):
    """A reader process ended or had to be ended. `part` is the path it had announced, "" before the first."""

    def __init__(self, why: str, part: str) -> None:
        super().__init__(why)
        self.why, self.part = why, part


class ReaderProcess:
    """One reader process with its pipes and its folder."""

    def __init__(self, bounds: Bounds) -> None:
        self.messages = 0
        self._bounds = bounds
        self._folder = Path(tempfile.mkdtemp(prefix="desk-reader-"))
        with (self._folder / "errors").open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
                [
                    sys.executable,
                    "-s",
                    "-P",
                    "-c",
                    _START,
                    str(ROOT),
                    str(bounds.address_space),
                    str(bounds.cpu_seconds),
                    str(int(bounds.pictures)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self._folder,
                env={**ENVIRONMENT, "HOME": str(self._folder), "TMPDIR": str(self._folder)},
                start_new_session=True,
                close_fds=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._rest = bytearray()
        self._part = ""
        self.held: tuple[str, ...] = tuple(json.loads(self._hello()))

    def _hello(self) -> bytes:
        """Wait until the process is ready. Raises `RuntimeError` when it cannot start: that is ours to repair."""
        try:
            return self._until(b"H", b"", time.monotonic() + limits.READER_START_SECONDS)[1]
        except Died as died:
            said = (self._folder / "errors").read_text("utf-8", "replace")[-2000:]
            self.end()
            raise RuntimeError(f"a reader process could not start ({died.why}): {said}") from None

    def read(self, raw: bytes, name: str, skip: Mapping[str, str], home: Home = NOWHERE) -> Reading | None:
        """Have one message read; None when it wants a reader of pictures. Raises `Died` when it is to be replaced."""
        self.messages += 1
        self._part = ""
        order = json.dumps({"name": name, "skip": dict(skip), "home": to_wire(home)}).encode()
        frames = b"".join(len(piece).to_bytes(8, "big") + piece for piece in (order, raw))
        letter, answer = self._until(b"RW", frames, time.monotonic() + self._bounds.wall_seconds)
        if letter == b"W" and not self._bounds.pictures:
            return None
        try:
            reading = from_json(answer.decode())
        except (NotAReading, UnicodeDecodeError) as error:
            raise Died(f"its reader gave no valid answer ({str(error)[:200]})", "") from None
        if reading.message != sha256_hex(raw):
            raise Died("its reader answered about another message", "")
        return reading

    def page(self, raw: bytes, name: str, path: str, number: int) -> PageImage | None:
        """Have one page drawn; None where there is none. Raises `Died` when the process is to be replaced."""
        self.messages += 1
        self._part = path
        order = json.dumps({"name": name, "skip": {}, "show": [path, number]}).encode()
        frames = b"".join(len(piece).to_bytes(8, "big") + piece for piece in (order, raw))
        _, answer = self._until(b"I", frames, time.monotonic() + self._bounds.wall_seconds)
        if not answer:
            return None
        wide, high, scale = struct.unpack_from(">IId", answer)
        pixels = answer[struct.calcsize(">IId") :]
        if not (0 < wide <= WIDE and 0 < high <= HIGH and 0 < scale < 100 and len(pixels) == wide * high):
            raise Died("its reader drew no page", path)
        return PageImage(wide, high, scale, pixels)

    def _until(self, letters: bytes, frames: bytes, deadline: float) -> tuple[bytes, bytes]:
        """Write the frames and collect answers until one with one of the letters comes."""
        to_write = memoryview(frames)
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            if to_write:
                selector.register(self._in, selectors.EVENT_WRITE)
            while True:
                while (frame := self._next_frame()) is not None:
                    if frame[0] in letters:
                        return frame
                    self._part = frame[1].decode("utf-8", "replace")
                left = deadline - time.monotonic()
                ready = selector.select(left) if left > 0 else []
                if not ready:
                    raise Died(f"reading it took longer than {self._bounds.wall_seconds} seconds", self._part)
                for key, _ in ready:
                    if key.fd == self._in:
                        to_write = self._write(to_write)
                        if not to_write:
                            selector.unregister(self._in)
                    else:
                        self._receive()

    def _write(self, frames: memoryview) -> memoryview:
        try:
            return frames[os.write(self._in, frames[:_BLOCK]) :]
        except BlockingIOError:
            return frames
        except BrokenPipeError:
            raise self._ended() from None

    def _receive(self) -> None:
        block = os.read(self._out, _BLOCK)
        if not block:
            raise self._ended()
        self._rest += block

    def _next_frame(self) -> tuple[bytes, bytes] | None:
        if len(self._rest) < 9:
            return None
        letter, length = bytes(self._rest[:1]), int.from_bytes(self._rest[1:9], "big")
        if length > limits.REPLY_BYTES_MAX:
            raise Died("its reader answered with more than a reading may hold", self._part)
        if len(self._rest) < 9 + length:
            return None
        payload = bytes(self._rest[9 : 9 + length])
        del self._rest[: 9 + length]
        return letter, payload

    def _ended(self) -> Died:
        """Why the process is gone, in words."""
        code = self._process.wait(timeout=5)
        if code == -signal.SIGXCPU:
            return Died(f"reading it took more than {self._bounds.cpu_seconds} seconds of work", self._part)
        if code == -signal.SIGKILL:
            return Died("the system ended its reader, most likely for want of memory", self._part)
        how = f"signal {-code}" if code < 0 else f"code {code}"
        return Died(f"reading it broke the reader ({how})", self._part)

    def gone(self) -> bool:
        """Whether the process has ended while nobody asked anything of it."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Kill the process and remove its folder."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)
