"""What every answer carries, and what no request may do: headers, a bound on sizes, and a failure that says what was kept.

Outermost of all, so that a failure's page carries the same headers as any other.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("desk")

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
BODY_MAX = 200 * 1024 * 1024
"""No request is longer; single files have their own, smaller bound."""
HTTPS_ONLY_SECONDS = 180 * 24 * 3600

Failed = Callable[[Request, str], Awaitable[Response]]


class Guarded:
    """The app with headers on every answer. What is not caught below becomes a page with a reference, never a trace."""

    def __init__(self, app: ASGIApp, failed: Failed) -> None:
        self.app = app
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _put_headers(scope, MutableHeaders(scope=message))
            await send(message)

        if _is_too_long(scope):
            await PlainTextResponse("The request is too long. Nothing was stored.", 413)(scope, receive, send_guarded)
            return
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:  # no text of ours has one, nor can the database
            await PlainTextResponse("There is nothing at this address.", 400)(scope, receive, send_guarded)
            return
        try:
            await self.app(scope, receive, send_guarded)
        except ClientDisconnect:
            return  # nobody waits for the answer any more
        except Exception:
            reference = f"E-{secrets.token_hex(2).upper()}-{secrets.token_hex(2).upper()}"
            log.exception("%s %s failed, reference %s", scope["method"], scope["path"], reference)
            if begun:
                raise
            answer = await self.failed(Request(scope), reference)
            await answer(scope, receive, send_guarded)


def _put_headers(scope: Scope, headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    shared = scope["path"].startswith("/static/")
    headers.setdefault("Cache-Control", "no-cache" if shared else "no-store")
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", f"max-age={HTTPS_ONLY_SECONDS}")


def _is_too_long(scope: Scope) -> bool:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return not length.isdigit() or int(length) > BODY_MAX
