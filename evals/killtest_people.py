"""The people of the kill test: they approve some of what is proposed, while the worker is killed and brought back.

Which cases they approve follows from the document alone, so that they approve the same in every run.
"""

import threading
from dataclasses import dataclass, field

from sqlalchemy import select

from core import door, jobs
from core.canonical import sha256_hex
from core.cases import Case
from core.deciding.commands import Approve
from core.deciding.proposals import Proposal
from core.erp import Actor, Because, Job
from core.judging import Answer
from core.people.tables import RoleGrant
from core.refusals import Refusal, Refused
from evals.killtest_house import Books

MOVED = (Refusal.BOOKS_MOVED, Refusal.POLICY_MOVED, Refusal.NOT_WHAT_YOU_SAW)
PAUSE = 0.3


@dataclass
class People:
    """Somebody who looks at the inbox again and again, with every hand that may sign."""

    books: Books
    over: threading.Event = field(default_factory=threading.Event)
    approved: int = 0
    tried: set[str] = field(default_factory=set)  # hashes that everybody has looked at
    failed: list[BaseException] = field(default_factory=list)

    def work(self) -> None:
        """Approve until told to stop. For a thread of its own."""
        try:
            while not self.over.wait(PAUSE):
                self.approve_some()
        except BaseException as failure:
            self.failed.append(failure)

    def approve_some(self) -> int:
        """Look once through what is proposed. Gives how many decisions came of it."""
        with self.books.unit() as session:
            wanted = select(Case.entity, Case.number, Case.message, Case.code).where(
                Case.state.in_(("proposed", "half_signed")), Case.message.is_not(None)
            )
            due = [
                (entity, number) for entity, number, message, code in session.execute(wanted) if chosen(message, code)
            ]
        made = sum(self._approve(entity, number) for entity, number in due)
        self.approved += made
        return made

    def _approve(self, entity: str, number: str) -> bool:
        """Let everybody try to sign the first way of a case. Gives whether it was decided."""
        with self.books.unit() as session:
            first = session.execute(
                select(Proposal.digest, Proposal.body)
                .where(
                    Proposal.entity == entity,
                    Proposal.case == number,
                    Proposal.state == "proposed",
                    Proposal.place == 1,
                )
                .order_by(Proposal.version.desc())
            ).first()
            grants = select(RoleGrant.person).where(RoleGrant.entity == entity).distinct().order_by(RoleGrant.person)
            hands = session.scalars(grants).all()
        if first is None or first.digest in self.tried or first.body["verdict"]["answer"] == Answer.REFUSE:
            return False
        self.tried.add(first.digest)
        return any(self._sign(entity, number, first.digest, person) for person in hands)

    def _sign(self, entity: str, number: str, digest: str, person: str) -> bool:
        try:
            with self.books.unit() as session:
                outcome = door.execute(
                    session,
                    Approve(entity=entity, case=number, digest=digest, person=person),
                    actor=Actor(kind="person", id=person),
                    key=f"{person}:{digest}",
                    because=Because(case=number, proposal=digest),
                )
            return "decision" in outcome.result and not outcome.repeated
        except Refused as refusal:
            if refusal.code in MOVED:
                self._work_anew(entity, number)
            return False

    def _work_anew(self, entity: str, number: str) -> None:
        """What was seen is stale: ask for a fresh card, as the desk does."""
        arguments = {"entity": entity, "case": number}
        with self.books.unit() as session:
            jobs.defer(session, [Job("work_case", arguments, queueing_lock=f"work_case:{entity}:{number}")])


def chosen(message: str | None, code: str) -> bool:
    """Is this one of the cases that get approved? About two thirds are, by the hash of the document."""
    return int(sha256_hex(f"{message}:{code}".encode()), 16) % 3 != 0
