"""Mail that answers a letter of ours, or reports on one, finds the case the letter was written for.

By the Message-IDs it names, and by nothing else. Whoever read our letter can name its Message-ID, so an answer brings a
case back to people and never decides anything in it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases import Case, CaseState
from core.claims import Reading
from core.deciding.commands import Wake
from core.erp import Erp
from core.intake.reports import NOT_DELIVERED, report_in
from core.intake.sending import bounced
from core.intake.tables import Message, OutgoingMessage
from core.intake.trust import noise

THREAD_MAX = 50


def find_case(erp: Erp, message: Message, reading: Reading) -> str | None:
    """Tie a message that was just read to the case of the letter it answers, and bring that case back when it waits for an
    answer. A report of failure makes the letter somebody's case. Gives the case."""
    report = report_in(reading)
    ids = ([report.about] if report and report.about else []) + list(reading.thread[1:])
    letter = letter_named(erp.session, erp.entity, ids)
    if letter is None:
        return None
    message.answers = letter.case
    erp.emit("letter_answered", f"case {letter.case}", case=letter.case, number=letter.number, message=message.sha256)
    if report is not None:
        if report.action == NOT_DELIVERED and letter.state in ("sent", "sending", "in_doubt"):
            bounced(erp, letter, f"it came back: {report.why}")
        return letter.case
    case = erp.session.get(Case, (erp.entity, letter.case), with_for_update=True)
    if case is not None and CaseState(case.state) is CaseState.SNOOZED and not noise(reading):
        erp.perform(Wake(entity=erp.entity, case=case.number))
    return letter.case


def letter_named(session: Session, entity: str, ids: list[str]) -> OutgoingMessage | None:
    """The letter of ours whose Message-ID is among these, the first named first."""
    wanted = [one for one in ids if one][:THREAD_MAX]
    if not wanted:
        return None
    rows = session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.entity == entity, OutgoingMessage.message_id.in_(wanted))
    ).all()
    return min(rows, key=lambda row: wanted.index(row.message_id), default=None)
