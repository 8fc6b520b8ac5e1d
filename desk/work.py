"""The work behind the desk, one function a job: read what was stored, work out a case, carry out what was decided, send.

Each is safe to run again: the door's keys, the graph's crash cache and the file names make a repetition find the first
result. A job that cannot be done leaves its subject in a state somebody owns.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

from langgraph.checkpoint.base import BaseCheckpointSaver
from sqlalchemy.orm import Session

from agents.models.openai import OpenAIModel
from agents.models.port import Model
from agents.models.rules import Rules
from agents.read.sandbox import ReaderPool
from agents.read.unread import PicturesWanted
from agents.steps import proposals_of, reading_of, thread_of
from agents.views import DatabaseTools
from core import door, driver, jobs
from core.canonical import digest
from core.cases import Case, CaseState
from core.command import Command, to_wire
from core.deciding.commands import CarryOut
from core.deciding.proposals import Decision
from core.erp import Actor, Because, Job
from core.intake.tables import Message, StoredBytes
from core.payables.commands import ProposeMatched
from core.payables.tables import SupplierInvoice
from core.refusals import Refusal, Refused
from core.simulation import Simulated
from core.stock.ledger import TURN
from desk.house import House
from desk.mail import sending
from desk.mail.settings import MailSettings
from desk.mail.settings import load as load_mail
from desk.settings import Settings

READER = Actor(kind="reader", id="intake")
ADVISER = Actor(kind="system", id="adviser")
CLERK = Actor(kind="system", id="desk")
DECIDED = (CaseState.EXECUTING, CaseState.DONE)
ROUNDS_MAX = 3
"""A case that moves while it is worked out is worked out anew so often."""
PICTURES = "pictures"
"""The lane of slow reading."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The open house with what its work needs: readers, a model, and the crash cache of the reading graph."""

    house: House
    readers: ReaderPool
    model: Model
    checkpointer: BaseCheckpointSaver[str] | None = None
    mail: MailSettings = field(default_factory=MailSettings)

    def tools(self, session: Session, entity: str, *, pictures: bool = True) -> DatabaseTools:
        """What agents are handed, over one session. Without `pictures`, reading a message that holds one raises
        `PicturesWanted`."""

        def simulator(commands: Sequence[Command]) -> Simulated:
            return door.simulate(session, commands, actor=ADVISER, because=Because(says="trying a way out"))

        reader = self.readers.read if pictures else self.readers.read_quickly
        return DatabaseTools(session, entity, self.model, reader, simulator)


def model_of(settings: Settings) -> Model:
    """The model of these settings; the rules when none is named."""
    return OpenAIModel(settings.model, base_url=settings.model_url) if settings.model else Rules()


@contextmanager
def workshop(house: House, checkpointer: BaseCheckpointSaver[str] | None = None) -> Iterator[Workshop]:
    """A workshop with its warm readers, let go at the end."""
    with closing(ReaderPool()) as readers:
        mail = load_mail(house.settings.home, house.settings.entity)
        yield Workshop(house, readers, model_of(house.settings), checkpointer, mail)


def read_message(shop: Workshop, entity: str, message: str, pictures: str = "") -> None:
    """Read one stored message and keep what it says. Read already: nothing is done. One with pictures is queued again for
    the lane where they are read one after another (`pictures` is its name), so that no other message waits for them."""
    with shop.house.session() as session:
        row = session.get(Message, (entity, message))
        stored = session.get(StoredBytes, message)
        if row is None or stored is None:
            raise Refused(Refusal.MESSAGE_UNKNOWN, message)
        if row.state != "stored":  # kept by a run that was killed before it could forget its steps
            forget_reading(shop, entity, message)
            return
        tools = shop.tools(session, entity, pictures=bool(pictures))
        try:
            command = reading_of(entity, message, stored.content, row.name, tools, checkpointer=shop.checkpointer)
        except PicturesWanted:
            jobs.defer(session, [defer_pictures(entity, message)])
            session.commit()
            return
    command = replace(command, trusted=shop.mail.trusted)
    with shop.house.unit() as session:
        door.execute(
            session, command, actor=READER, key=f"read:{message}:{row.readings}", because=Because(message=message)
        )
    forget_reading(shop, entity, message)


def defer_pictures(entity: str, message: str) -> Job:
    """The reading of a message with pictures: one at a time by its lock, so that quick work always has a free hand."""
    arguments = {"entity": entity, "message": message, "pictures": PICTURES}
    return Job("read_message", arguments, lock=PICTURES, queueing_lock=f"read_message:{entity}:{message}")


def forget_reading(shop: Workshop, entity: str, message: str) -> None:
    """Purge the crash cache of a reading that is kept, so that a later reading of the message starts anew."""
    if shop.checkpointer is not None:
        shop.checkpointer.delete_thread(thread_of(entity, message))


def work_case(shop: Workshop, entity: str, case: str) -> None:
    """Work out what could be done about a case, and put it before people. Decided meanwhile: nothing is done.

    Nobody waits while it is worked out. What came out is put down when nothing about the case has moved meanwhile; else it
    is worked out anew, so often and no more: what stands is held against the books again before anybody signs it.
    """
    for left in reversed(range(ROUNDS_MAX)):
        with shop.house.unit() as session:
            row = session.get(Case, (entity, case))
            if row is None or CaseState(row.state) in DECIDED:
                return
            version = row.version
            command = proposals_of(entity, case, shop.tools(session, entity))
            driver.later(session, TURN, {"entity": entity})  # before the case, as every command that changes one
            row = session.get_one(Case, (entity, case), with_for_update=True, populate_existing=True)
            if CaseState(row.state) in DECIDED:
                return
            if row.version == version or not left:
                key = f"propose:{case}:{row.version}:{digest(to_wire(command))[:16]}"
                door.execute(session, command, actor=ADVISER, key=key, because=Because(case=case, message=row.message))
                return


def post_matched(shop: Workshop, entity: str, invoice: str) -> None:
    """Put an invoice that nothing is wrong with on the staircase. Something became wrong with it meanwhile: nothing."""
    with shop.house.unit() as session:
        command = ProposeMatched(entity=entity, invoice=invoice)
        try:
            door.execute(session, command, actor=ADVISER, key=f"matched:{invoice}:{_version(session, entity, invoice)}")
        except Refused as refusal:
            if refusal.code is not Refusal.INVOICE_NOT_OPEN:
                raise


def carry_out(shop: Workshop, entity: str, decision: str) -> None:
    """Carry out an approved decision, once."""
    with shop.house.unit() as session:
        command = CarryOut(entity=entity, decision=decision)
        row = session.get(Decision, (entity, decision))
        because = Because(says="decided", case=row.case, proposal=row.digest) if row else Because(says="decided")
        door.execute(session, command, actor=CLERK, key=f"carry_out:{decision}", because=because)


def send_message(shop: Workshop, entity: str, number: str) -> None:
    """Send an approved mail, or put it into the outbox where no server is configured."""
    sending.send_letter(shop.house, shop.mail.sender, entity, number)


def _version(session: Session, entity: str, invoice: str) -> int:
    row = session.get(SupplierInvoice, (entity, invoice))
    return row.version if row else 0
