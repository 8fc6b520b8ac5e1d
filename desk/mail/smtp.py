"""One letter to one server (RFC 5321), sent once as far as SMTP allows.

Everything up to the last dot can be taken back: hanging up before it means that nothing was sent. After it only the
server's answer tells, and where that does not come nobody can know. So the caller is asked right before the dot whether
it may go out, and writes that down; what is in doubt afterwards is said to be.
"""

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage

from desk.mail.imap_wire import SAYS_CHARS_MAX, reason, tls_context
from desk.mail.settings import SenderSettings, Server

SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a letter: sent, unsent (`final`: never again), or in doubt; and the server's words."""

    state: str
    says: str
    final: bool = False


class Declined(Exception):
    """The caller says that the last dot shall not go out."""


def send(
    sender: SenderSettings, mail: EmailMessage, recipient: str, may_go: Callable[[], None], *, seconds: float = SECONDS
) -> Outcome:
    """Send one letter to one address. `may_go` is called right before the last dot and may raise `Declined`, which is
    raised on; everything a server or a line can do ends as an Outcome."""
    server = sender.server
    try:
        line = _connected(server, seconds)
    except smtplib.SMTPResponseException as refused:
        return Outcome(state="unsent", says=_said(server, refused.smtp_code, refused.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(state="unsent", says=f"{server.host} port {server.port}: {reason(error)}")
    try:
        return _handed_over(line, server, sender.address, recipient, mail, may_go)
    finally:
        line.close()


def _connected(server: Server, seconds: float) -> smtplib.SMTP:
    """A line on which mail may be handed over: under TLS where asked for, signed in where there is a user."""
    if server.tls == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=tls_context(server))
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        line.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            line.starttls(context=tls_context(server))
            line.ehlo_or_helo_if_needed()
        if server.user and server.secret is not None:
            secret = server.secret.reveal()
            if server.token:
                line.auth("XOAUTH2", lambda challenge=None: f"user={server.user}\x01auth=Bearer {secret}\x01\x01")
            else:
                line.login(server.user, secret)
    except BaseException:
        line.close()
        raise
    return line


def _handed_over(
    line: smtplib.SMTP,
    server: Server,
    address: str,
    recipient: str,
    mail: EmailMessage,
    may_go: Callable[[], None],
) -> Outcome:
    """Envelope, text, the question whether it may go, and the dot."""
    wide = [] if recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
    if wide and not line.has_extn("smtputf8"):
        return Outcome(state="unsent", says=f"{server.host} takes no addresses beyond ASCII", final=True)
    envelope: tuple[Callable[[], tuple[int, bytes]], ...] = (
        lambda: line.mail(address, wide),
        lambda: line.rcpt(recipient),
        lambda: line.docmd("DATA"),
    )
    try:
        for step in envelope:
            code, says = step()
            if code not in (250, 251, 354):
                return Outcome(state="unsent", says=_said(server, code, says), final=500 <= code < 600)
        line.send(_stuffed(mail.as_bytes()))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(state="unsent", says=f"{server.host} hung up before the letter was whole: {reason(error)}")
    may_go()
    try:
        line.send(b".\r\n")
        code, says = line.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(state="in_doubt", says=f"{server.host} hung up without an answer: {reason(error)}")
    if code == 250:
        with suppress(OSError, smtplib.SMTPException):
            line.quit()
        return Outcome(state="sent", says=_words(says))
    return Outcome(state="unsent", says=_said(server, code, says), final=500 <= code < 600)


def _stuffed(raw: bytes) -> bytes:
    """Lines as SMTP wants them: each ends with CR LF, and one that begins with a dot gets another before it."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _said(server: Server, code: int, says: bytes | str) -> str:
    return f"{server.host} says {code} {_words(says)}"


def _words(says: bytes | str) -> str:
    text = says.decode("utf-8", "replace") if isinstance(says, bytes) else says
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:SAYS_CHARS_MAX]
