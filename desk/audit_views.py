"""The audit log as people read it: lines, and one entry explained by who, what, on which facts, by which policy, with what
proof. What an entry says is read from the text that was hashed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, wording
from core.audit import Entry, Proof
from core.canonical import digest as digest_of
from core.deciding.proposals import Decision, Proposal
from core.masterdata.tables import Entity
from core.people.tables import Person, RoleGrant
from desk.card_model import Rule, Step
from desk.card_parts import rules_of, step_of
from desk.web import Said, short_digest
from desk.wording import capital
from policies.roles import title as role_title

KINDS = {
    "decision": ("Decision", "go", "check"),
    "signature": ("Signature", "accent", "person"),
    "by_rule": ("By rule", "go", "check"),
    "refused": ("Refused", "stop", "stop"),
    "posting": ("Posting", "", "page"),
    "reading": ("Reading", "", "page"),
    "read": ("Read", "", "eye"),
    "anchor": ("Anchor", "", "link"),
    "signin": ("Sign-in", "", "key"),
    "command": ("Command", "", "page"),
}
"""Kinds of entries, how they are called, their colour and icon."""

TOLD_FIRST = ("decision", "by_rule", "signature", "posting", "refused")
"""What is explained when nothing was chosen: the newest of these on the page."""
FACTS_MAX = 4
SYSTEM = {
    "intake": "Reader",
    "adviser": "Adviser",
    "desk": "System",
    "clock": "Clock",
    "import": "Import",
    "checkpoints": "System",
}
ACTORS = {
    "system": "the desk itself",
    "reader": "a reader of documents",
    "rule": "a rule of the policies",
    "person": "a person",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One entry in the list."""

    seq: int
    number: str
    at: str
    who: str
    says: str
    about: str
    kind: str
    tint: str
    icon: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The card that a decision was made on, frozen."""

    short: str
    title: str
    says: str
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    same: bool
    heading: str
    times: str
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One entry with its explanation and its proof."""

    seq: int
    number: str
    kind: str
    why: tuple[Said, ...]
    seen: Seen | None
    text: str
    leaf: str
    root: str
    agrees: bool
    steps: tuple[tuple[str, str, str], ...]
    signed: str
    signed_small: str
    size: str


def line_of(entry: Entry, people: Mapping[str, str]) -> Line:
    """An entry for the list."""
    label, tint, icon = KINDS.get(entry.kind, (entry.kind.capitalize(), "", "page"))
    return Line(
        seq=entry.seq,
        number=f"{entry.number:,}",
        at=f"{entry.at.day} {entry.at:%b} {wording.hour(entry.at)}",
        who=_name(entry.actor, people),
        says=_words(entry),
        about=entry.case or ("" if entry.kind == "signin" else _subject(entry.subject)),
        kind=label,
        tint=tint,
        icon=icon,
    )


def first_of(found: list[Entry]) -> int | None:
    """The place of the entry that is explained when none was chosen."""
    told = next((entry for entry in found if entry.kind in TOLD_FIRST), found[0] if found else None)
    return told.seq if told else None


def explained(session: Session, seq: int, people: Mapping[str, str], entity: str) -> Explained:
    """One entry explained. 404 when there is none at that place, or it is another entity's."""
    found = audit.entry(session, seq)
    if found is None or found.entity not in ("", entity):
        raise HTTPException(404, f"There is no audit entry {seq + 1:,} in {entity}.")
    proven = audit.proof(session, seq)
    proposal = _proposal(session, found)
    signed, small = _signed(proven)
    return Explained(
        seq=seq,
        number=f"{found.number:,}",
        kind=KINDS.get(found.kind, (found.kind,))[0].lower(),
        why=tuple(_why(session, found, proposal, people)),
        seen=_seen(session, found, proposal, people) if proposal else None,
        text=found.text,
        leaf=found.leaf_hash.hex(),
        root=proven.root.hex(),
        agrees=proven.agrees,
        steps=tuple((step.side, _shortened(step.hash.hex()), _covers(step.first, step.last)) for step in proven.steps),
        signed=signed,
        signed_small=small,
        size=f"{proven.size:,}",
    )


def _why(session: Session, entry: Entry, proposal: Proposal | None, people: Mapping[str, str]) -> Iterator[Said]:
    body: dict[str, Any] = dict(entry.body)
    because = body.get("because") or {}
    roles = session.scalars(
        select(RoleGrant.role).where(RoleGrant.person == entry.actor, RoleGrant.entity == entry.entity)
    ).all()
    who = ", ".join([_name(entry.actor, people), *(role_title(role) for role in roles)])
    yield Said(
        label="Who",
        words=who,
        small=f"{capital(ACTORS.get(entry.actor_kind, entry.actor_kind))}, {entry.at:%d %b %Y, %H:%M:%S} UTC",
    )
    yield Said(label="What", words=_words(entry), small=_subject(entry.subject), link=_link(entry))
    if proposal is not None:
        rows = [str(row["row"]).replace("_", " ") for row in proposal.body["rests_on"]]
        known = wording.listed(rows[:FACTS_MAX]) + (
            f" and {len(rows) - FACTS_MAX} more" if len(rows) > FACTS_MAX else ""
        )
        claimed = [short_digest(one) for one in proposal.body["evidence"]]
        yield Said(
            label="On facts",
            words=f"Known: {known}" if known else "Nothing of the books",
            small=f"Claimed: message {', '.join(claimed)}, as stored" if claimed else "",
        )
        yield from _by_policy(proposal)
    elif because.get("message"):
        yield Said(label="On facts", words=f"Message {str(because['message'])[:12]}…", small="as stored, unchanged")
    if entry.case:
        yield Said(label="Case", words=entry.case, link=f"/cases/{entry.case}")


