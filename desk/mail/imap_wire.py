"""The wire under an IMAP conversation: bytes out, bounded answers in, every wait with an end by the clock.

No error repeats what was sent, so no password can come out of one.
"""

import contextlib
import re
import selectors
import socket
import ssl
import time
from collections.abc import Sequence

from desk.mail.settings import Server

LINE_BYTES_MAX = 8 * 1024 * 1024
"""One line of an answer. A search over a million messages is about so long."""
ANSWERS_MAX = 100_000
"""Untagged answers to one command."""
SAYS_CHARS_MAX = 200
SLOWEST_BYTES_A_SECOND = 20_000

EXISTS = re.compile(rb"\* \d+ (?:EXISTS|RECENT)", re.I)

Value = bytes | list["Value"]
"""What an answer is made of: words and strings, and lists of them."""


class ImapError(Exception):
    """The conversation failed. `kind`: unreachable, certificate, login, folder, refused, silent, broken, large."""

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(says)
        self.kind, self.says = kind, says


class ImapRefused(ImapError):
    """The server understood and said no. The connection goes on."""


class Wire:
    """A connection with its buffer. Every method raises `ImapError`; after one the connection is of no more use, unless it
    was an `ImapRefused`."""

    def __init__(self, server: Server, seconds: float) -> None:
        self.seconds = seconds
        self._server = server
        self.told = False  # that there is new mail, since it was last asked for
        self._count = 0
        self._rest = bytearray()
        self._socket = connected(server, seconds)

    def close(self) -> None:
        """Hang up. Safe from another thread: a wait that is going on ends."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._socket.close()

    def secure(self) -> None:
        """Go on under TLS. What came before it in the clear would be taken for said under it, and is refused."""
        if self._rest:
            raise ImapError("broken", "the server sent something between STARTTLS and TLS")
        self._socket = secured(self._socket, self._server)

    def command(
        self,
        words: bytes,
        strings: Sequence[bytes] = (),
        *,
        kind: str = "refused",
        continued: bytes | None = None,
        bytes_max: int = LINE_BYTES_MAX,
    ) -> list[bytes]:
        """Give a command and take what comes before its end. `strings` go as literals, each after the server's go-ahead;
        `continued` answers a challenge."""
        tag = self.tag()
        line = tag + b" " + words
        for string in strings:
            self.send(line + b" {" + str(len(string)).encode() + b"}\r\n")
            self._await_go_ahead(tag, kind)
            line = string
        self.send(line + b"\r\n")
        return self.answers(tag, kind, bytes_max, continued)

    def _await_go_ahead(self, tag: bytes, kind: str) -> None:
        deadline = time.monotonic() + self.seconds
        while not (line := self.line(deadline)).startswith(b"+"):
            if line.startswith(tag + b" "):
                raise ImapRefused(kind, f"the server refuses: {says(line)}")

    def answers(self, tag: bytes, kind: str, bytes_max: int, continued: bytes | None = None) -> list[bytes]:
        """What comes until the command of this tag ends, each untagged answer with its literals in it."""
        found: list[bytes] = []
        deadline = time.monotonic() + self.seconds
        challenges = held = 0
        while True:
            line = self._whole_answer(deadline, bytes_max)
            if line.startswith(tag + b" "):
                if line[len(tag) + 1 :].upper().startswith(b"OK"):
                    return found
                raise ImapRefused(kind, f"the server refuses: {says(line)}")
            if line.startswith(b"+"):
                challenges += 1
                if continued is None or challenges > 3:
                    raise ImapError("broken", "the server asks for more where nothing more is to be said")
                self.send((continued if challenges == 1 else b"") + b"\r\n")
            elif line.startswith(b"* "):
                found.append(line[2:])
                held += len(line)
                self.told = self.told or EXISTS.match(line) is not None
                if b"FETCH" in line[:40]:
                    deadline = time.monotonic() + self.seconds  # it goes on giving
            if len(found) > ANSWERS_MAX or held > max(bytes_max, LINE_BYTES_MAX) + LINE_BYTES_MAX:
                raise ImapError("large", "the server answers without an end")

    def _whole_answer(self, deadline: float, bytes_max: int) -> bytes:
        """A line with the literals in it. The time of a literal grows with its size: a slow line is no broken one."""
        line = self.line(deadline)
        whole = bytearray(line)
        while (found := re.search(rb"\{(\d{1,12})\}\Z", line)) is not None:
            size = int(found[1])
            if len(whole) + size > max(bytes_max, LINE_BYTES_MAX):
                raise ImapError("large", f"the server sends {size:,} bytes where fewer were asked for")
            deadline = max(deadline, time.monotonic() + self.seconds + size / SLOWEST_BYTES_A_SECOND)
            whole += b"\r\n" + self._exactly(size, deadline)
            line = self.line(deadline)
            whole += line
        return bytes(whole)

    def tag(self) -> bytes:
        """The next tag."""
        self._count += 1
        return f"D{self._count:06d}".encode()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self._socket.settimeout(self.seconds)
            self._socket.sendall(data)
        except (OSError, ValueError) as error:
            raise ImapError("unreachable", f"the connection broke: {reason(error)}") from None

    def line(self, deadline: float) -> bytes:
        """The next line without its end."""
        while (end := self._rest.find(b"\n")) < 0:
            if len(self._rest) > LINE_BYTES_MAX:
                raise ImapError("large", "the server sends a line without an end")
            self._receive(deadline)
        line = bytes(self._rest[:end]).rstrip(b"\r")
        del self._rest[: end + 1]
        return line

    def _exactly(self, size: int, deadline: float) -> bytes:
        while len(self._rest) < size:
            self._receive(deadline)
        data = bytes(self._rest[:size])
        del self._rest[:size]
        return data

    def anything(self, deadline: float) -> bool:
        """Whether anything has come, or comes by then."""
        if self._rest:
            return True
        pending = self._socket.pending() if isinstance(self._socket, ssl.SSLSocket) else 0
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._socket, selectors.EVENT_READ)
                return bool(pending or selector.select(max(0.0, deadline - time.monotonic())))
        except (OSError, ValueError) as error:
            raise ImapError("unreachable", f"the connection broke: {reason(error)}") from None

    def _receive(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ImapError("silent", f"the server has not answered for {self.seconds:.0f} seconds")
        try:
            self._socket.settimeout(left)
            block = self._socket.recv(65536)
        except TimeoutError:
            raise ImapError("silent", f"the server has not answered for {self.seconds:.0f} seconds") from None
        except (OSError, ValueError) as error:
            raise ImapError("unreachable", f"the connection broke: {reason(error)}") from None
        if not block:
            raise ImapError("unreachable", "the server hung up")
        self._rest += block


def connected(server: Server, seconds: float) -> socket.socket:
    """A connection to a server, under TLS where its settings ask for it from the start."""
    try:
        plain = socket.create_connection((server.host, server.port), timeout=seconds)
    except TimeoutError:
        raise ImapError("unreachable", f"{server.host} does not answer on port {server.port}") from None
    except OSError as error:
        raise ImapError("unreachable", f"{server.host} port {server.port}: {reason(error)}") from None
    return secured(plain, server) if server.tls == "tls" else plain


def secured(plain: socket.socket, server: Server) -> socket.socket:
    """The same connection under TLS, with the server's name checked against its certificate."""
    try:
        context = tls_context(server)
        return context.wrap_socket(plain, server_hostname=server.host)
    except (OSError, ValueError) as error:
        plain.close()
        raise ImapError("certificate", f"no TLS with {server.host}: {reason(error)}") from None


