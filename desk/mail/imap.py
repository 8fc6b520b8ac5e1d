"""One connection to an IMAP server (RFC 3501, IDLE 2177, MOVE 6851, UIDPLUS 4315), as small as the desk needs it.

Own instead of `imaplib` for two reasons: what a server sends is bounded here, line by line and literal by literal, and
every wait has an end by the clock, IDLE too. Nothing is logged, and no error repeats what was sent.
"""

import base64
import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from desk.mail.imap_wire import EXISTS, LINE_BYTES_MAX, ImapError, ImapRefused, Value, Wire, literal, parsed, says
from desk.mail.settings import Server

UID_MAX, SIZE_MAX = 2**32 - 1, 2**63 - 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder that was opened: the number its UIDs are valid under, and which flags may be set."""

    uidvalidity: int
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server says of one message."""

    uid: int
    size: int
    content: bytes


class Imap(Wire):
    """A signed-in connection."""

    def __init__(self, server: Server, *, seconds: float = 30.0) -> None:
        super().__init__(server, seconds)
        self.capabilities: frozenset[str] = frozenset()
        try:
            self._greet(server)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # signing in

    def _greet(self, server: Server) -> None:
        deadline = time.monotonic() + self.seconds
        greeting = self.line(deadline)
        if not greeting.upper().startswith((b"* OK", b"* PREAUTH")):
            raise ImapError("refused", f"the server does not want to talk: {says(greeting)}")
        self._learn()
        if server.tls == "starttls":
            if "STARTTLS" not in self.capabilities:
                raise ImapError("certificate", "the server offers no STARTTLS; nothing is sent to it unprotected")
            self.command(b"STARTTLS")
            self.secure()
            self._learn()
        if not greeting.upper().startswith(b"* PREAUTH"):
            assert server.secret is not None, "settings without a secret are refused"
            secret = server.secret.reveal()
            try:
                self._sign_in(server, secret)
            except ImapError as error:  # a server may repeat what it was told
                raise ImapError(error.kind, error.says.replace(secret, "(the password)")) from None
            self._learn()

    def _sign_in(self, server: Server, secret: str) -> None:
        if server.token:
            text = f"user={server.user}\x01auth=Bearer {secret}\x01\x01"
            mechanism = b"AUTHENTICATE XOAUTH2"
        elif "AUTH=PLAIN" in self.capabilities or "LOGINDISABLED" in self.capabilities:
            text = f"\0{server.user}\0{secret}"
            mechanism = b"AUTHENTICATE PLAIN"
        else:
            self.command(b"LOGIN", [literal(server.user), literal(secret)], kind="login")
            return
        answer = base64.b64encode(text.encode())
        if "SASL-IR" in self.capabilities:
            self.command(mechanism + b" " + answer, kind="login", continued=b"")
        else:
            self.command(mechanism, kind="login", continued=answer)

    def _learn(self) -> None:
        for answer in self.command(b"CAPABILITY"):
            if answer.upper().startswith(b"CAPABILITY"):
                self.capabilities = frozenset(answer.decode("ascii", "replace").upper().split()[1:])

    # folders and messages

    def open(self, folder: str, *, read_only: bool) -> Opened:
        """Open a folder. `read_only`: nothing in it can be changed by us, not even by mistake."""
        verb = b"EXAMINE" if read_only else b"SELECT"
        answers = self.command(verb, [literal(encoded_folder(folder))], kind="folder")
        validity, flags = 0, frozenset[str]()
        for answer in answers:
            if found := re.search(rb"\[UIDVALIDITY (\d{1,10})\]", answer, re.I):
                validity = int(found[1])
            if found := re.search(rb"\[PERMANENTFLAGS \(([^)]*)\)\]", answer, re.I):
                flags = frozenset(found[1].decode("ascii", "replace").lower().split())
        if validity == 0:
            raise ImapError(
                "folder", f"the server gives no UIDVALIDITY for {folder}: its messages cannot be told apart"
            )
        return Opened(validity, flags)

    def uids(self, after: int, since: str = "") -> list[int]:
        """The UIDs above `after`, ascending. `since` is a day as IMAP writes it ("1-Nov-2026")."""
        wanted = f"UID {after + 1}:*" + (f" SINCE {since}" if since else "")
        found: set[int] = set()
        self.told = False
        for answer in self.command(b"UID SEARCH " + wanted.encode()):
            if answer.upper().startswith(b"SEARCH"):
                found.update(_number(word, UID_MAX) for word in answer.split()[1:] if word.isdigit())
        return sorted(uid for uid in found if uid > after)  # "n:*" always names the last one

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How large these messages are, in bytes. One that is gone is left out."""
        found: dict[int, int] = {}
        for start in range(0, len(uids), 500):
            some = ",".join(map(str, uids[start : start + 500])).encode()
            for one in self._fetched(b"UID FETCH " + some + b" (UID RFC822.SIZE)", 0):
                found[one.uid] = one.size
        return found

    def message(self, uid: int, bytes_max: int) -> bytes | None:
        """The whole message as it lies there, unread as it was; None when it is gone. Raises for more than `bytes_max`."""
        command = f"UID FETCH {uid} (UID BODY.PEEK[])".encode()
        return next((one.content for one in self._fetched(command, bytes_max) if one.uid == uid), None)

    def head(self, uid: int) -> bytes:
        """The fields From and Subject of a message that is not fetched."""
        command = f"UID FETCH {uid} (UID BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)])".encode()
        return next((one.content for one in self._fetched(command, 64 * 1024) if one.uid == uid), b"")

    def flag(self, uid: int, flag: str) -> None:
        """Set a flag. A message that is gone is no error."""
        self.command(f"UID STORE {uid} +FLAGS.SILENT ({flag})".encode())

    def move(self, uid: int, folder: str) -> None:
        """Move a message. Without MOVE it is copied and then deleted: a cut between the two leaves a second copy in the
        target, never none. Without UIDPLUS it is only marked as deleted, so that nothing of others is swept away."""
        target = literal(encoded_folder(folder))
        if "MOVE" in self.capabilities:
            self.command(f"UID MOVE {uid}".encode(), [target], kind="folder")
            return
        self.command(f"UID COPY {uid}".encode(), [target], kind="folder")
        self.command(f"UID STORE {uid} +FLAGS.SILENT (\\Deleted)".encode())
        if "UIDPLUS" in self.capabilities:
            self.command(f"UID EXPUNGE {uid}".encode())

    def make(self, folder: str) -> None:
        """Create a folder; one that is there already is no error."""
        with contextlib.suppress(ImapRefused):
            self.command(b"CREATE", [literal(encoded_folder(folder))], kind="folder")

    def still_there(self) -> None:
        """Ask whether the server is still there."""
        self.command(b"NOOP")

    def idle(self, seconds: float) -> bool:
        """Wait until the server tells of something new, or so long. Gives whether it did, now or since the last search."""
        if self.told:
            return True
        tag = self.tag()
        self.send(tag + b" IDLE\r\n")
        deadline = time.monotonic() + self.seconds
        while not (line := self.line(deadline)).startswith(b"+"):
            if line.startswith(tag):
                raise ImapError("refused", f"the server does not idle after all: {says(line)}")
        told, until = False, time.monotonic() + seconds
        while not told and time.monotonic() < until and self.anything(until):
            line = self.line(time.monotonic() + self.seconds)
            told = EXISTS.match(line) is not None
            if line.upper().startswith(b"* BYE"):
                raise ImapError("unreachable", f"the server hung up: {says(line)}")
        self.send(b"DONE\r\n")
        self.answers(tag, "refused", 0)
        return told

    def leave(self) -> None:
        """Say goodbye and hang up."""
        with contextlib.suppress(ImapError):
            self.command(b"LOGOUT")
        self.close()

    def _fetched(self, command: bytes, bytes_max: int) -> list[Fetched]:
        found: list[Fetched] = []
        for answer in self.command(command, bytes_max=bytes_max + LINE_BYTES_MAX):
            match = re.match(rb"\d+ FETCH (?=\()", answer, re.I)
            if match is None:
                continue
            items, _ = parsed(answer, match.end())
            found.append(_item(items))
        return found


def _number(digits: bytes, most: int) -> int:
    """A number of the server's. One that the standard does not know is no number of a message."""
    if len(digits) > len(str(most)) or int(digits) > most:
        raise ImapError("broken", "the server gives a number that no message can have")
    return int(digits)


def encoded_folder(name: str) -> str:
    """A folder's name in modified UTF-7 (RFC 3501, 5.1.3)."""

    def shifted(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        packed = base64.b64encode(match[0].encode("utf-16-be")).decode("ascii").rstrip("=")
        return f"&{packed.replace('/', ',')}-"

    return re.sub(r"&|[^\x20-\x7e]+", shifted, name)


def _item(items: Value) -> Fetched:
    """UID, size and content out of the list of a FETCH answer."""
    uid, size, content = 0, 0, b""
    if isinstance(items, list):
        for name, value in zip(items[::2], items[1::2], strict=False):
            if not isinstance(name, bytes) or not isinstance(value, bytes):
                continue
            upper = name.upper()
            if upper == b"UID" and value.isdigit():
                uid = _number(value, UID_MAX)
            elif upper == b"RFC822.SIZE" and value.isdigit():
                size = _number(value, SIZE_MAX)
            elif upper.startswith(b"BODY["):
                content = value
    return Fetched(uid, size, content)
