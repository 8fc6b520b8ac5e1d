"""Which mailboxes are watched and how letters leave: read once from a small YAML file, with passwords kept elsewhere.

The file is `mail.yaml` in DESK_HOME, or what DESK_MAIL names; docs/mail.md shows every field. It never holds a password:
`password_env` names a variable of the environment, `password_file` a file. Nothing of a password is ever printed.
"""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from agents.read.limits import MESSAGE_BYTES_MAX

Tls = Literal["tls", "starttls", "none"]
POLL_SECONDS_MIN = 10


class MailSettingsWrong(Exception):
    """The mail file cannot be used; the message says which line of it, and what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """Where a password is found when it is needed. It has no text of its own, so that none can be printed."""

    env: str = ""
    file: Path | None = None

    def reveal(self) -> str:
        """The password. Raises `MailSettingsWrong` where there is none, naming the place."""
        if self.file is not None:
            try:
                return self.file.read_text(encoding="utf-8").strip()
            except OSError as error:
                raise MailSettingsWrong(f"the password file {self.file} cannot be read: {error.strerror}") from None
        password = os.environ.get(self.env, "")
        if not password:
            raise MailSettingsWrong(f"the variable {self.env} is empty: put the password there")
        return password


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A mail server and how one signs in to it. `token`: the secret is an OAuth 2 access token (XOAUTH2)."""

    host: str
    port: int
    tls: Tls
    user: str
    secret: Secret | None
    token: bool = False
    ca_file: Path | None = None  # certificates to trust beside the system's, for a server of one's own

    @property
    def shown(self) -> str:
        """As people know it: user and server."""
        return f"{self.user} at {self.host}" if self.user else self.host


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxSettings:
    """One mailbox. After storing a message it is moved to `move_to`, or given `flag`, or left as it is."""

    name: str
    entity: str
    server: Server
    folder: str = "INBOX"
    move_to: str = ""
    flag: str = ""
    poll_seconds: int = 60
    bytes_max: int = MESSAGE_BYTES_MAX
    since: str = ""  # ISO day: older mail is not fetched at the first connection

    @property
    def shown(self) -> str:
        """Where it is, as people know it."""
        return f"{self.server.shown}, {self.folder}"

    @property
    def touches(self) -> bool:
        """Whether anything is changed in the mailbox; if not it is opened read-only."""
        return bool(self.move_to or self.flag)


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderSettings:
    """One folder that files are dropped into. Stored ones are put away under `stored/` in it."""

    name: str
    entity: str
    path: Path
    poll_seconds: int = 5

    @property
    def shown(self) -> str:
        """Where it is, as people know it."""
        return str(self.path)


@dataclass(frozen=True, kw_only=True, slots=True)
class SenderSettings:
    """How letters leave: the server, and whom they are from."""

    server: Server
    address: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """All about mail. `trusted` are the names under which our own receiving servers write Authentication-Results."""

    mailboxes: tuple[MailboxSettings, ...] = ()
    folders: tuple[FolderSettings, ...] = ()
    sender: SenderSettings | None = None
    trusted: tuple[str, ...] = field(default=())


def mail_file(home: Path) -> Path:
    """Where the settings are looked for."""
    return Path(os.environ.get("DESK_MAIL", "") or home / "mail.yaml")


def load(home: Path, entity: str) -> MailSettings:
    """The mail settings of this house; empty where there is no file. Raises `MailSettingsWrong` with what to write."""
    file = mail_file(home)
    if not file.is_file():
        if os.environ.get("DESK_MAIL"):
            raise MailSettingsWrong(f"DESK_MAIL names {file}, which is not there")
        return MailSettings()
    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MailSettingsWrong(f"{file} cannot be read: {error}") from None
    if not isinstance(written, dict):
        raise MailSettingsWrong(f"{file}: expected `mailboxes:`, `folders:`, `smtp:` or `trusted_servers:`")
    _only(written, ("mailboxes", "folders", "smtp", "trusted_servers"), str(file))
    rows = written.get("mailboxes") or []
    mailboxes = tuple(_mailbox(row, entity, f"{file}, mailbox {n}") for n, row in enumerate(rows, 1))
    dropped = written.get("folders") or []
    folders = tuple(_folder(row, entity, f"{file}, folder {n}") for n, row in enumerate(dropped, 1))
    names = [(box.entity, box.name) for box in mailboxes] + [(one.entity, one.name) for one in folders]
    if len(set(names)) < len(names):
        raise MailSettingsWrong(f"{file}: two mailboxes or folders of one name")
    smtp = written.get("smtp")
    return MailSettings(
        mailboxes=mailboxes,
        folders=folders,
        sender=_sender(smtp, f"{file}, smtp") if smtp else None,
        trusted=tuple(str(name).strip().lower() for name in written.get("trusted_servers") or ()),
    )


