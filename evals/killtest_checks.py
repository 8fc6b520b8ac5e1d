"""What must hold after the kill test: nothing lost, nothing doubled, nothing left over, and the books in order.

Each question is one query over the whole database that gives the counter-examples.
"""

from collections.abc import Iterator, Mapping, Sequence

from langgraph.checkpoint.postgres import PostgresSaver
from sqlalchemy import text
from sqlalchemy.orm import Session

from agents.read.extraction import letter_of
from agents.read.wire import from_json
from agents.steps import thread_of
from core import audit, clock
from core.canonical import sha256_hex
from core.doctor import examine
from core.reading_wire import from_wire
from evals.killtest_documents import Document
from evals.killtest_house import Books
from evals.killtest_model import key_of_letter

QUESTIONS: Mapping[str, str] = {
    "a message is stored more than once": "select entity || ' ' || name from message where copies <> 1",
    "a message is neither read nor owned": "select m.entity || ' ' || m.name || ' ' || m.state from message m"
    " where not (m.state = 'read' or (m.state in ('set_aside', 'quarantined') and m.says <> ''))",
    "a message was read more or less than once": "select m.entity || ' ' || m.name from message m where"
    " m.readings <> 1 or 1 <> (select count(*) from event e where e.kind = 'message_read' and e.entity = m.entity"
    " and e.facts ->> 'message' = m.sha256)",
    "a message has two stored events": "select entity || ' ' || subject from event where kind = 'message_stored'"
    " group by entity, subject having count(*) > 1",
    "an open case has no owner": "select entity || ' ' || number from exception_case where closed_at is null"
    " and (owner_role = '' or due_at is null)",
    "one cause has two open cases": "select entity || ' ' || cause from exception_case where closed_at is null"
    " group by entity, cause having count(*) > 1",
    "one finding stands twice": "select entity || ' ' || \"case\" || ' ' || subject from case_finding"
    ' where cleared_at is null group by entity, "case", code, subject having count(*) > 1',
    "an open case was not worked out": "select entity || ' ' || number || ' ' || code from exception_case"
    " where state = 'open' and message is not null",
    "a bill was registered twice": "select entity || ' ' || their_number || ' of ' || coalesce(supplier, '?')"
    " from supplier_invoice where message is not null group by entity, supplier, their_number, message"
    " having count(*) > 1",
    "a bill was posted twice": "select entity || ' ' || document from journal_entry where reverses is null and"
    " document <> 'opening' group by entity, document, says having count(*) > 1",
    "a claim was made twice": "select entity || ' ' || invoice from supplier_claim where state <> 'withdrawn'"
    " and invoice is not null group by entity, invoice having count(*) > 1",
    "a decision was not carried out exactly once": "select d.entity || ' ' || d.number from decision d"
    " where d.verb = 'approve' and 1 <> (select count(*) from event e where e.entity = d.entity"
    " and e.kind in ('decision_carried_out', 'decision_stopped') and e.facts ->> 'decision' = d.number)",
    "a case was decided twice": "select entity || ' ' || \"case\" from decision where verb = 'approve'"
    ' and carried_out_at is not null group by entity, "case" having count(*) > 1',
    "a mail was not sent": "select entity || ' ' || number || ' ' || state from outgoing_message where state <> 'sent'",
    "a mail was sent twice": "select entity || ' ' || subject from event where kind = 'message_sent'"
    " group by entity, subject having count(*) > 1",
    "a command was begun and not written down": "select entity || ' ' || key from command_log where result is null",
    "a command has two audit entries of one event": "select entity || ' ' || subject || ' ' || kind from event"
    " group by entity, subject, kind, key, facts having count(*) > 1",
    "a job is left": "select task_name || ' ' || args::text || ' ' || status from procrastinate_jobs"
    " where task_name not in ('clock', 'retry_stalled') and status <> 'succeeded'",
    "a run of the clock is left": "select task_name || ' ' || status || ' ' || id from procrastinate_jobs"
    " where task_name in ('clock', 'retry_stalled') and (status = 'failed' or attempts > 20)",
    "a step of a reading is left in the cache": "select thread_id from checkpoints",
}


def broken(books: Books, made: Sequence[Document], dropped: int) -> list[str]:
    """Every promise that does not hold after a run, as sentences."""
    said = []
    with books.unit() as session:
        for question, query in QUESTIONS.items():
            found = session.execute(text(query)).scalars().all()
            if found:
                said.append(f"{question}: {len(found)} times, first {found[0]}")
        said.extend(_lost(session, made, dropped))
    with books.unit() as session:  # sign what is there, so that the doctor compares the log with an anchor of its end
        key = audit.signing_key(books.home / "keys", clock.now(session))
        audit.checkpoint(session, key, books.home / "anchors", None)
    with books.unit() as session:
        found_ill = examine(session, anchors=books.home / "anchors", keys=books.home / "keys")
    said.extend(f"the doctor: {check.name}: {check.says}" for check in found_ill if not check.holds)
    files = len([*(books.home / "outbox").glob("*")])
    with books.unit() as session:
        sent = session.execute(text("select count(*) from outgoing_message where state = 'sent'")).scalar_one()
    if files != sent:
        said.append(f"{sent} mails were sent and {files} files are in the outbox")
    return said


def _lost(session: Session, made: Sequence[Document], dropped: int) -> Iterator[str]:
    kept = set(session.execute(text("select entity || ' ' || sha256 from message")).scalars())
    wanted = {f"{document.entity} {sha256_hex(document.raw)}" for document in made}
    if dropped != len(made):
        yield f"only {dropped} of {len(made)} documents were dropped"
    if kept != wanted:
        yield f"{len(wanted - kept)} documents are not there, {len(kept - wanted)} were never sent"


def saved_letters(books: Books, made: Sequence[Document]) -> set[str]:
    """The keys of the letters whose answer is saved now: in the crash cache of a reading, or in a reading that is kept.

    For a moment in which no worker runs.
    """
    saved: set[str] = set()
    with books.unit() as session:
        rows = session.execute(text("select reading from message where reading is not null")).scalars()
        for reading in map(from_wire, rows):
            if reading.model_use is not None and reading.model_use.requests:
                saved.add(key_of_letter(letter_of(reading, ())))
        cached = session.execute(text("select to_regclass('checkpoints')")).scalar()
        threads = session.execute(text("select distinct thread_id from checkpoints")).scalars().all() if cached else ()
    known = {thread_of(document.entity, sha256_hex(document.raw)) for document in made}
    with PostgresSaver.from_conn_string(books.url) as saver:
        for thread in known.intersection(threads):
            kept = saver.get_tuple({"configurable": {"thread_id": thread}})
            values = kept.checkpoint["channel_values"] if kept else {}
            if values.get("rounds"):
                saved.add(key_of_letter(letter_of(from_json(values["reading"]), ())))
    return saved
