"""Approved letters on their way out: through a server where one is configured, else into the outbox folder.

What is about to happen is written down before it happens. A worker that dies while a letter's state is "sending" leaves
it in doubt: a person decides, and nothing is sent twice by itself.
"""

import secrets

from sqlalchemy import select

from core import clock, door, jobs
from core.command import Command
from core.erp import Actor, Because, Job
from core.intake.commands import BeginSending, MarkInDoubt, MarkSent, MarkUnsent
from core.intake.tables import OutgoingMessage
from core.refusals import Refusal, Refused
from desk.house import House
from desk.mail import letter, smtp
from desk.mail.settings import MailSettingsWrong, SenderSettings

CLERK = Actor(kind="system", id="desk")
CUT_OFF = "the desk was cut off between the letter's last byte and its server's answer"


def send_letter(house: House, sender: SenderSettings | None, entity: str, number: str) -> None:
    """Do what a letter needs next. Sent or settled already: nothing."""
    with house.unit() as session:
        row = session.get(OutgoingMessage, (entity, number), with_for_update=True)
        if row is None or row.state not in ("queued", "sending"):
            return
        mail = letter.written(session, row, sender)
        own_id, recipient, case = str(mail["Message-ID"]), row.recipient, row.case
        attempt = _attempt(row)
        if row.state == "sending":
            command: Command = MarkInDoubt(entity=entity, number=number, why=CUT_OFF)
            door.execute(session, command, actor=CLERK, key=f"in_doubt:{attempt}", because=Because(case=case))
            return
        if sender is None:
            file = letter.put(mail, row, house.settings.outbox)
            command = MarkSent(entity=entity, number=number, sent_to=f"outbox {file.name}", message_id=own_id)
            door.execute(session, command, actor=CLERK, key=f"sent:{attempt}", because=Because(case=case))
            return

    def may_go() -> None:
        command = BeginSending(entity=entity, number=number, message_id=own_id)
        try:
            with house.unit() as session:
                key = f"sending:{number}:{secrets.token_hex(8)}"  # two workers at once are two, and one is refused
                door.execute(session, command, actor=CLERK, key=key, because=Because(case=case))
        except Refused as refusal:
            raise smtp.Declined(refusal.detail) from refusal

    try:
        outcome = smtp.send(sender, mail, recipient, may_go)
    except MailSettingsWrong as wrong:
        outcome = smtp.Outcome(state="unsent", says=str(wrong))
    except smtp.Declined:
        return  # another worker sends it, or a person settled it meanwhile
    _note(house, entity, number, case, outcome, f"smtp {sender.server.host}")


def _note(house: House, entity: str, number: str, case: str, outcome: smtp.Outcome, where: str) -> None:
    command: Command
    if outcome.state == "sent":
        command = MarkSent(entity=entity, number=number, sent_to=f"{where}: {outcome.says}")
    elif outcome.state == "in_doubt":
        command = MarkInDoubt(entity=entity, number=number, why=outcome.says)
    else:
        command = MarkUnsent(entity=entity, number=number, why=outcome.says, final=outcome.final)
    with house.unit() as session:
        row = session.get(OutgoingMessage, (entity, number))
        assert row is not None, "letters are never deleted"
        try:
            key = f"{outcome.state}:{_attempt(row)}"
            door.execute(session, command, actor=CLERK, key=key, because=Because(case=case))
        except Refused as refusal:
            if refusal.code is not Refusal.NO_SUCH_MOVE:  # a person settled it while it was on its way
                raise


def _attempt(row: OutgoingMessage) -> str:
    """One try at one letter; a person who has it sent again begins anew."""
    return f"{row.number}:{row.tries}:{row.queued_at.isoformat()}"


def queue_due(house: House) -> None:
    """Queue the letters whose next try is due."""
    with house.unit() as session:
        due = session.execute(
            select(OutgoingMessage.entity, OutgoingMessage.number).where(
                OutgoingMessage.state == "queued", OutgoingMessage.next_try_at <= clock.now(session)
            )
        ).all()
        for entity, number in due:
            lock = f"send_message:{entity}:{number}"
            jobs.defer(session, [Job("send_message", {"entity": entity, "number": number}, queueing_lock=lock)])