_SERVER = (
    "host", "port", "tls", "user", "password_env", "password_file", "token_env", "token_file", "ca_file",
)  # fmt: skip
_BOX = ("name", "entity", "folder", "move_to", "flag", "poll_seconds", "megabytes_max", "since")


def _mailbox(row: Any, entity: str, where: str) -> MailboxSettings:
    if not isinstance(row, dict):
        raise MailSettingsWrong(f"{where}: expected fields such as host, user and password_env")
    _only(row, (*_SERVER, *_BOX), where)
    server = _server(row, where, {"tls": 993, "starttls": 143, "none": 143})
    if server.secret is None:
        raise MailSettingsWrong(f"{where}: password_env or password_file is missing")
    if row.get("move_to") and row.get("flag"):
        raise MailSettingsWrong(f"{where}: move_to and flag exclude each other")
    flag = str(row.get("flag") or "")
    if flag and not flag.lstrip("\\$").isalnum():
        raise MailSettingsWrong(f"{where}: flag {flag!r} is no IMAP flag; write \\Seen, \\Flagged or a word")
    since = str(row.get("since") or "")
    try:
        date.fromisoformat(since or "2026-01-01")
    except ValueError:
        raise MailSettingsWrong(f"{where}: since is a day such as 2026-11-01, not {since}") from None
    return MailboxSettings(
        name=str(row.get("name") or server.user or server.host),
        entity=str(row.get("entity") or entity),
        server=server,
        folder=str(row.get("folder") or "INBOX"),
        move_to=str(row.get("move_to") or ""),
        flag=flag,
        poll_seconds=max(POLL_SECONDS_MIN, _whole(row, "poll_seconds", 60, where)),
        bytes_max=min(MESSAGE_BYTES_MAX, _whole(row, "megabytes_max", 25, where) * 1024 * 1024),
        since=since,
    )


def _folder(row: Any, entity: str, where: str) -> FolderSettings:
    if not isinstance(row, dict) or not row.get("path"):
        raise MailSettingsWrong(f"{where}: path is missing")
    _only(row, ("path", "name", "entity", "poll_seconds"), where)
    path = Path(str(row["path"]))
    if not path.is_absolute():
        raise MailSettingsWrong(f"{where}: write the whole path, from /")
    return FolderSettings(
        name=str(row.get("name") or path.name),
        entity=str(row.get("entity") or entity),
        path=path,
        poll_seconds=_whole(row, "poll_seconds", 5, where),
    )


def _sender(row: Any, where: str) -> SenderSettings:
    if not isinstance(row, dict):
        raise MailSettingsWrong(f"{where}: expected fields such as host, user, password_env and from")
    _only(row, (*_SERVER, "from", "from_name"), where)
    address = str(row.get("from") or "")
    if address.count("@") != 1 or any(sign in address for sign in " \r\n<>,;"):
        raise MailSettingsWrong(f"{where}: from is to be one address")
    server = _server(row, where, {"tls": 465, "starttls": 587, "none": 25})
    return SenderSettings(server=server, address=address, name=" ".join(str(row.get("from_name") or "").split()))


def _server(row: Mapping[str, Any], where: str, ports: Mapping[str, int]) -> Server:
    host = str(row.get("host") or "").strip()
    tls = str(row.get("tls", "tls")).strip().lower()
    if not host:
        raise MailSettingsWrong(f"{where}: host is missing")
    if tls not in ports:
        raise MailSettingsWrong(f"{where}: tls is tls, starttls or none")
    if tls == "none" and not is_loopback(host):
        raise MailSettingsWrong(f"{where}: without TLS only a server on this machine is spoken to, not {host}")
    token = bool(row.get("token_env") or row.get("token_file"))
    file = row.get("token_file") or row.get("password_file")
    env = str(row.get("token_env") or row.get("password_env") or "")
    secret = Secret(env=env, file=Path(str(file)) if file else None) if file or env else None
    return Server(
        host=host,
        port=_whole(row, "port", ports[tls], where),
        tls=cast(Tls, tls),
        user=str(row.get("user") or ""),
        secret=secret,
        token=token,
        ca_file=Path(str(row["ca_file"])) if row.get("ca_file") else None,
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its address or as "localhost"."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _only(row: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    """Refuse fields nobody reads, a password above all: what is written in vain is a mistake."""
    if "password" in row or "token" in row:
        raise MailSettingsWrong(f"{where}: a password does not belong into this file; name it by password_env")
    unknown = sorted(str(name) for name in row if name not in known)
    if unknown:
        raise MailSettingsWrong(f"{where}: {', '.join(unknown)} is no field; there are {', '.join(known)}")


def _whole(row: Mapping[str, Any], name: str, default: int, where: str) -> int:
    value = row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise MailSettingsWrong(f"{where}: {name} is a whole number from 1")
    return value