def _by_policy(proposal: Proposal) -> Iterator[Said]:
    """The ruling that asked for the most, and the version of all."""
    rulings: list[dict[str, Any]] = proposal.body["verdict"]["rulings"]
    if not rulings:
        return
    first = rulings[0]
    row = f", row {first['row']}" if first.get("row") else ""
    yield Said(
        label="By policy",
        words=f"{first['rule']} {first.get('version', '')}{row}".replace("  ", " "),
        small=str(first["says"]),
        link=f"/policies?table={first['rule']}&case={proposal.case}",
    )


def _proposal(session: Session, entry: Entry) -> Proposal | None:
    """The proposal that an entry decided on, signed, or was shown."""
    body: dict[str, Any] = dict(entry.body)
    command = body.get("command") or {}
    digest = command.get("digest") or body.get("digest") or body.get("seen") or ""
    number = command.get("decision") or (body.get("result") or {}).get("decision")
    if not digest and isinstance(number, str):
        decision = session.get(Decision, (entry.entity, number))
        digest = decision.digest if decision else ""
    digest = digest or (body.get("because") or {}).get("proposal") or ""
    if not digest:
        return None
    wanted = select(Proposal).where(Proposal.entity == entry.entity, Proposal.digest == digest)
    return session.scalars(wanted.order_by(Proposal.version.desc())).first()


def _seen(session: Session, entry: Entry, proposal: Proposal, people: Mapping[str, str]) -> Seen:
    """The card as it was: its body is hashed again and compared with the hash that was signed."""
    entity = session.get(Entity, entry.entity)
    currency = entity.currency if entity else ""
    shown = audit.entries(session, case=proposal.case, kind="read", actor=entry.actor, limit=20, entity=entry.entity)
    at = next(
        (one.at for one in shown if dict(one.body).get("digest") == proposal.digest and one.seq <= entry.seq), None
    )
    times = [f"shown {at:%H:%M:%S}"] if at else []
    if entry.kind in ("decision", "signature"):
        times.append(f"decided {entry.at:%H:%M:%S}")
    return Seen(
        short=short_digest(proposal.digest),
        title=proposal.title,
        says=proposal.says,
        steps=tuple(step_of(action, currency) for action in proposal.body["actions"]),
        rules=tuple(rules_of(proposal.body)),
        same=digest_of(proposal.body) == proposal.digest,
        heading=f"As {people[entry.actor].split()[0]} saw it" if entry.actor in people else "The card it rests on",
        times=", ".join(times),
        case=proposal.case,
    )


def _words(entry: Entry) -> str:
    """The entry's sentence; of a command without one, the command's name as words."""
    if entry.says:
        return entry.says[:1].upper() + entry.says[1:]
    name = str((dict(entry.body).get("command") or {}).get("type", entry.kind))
    return " ".join(re.findall(r"[A-Z][a-z]*|[a-z]+", name)).capitalize()


def _subject(subject: str) -> str:
    """What it is about; a hash as long as people compare it."""
    kind, _, name = subject.rpartition(" ")
    return f"{kind} {name[:12]}…".replace("_", " ") if len(name) == 64 else subject.replace("_", " ", 1)


def _link(entry: Entry) -> str:
    kind, _, name = entry.subject.rpartition(" ")
    if kind == "journal_entry":
        return f"/ledger?span=all&entry={name}"
    return f"/intake?message={name}" if kind == "message" else ""


def _name(actor: str, people: Mapping[str, str]) -> str:
    return people.get(actor) or SYSTEM.get(actor) or actor.replace("_", " ")


def _signed(proven: Proof) -> tuple[str, str]:
    if proven.checkpoint is None:
        return "No signed checkpoint covers it yet", "Proven against the live log; the next checkpoint will cover it"
    one = proven.checkpoint
    where = f"Anchored outside the database {one.anchored_at:%d %b, %H:%M}" if one.anchored_at else "Kept by its holder"
    return f"Checkpoint of {one.at:%d %b, %H:%M}, {one.size:,} entries, key {one.key_id}", where


def _covers(first: int, last: int) -> str:
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _shortened(text: str) -> str:
    return f"{text[:16]}…{text[-4:]}"


def names_of(session: Session) -> dict[str, str]:
    """Everybody's name by id."""
    return dict(session.execute(select(Person.id, Person.name).order_by(Person.name)).all())
