"""Writing the audit log: entries wait in the session and are appended at the very end of its transaction.

So an entry is true when, and only when, what it tells of was committed. The log has one order, hence one lock; it is
taken last and held for the few statements of an append, so it never waits for a row somebody else has locked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from core import driver, merkle, rows
from core.audit_tables import EntryRow, NodeRow
from core.canonical import canonical_of_plain, plain

KINDS = ("command", "decision", "refused", "reading", "signature", "by_rule", "posting", "anchor", "read", "signin")
"""What an entry can be. `read`: somebody opened something; `by_rule`: a policy rule decided in place of a person."""

LOCK = 0x4155444954  # "AUDIT": the advisory lock of the head
TAKE_LOCK = f"select pg_advisory_xact_lock({LOCK})"
MOVE_HEAD = "update audit_head set size = %(size)s, frontier = %(frontier)s where id = 1 and size = %(was)s"
WAITING = "audit_waiting"


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One thing that happened: who, what, on what, in which case, in one sentence, and the facts as JSON types.

    `actor_kind` is person, rule, reader or system. `body` may hold whatever `core.canonical.plain` accepts.
    """

    entity: str
    at: datetime
    actor: str
    actor_kind: str
    kind: str
    subject: str
    case: str | None = None
    says: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Waiting:
    """What one session has recorded in its transaction and not yet appended."""

    records: list[dict[str, Any]] = field(default_factory=list)
    appended: int = 0  # entries this transaction has appended already
    marks: dict[SessionTransaction, int] = field(default_factory=dict)  # where each savepoint began


def install(target: sessionmaker[Session] | Session) -> None:
    """Let every commit of these sessions append what was recorded. Doing it twice does no harm."""
    for name, listener in LISTENERS.items():
        event.listen(target, name, listener)
    if isinstance(target, Session) and target.in_transaction():
        target.info.setdefault(WAITING, _Waiting())


def record(session: Session, entry: AuditEntry) -> None:
    """Put an entry down. It is appended when the transaction commits, and forgotten when it, or its savepoint, fails.

    Raises TypeError for a body that has no canonical form (a float, say).
    """
    assert entry.kind in KINDS, f"{entry.kind} is no kind of audit entry"
    _waiting(session).records.append(plain(entry))


def mark(session: Session) -> int:
    """A place to `rewind` to: how many entries this transaction has recorded."""
    waiting = _waiting(session)
    return waiting.appended + len(waiting.records)


def rewind(session: Session, mark: int) -> None:
    """Forget the entries recorded since the mark. A savepoint that is rolled back does so by itself."""
    waiting = _waiting(session)
    assert mark >= waiting.appended, "an appended entry cannot be taken back, only its transaction can"
    del waiting.records[mark - waiting.appended :]


def flush_entries(session: Session) -> list[int]:
    """Append what is recorded now, and give the places (`seq`). Call it last: it holds the log's lock until commit.

    Not inside a savepoint, whose rollback would also lose entries that were recorded before it.
    """
    assert not session.in_nested_transaction(), "entries are appended outside savepoints"
    waiting = _waiting(session)
    if not waiting.records:
        return []
    numbers = _append(session, waiting.records)
    waiting.appended += len(numbers)
    waiting.records.clear()
    return numbers


def uncommitted(session: Session) -> bool:
    """Whether this transaction has appended entries that nobody else can see yet."""
    return _waiting(session).appended > 0


def index_columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by which an entry is found, from its record. PostgreSQL's text has no NUL: it shows as U+FFFD."""
    words = ("entity", "actor", "actor_kind", "kind", "subject")
    return {
        **{name: _storable(record[name]) for name in words},
        "at": datetime.fromisoformat(record["at"]),
        "case_number": None if record["case"] is None else _storable(record["case"]),
    }


def _storable(words: str) -> str:
    return words.replace("\x00", "�")


def read_frontier(session: Session) -> merkle.Frontier:
    """The head of the log as this transaction sees it."""
    head = driver.ask(session, "select size, frontier from audit_head where id = 1", {})[0]
    raw, step = bytes(head.frontier), merkle.HASH_BYTES
    return merkle.Frontier(head.size, tuple(raw[at : at + step] for at in range(0, len(raw), step)))


def _append(session: Session, records: list[dict[str, Any]]) -> list[int]:
    """Append records under the lock: entries, completed nodes, head."""
    session.flush()  # every row lock of the transaction is taken before the log's own
    driver.later(session, TAKE_LOCK, {})
    before = frontier = read_frontier(session)
    entries: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for record in records:
        seq = frontier.size
        text = canonical_of_plain({"seq": seq, **record})
        leaf = merkle.leaf_hash(text)
        frontier, completed = merkle.append(frontier, leaf)
        entries.append({"seq": seq, "text": text.decode(), "leaf_hash": leaf, **index_columns(record)})
        nodes.extend({"level": node.level, "place": node.place, "hash": hashed} for node, hashed in completed)
    rows.insert(session, EntryRow, entries)
    rows.insert(session, NodeRow, nodes)
    head = {"was": before.size, "size": frontier.size, "frontier": b"".join(frontier.peaks)}
    moved = driver.count(session, MOVE_HEAD, head)
    assert moved == 1, "the head moved while its lock was held"
    return list(range(before.size, frontier.size))


def _waiting(session: Session) -> _Waiting:
    """What waits in the session's transaction. It is there because a listener put it there: the commit is heard too."""
    if not session.in_transaction():
        session.begin()
    assert WAITING in session.info, "audit.install was not called for this session: its entries would be lost"
    waiting: _Waiting = session.info[WAITING]
    return waiting


def _transaction_created(session: Session, transaction: SessionTransaction) -> None:
    """The outermost begins with nothing waiting; a savepoint remembers what waited before it."""
    if transaction.parent is None:
        session.info[WAITING] = _Waiting()
    elif transaction.nested:
        _waiting(session).marks[transaction] = mark(session)


def _before_commit(session: Session) -> None:
    """Also told of savepoints, whose entries go on waiting for the commit that counts."""
    if not session.in_nested_transaction():
        flush_entries(session)


def _rolled_back(session: Session, transaction: SessionTransaction) -> None:
    """Told after the savepoint has ended, which is why its mark outlives it."""
    waiting: _Waiting | None = session.info.get(WAITING)
    begun = waiting.marks.pop(transaction, None) if waiting else None
    if begun is not None:
        rewind(session, min(begun, mark(session)))


def _transaction_ended(session: Session, transaction: SessionTransaction) -> None:
    """The outermost end, however it came, leaves nothing waiting."""
    if transaction.parent is None:
        session.info.pop(WAITING, None)


LISTENERS: dict[str, Callable[..., None]] = {
    "after_transaction_create": _transaction_created,
    "before_commit": _before_commit,
    "after_soft_rollback": _rolled_back,
    "after_transaction_end": _transaction_ended,
}
