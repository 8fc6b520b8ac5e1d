"""Real mail servers on loopback for tests: pymap for IMAP, aiosmtpd for SMTP, and a wire between that can be cut."""

import asyncio
import contextlib
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desk.mail.settings import MailboxSettings, Secret, Server, Tls

USER, PASSWORD = "orders@harbor-pine.example", "correct horse battery"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class MailServer:
    """A running IMAP server with one user, and another program's eyes on it (imaplib)."""

    port: int

    def client(self, folder: str = "INBOX") -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(USER, PASSWORD)
        client.select(folder)
        return client

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        client = self.client()
        status, said = client.append(folder, "", "", raw)
        assert status == "OK", said
        client.logout()

    def make(self, folder: str) -> None:
        client = self.client()
        client.create(folder)
        client.logout()

    def remove(self, folder: str) -> None:
        client = self.client()
        status, said = client.delete(folder)
        assert status == "OK", said
        client.logout()

    def texts(self, folder: str = "INBOX") -> list[bytes]:
        client = self.client(folder)
        _, found = client.search(None, "ALL")
        texts = []
        for number in found[0].split():
            _, answer = client.fetch(number.decode(), "(BODY.PEEK[])")
            texts.append(answer[0][1])  # type: ignore[index]  # a literal comes as a pair
        client.logout()
        return texts

    def flags(self, folder: str = "INBOX") -> list[str]:
        client = self.client(folder)
        _, found = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [one.decode() for one in found if isinstance(one, bytes)]


@contextmanager
def imap_server(port: int = 0, *more: str) -> Iterator[MailServer]:
    """pymap with an empty mailbox, in a process of its own."""
    port = port or free_port()
    arguments = ["--host", "127.0.0.1", "--port", str(port), *(more or ("--no-tls",))]
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from pymap.main import main; main()",
            *arguments,
            "dict",
            "--demo-user",
            USER,
            "--demo-password",
            PASSWORD,
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield MailServer(port)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the mail server did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("the mail server did not answer")


def server_at(port: int, tls: Tls = "none", password: str = "MAIL_TEST_PASSWORD", ca: Path | None = None) -> Server:
    """How the desk is told of a server on this machine; the password lies in the environment."""
    return Server(host="127.0.0.1", port=port, tls=tls, user=USER, secret=Secret(env=password), ca_file=ca)


def box_at(port: int, **more: object) -> MailboxSettings:
    """A mailbox of that server, as the desk is told of it."""
    server = more.pop("server", server_at(port))
    return MailboxSettings(name="orders", entity="HP", server=server, **more)  # type: ignore[arg-type]  # fields by name


class Wire:
    """A line to a server that is cut after so many bytes of the server's, or of the desk's. Each connection draws anew."""

    def __init__(self, to: int, cut: Callable[[], tuple[int, int]]) -> None:
        self.to, self.cut, self.over = to, cut, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.over = True
        self.listener.close()

    def _serve(self) -> None:
        while not self.over:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                continue
            theirs, ours = self.cut()
            for source, target, left in ((far, near, theirs), (near, far, ours)):
                threading.Thread(target=self._carry, args=(source, target, left), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, left: int) -> None:
        with contextlib.suppress(OSError):
            while left > 0 and (block := source.recv(min(left, 4096))):
                target.sendall(block)
                left -= len(block)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody knows, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, secret


@dataclass
class Post:
    """What an SMTP server took, and how it shall answer next: a status line for each step, "" for its own."""

    port: int
    taken: list[tuple[str, list[str], bytes]]
    answers: dict[str, str]


@contextmanager
def smtp_server(tls: tuple[Path, Path] | None = None, heard: list[tuple[str, str]] | None = None) -> Iterator[Post]:
    """aiosmtpd on loopback. `answers` may name "MAIL", "RCPT" or "DATA" and what is said there; "DATA": "hang" takes the
    letter and then never answers, "cut" hangs up instead. With `tls` (certificate, key) it wants STARTTLS and a password,
    and `heard` gets the users and passwords it was told."""
    post = Post(free_port(), [], {})

    async def sender(server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return post.answers.get("MAIL", "250 OK")

    async def recipient(server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return post.answers.get("RCPT", "250 OK")

    async def content(server: SMTP, session: Session, envelope: Envelope) -> str:
        said = post.answers.get("DATA", "250 2.0.0 queued as 4711")
        if said.startswith(("250", "hang", "cut")):
            assert isinstance(envelope.content, bytes)
            post.taken.append((str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content))
        if said == "hang":
            await asyncio.sleep(60)
        if said == "cut":
            assert server.transport is not None
            server.transport.abort()
        return said

    secured: dict[str, Any] = {}
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)

        def who(server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any) -> AuthResult:
            if heard is not None:
                heard.append((told.login.decode(), told.password.decode()))
            return AuthResult(success=True)

        secured = {"tls_context": context, "require_starttls": True, "authenticator": who, "auth_required": True}
    steps = SimpleNamespace(handle_MAIL=sender, handle_RCPT=recipient, handle_DATA=content)
    controller = Controller(steps, hostname="127.0.0.1", port=post.port, **secured)
    controller.start()
    try:
        yield post
    finally:
        controller.stop(no_assert=True)