def tls_context(server: Server) -> ssl.SSLContext:
    """TLS 1.2 or later, certificate and name verified."""
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def reason(error: Exception) -> str:
    """Why the system would not, in its own words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return str(getattr(error, "strerror", None) or error)[:SAYS_CHARS_MAX]


def says(line: bytes) -> str:
    """What a server said, without its tag, short and on one line."""
    words = line.decode("utf-8", "replace").split(" ", 1)[-1]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:SAYS_CHARS_MAX]


def literal(text: str) -> bytes:
    """A name or password as it is sent. Refuses what would end the line and begin another command."""
    if any(sign in text for sign in "\0\r\n"):
        raise ImapError("refused", "a name has a line break in it")
    return text.encode()


_WORD = re.compile(rb"BODY\[[^\]]*\](?:<\d+>)?|[^\s()\"{}]+", re.I)


def parsed(answer: bytes, at: int) -> tuple[Value, int]:
    """One value of an answer from a place on, and where it ends: a list, a string, a literal or a word."""
    stack: list[list[Value]] = []
    while at < len(answer):
        sign = answer[at : at + 1]
        if sign == b" ":
            at += 1
            continue
        value: Value
        if sign == b"(":
            stack.append([])
            at += 1
            continue
        if sign == b")" and stack:
            value, at = stack.pop(), at + 1
        elif sign == b'"':
            found = re.compile(rb'"((?:[^"\\]|\\.)*)"').match(answer, at)
            if found is None:
                break
            value, at = re.sub(rb"\\(.)", rb"\1", found[1]), found.end()
        elif sign == b"{" and (found := re.compile(rb"\{(\d+)\}\r\n").match(answer, at)):
            at = found.end() + int(found[1])
            value = answer[found.end() : at]
        elif (found := _WORD.match(answer, at)) is not None:
            value, at = found[0], found.end()
        else:
            break
        if not stack:
            return value, at
        stack[-1].append(value)
    raise ImapError("broken", "the server's answer cannot be understood")
