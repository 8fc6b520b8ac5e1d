"""What the server that received a mail found of its sender: SPF, DKIM, DMARC and ARC results, and which of them count. Pure.

Anybody can write `Authentication-Results` into a mail he sends. Only those under a name of our own receiving servers
count (RFC 8601; `trusted_servers` in the mail file), and of those only the topmost block: under the same name again below
another server's `Received` they do not. Without such a name the topmost block is taken at its word: it can be our own
server's, or the sender's, and a failure counts either way. A result is a claim about the sender's domain: it can raise
doubt and never lowers another's.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.claims import Check, DocumentKind, Reading

BELOW = "(below another server)"
SPF_FIELD = "received-spf"
_RESULT = re.compile(r"\b(spf|dkim|dmarc|arc|compauth)\s*=\s*(\w+)", re.I)
_WHOSE = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.helo"), "dmarc": ("header.from",)}
SECOND_LEVEL = frozenset(("co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "go", "gob", "nom", "plc", "ltd"))
"""Under a country's two letters these are no company's name: example.co.uk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One result. `domain` is whose it is about, "" where it does not say."""

    method: str
    answer: str
    domain: str = ""


def counted(reading: Reading, trusted: Collection[str]) -> Reading:
    """The reading with only the results that count, and with a note on those that do not."""
    blocks = [_taken_apart(written) for written in reading.authentication]
    if trusted:
        names = {name.lower() for name in trusted}
        ours = [(server, clause) for server, clause in blocks if _is_ours(server, names)]
        kept = tuple(clause for server, clause in ours if not server.endswith(BELOW))
        others = [server for server, _ in blocks if server and (server.endswith(BELOW) or not _is_ours(server, names))]
    else:
        first = next((server for server, _ in blocks if server not in ("", SPF_FIELD)), "")
        kept = tuple(clause for server, clause in blocks if server in ("", SPF_FIELD, first))
        others = []
    strangers = [name for name in dict.fromkeys(others) if name != SPF_FIELD]
    if (kept, strangers) == (reading.authentication, []):
        return reading
    return _noted(replace(reading, authentication=kept), strangers)


def failed(reading: Reading) -> bool:
    """Whether the receiving server says that the sender is not who he says: DMARC failed, or SPF or DKIM failed and neither
    passed for a domain of the sender's. No word about it is no failure."""
    domain = reading.sender.rpartition("@")[2]
    results = [found for clause in reading.authentication for found in results_in(clause)]
    dmarc = [one for one in results if one.method == "dmarc" and same_organisation(one.domain, domain)]
    if any(one.answer == "fail" for one in dmarc):
        return True
    if any(one.answer == "pass" for one in dmarc):
        return False
    passed = any(
        one.answer == "pass" and same_organisation(one.domain, domain)
        for one in results
        if one.method == "dkim" or (one.method == "spf" and one.domain)
    )
    return not passed and any(one.answer == "fail" for one in results if one.method in ("spf", "dkim"))


def results_in(clause: str) -> list[Result]:
    """The results of one clause ("dkim=pass header.d=keller.example"). Several may stand in one."""
    found: list[Result] = []
    for part in re.split(r";", clause):
        part = re.sub(r"\([^()]*\)", " ", part)
        match = _RESULT.search(part)
        if match is not None:
            method = match[1].lower()
            found.append(Result(method=method, answer=match[2].lower(), domain=_domain(part, method)))
    return found


def same_organisation(one: str, other: str) -> bool:
    """Whether two domains belong together as DMARC's relaxed alignment has it. What names no domain is not held apart."""
    return not one or not other or organisation(one) == organisation(other)


def organisation(domain: str) -> str:
    """The part of a domain that somebody registered: mail.example.co.uk is example.co.uk."""
    labels = domain.lower().strip(".").split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL
    return ".".join(labels[-3:] if country else labels[-2:])


def _taken_apart(written: str) -> tuple[str, str]:
    """The server that wrote a result, and the result. What names no server is the result alone."""
    server, _, clause = written.partition("; ")
    if not clause or "=" in server:
        return "", written
    return server.strip().lower(), clause


def _is_ours(server: str, names: Collection[str]) -> bool:
    return server.removesuffix(BELOW).strip() in names


def _domain(part: str, method: str) -> str:
    for name in _WHOSE.get(method, ()):
        match = re.search(rf"\b{re.escape(name)}\s*=\s*\"?([^\s;\"()]+)", part, re.I)
        if match is not None:
            return match[1].rpartition("@")[2].lower().strip(".")
    return ""


def _noted(reading: Reading, strangers: Sequence[str]) -> Reading:
    """The reading with a note on results that do not count, at its letter."""
    if not strangers:
        return reading
    says = f"Results of {', '.join(strangers[:3])} do not count: it is no receiving server of ours"
    note = Check(name="authentication", holds=False, says=says, warning=True)
    at = next((n for n, document in enumerate(reading.documents) if document.kind is DocumentKind.MAIL), None)
    if at is None:
        return reading
    documents = list(reading.documents)
    documents[at] = replace(documents[at], checks=(*documents[at].checks, note))
    return replace(reading, documents=tuple(documents))
