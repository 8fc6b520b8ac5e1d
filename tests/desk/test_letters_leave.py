"""Approved letters leave once, keep their thread, and where nobody can tell what became of one a person decides."""

import email
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from agents.read.document import read_message
from core import clock, door
from core.cases import Case, CaseFinding
from core.deciding.commands import Approve
from core.deciding.proposals import Decision, Proposal
from core.erp import Actor
from core.intake.commands import BeginSending, LeaveInMailbox, SendMessage, SettleLetter
from core.intake.storing import store
from core.intake.tables import Message, OutgoingMessage
from core.reading_wire import to_wire
from core.refusals import Refused
from desk import work
from desk.house import House
from desk.mail import sending, smtp
from desk.mail.settings import Secret, SenderSettings, Server
from tests.desk.friday import AFTERNOON
from tests.desk.mail_servers import Post, certificate, free_port, smtp_server

PRIYA = Actor(kind="person", id="priya")


@pytest.fixture
def post() -> Iterator[Post]:
    with smtp_server() as running:
        yield running


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 1.0)
    real = smtp.send
    monkeypatch.setattr(smtp, "send", lambda *given: real(*given, seconds=1.0))


def sender_at(port: int) -> SenderSettings:
    server = Server(host="127.0.0.1", port=port, tls="none", user="", secret=None)
    return SenderSettings(server=server, address="desk@harbor-pine.example", name="Harbor & Pine, exception desk")


def letter(house: House, **more: str) -> str:
    facts = {"recipient": "jonas@kestrel.example", "subject": "Your invoice", "body": "Hello\n.\nbye", **more}
    with house.unit() as session:
        case = session.scalars(select(Case.number).order_by(Case.number)).first() or "CASE-1"
        command = SendMessage(entity="HP", case=case, **facts)
        return str(door.execute(session, command, actor=PRIYA, key=f"send {facts}").result["outgoing_message"])


def row(house: House, number: str) -> OutgoingMessage:
    with house.session() as session:
        return session.get_one(OutgoingMessage, ("HP", number))


def cases(house: House, number: str) -> list[Case]:
    with house.session() as session:
        wanted = (Case.cause == f"letter:{number}", Case.closed_at.is_(None))
        return list(session.scalars(select(Case).where(*wanted)))


def later(house: House, hours: float) -> House:
    return replace(house, clock=clock.fixed(AFTERNOON + timedelta(hours=hours)))


def test_a_letter_leaves_once_and_is_noted_as_sent(house: House, post: Post) -> None:
    number = letter(house)

    for _ in range(3):
        sending.send_letter(house, sender_at(post.port), "HP", number)

    ((from_, to, raw),) = post.taken
    mail = email.message_from_bytes(raw)
    assert (from_, to) == ("desk@harbor-pine.example", ["jonas@kestrel.example"])
    assert mail["Message-ID"] == row(house, number).message_id
    assert mail.get_payload().replace("\r\n", "\n") == "Hello\n.\nbye\n"
    assert (row(house, number).state, row(house, number).sent_to) == ("sent", "smtp 127.0.0.1: 2.0.0 queued as 4711")


def test_a_letter_names_its_thread(house: House, post: Post) -> None:
    raw = (
        b"From: sales@kestrel.example\r\nSubject: KF-1\r\nMessage-ID: <c@k>\r\nIn-Reply-To: <b@k>\r\n"
        b"References: <a@k> <b@k>\r\n\r\nPlease see below.\r\n"
    )
    with house.unit() as session:
        sha = store(session, raw, entity="HP", name="m", source="test", actor=PRIYA)
        message = session.get_one(Message, ("HP", sha))
        message.message_id, message.reading = "<c@k>", to_wire(read_message(raw))
    number = letter(house, in_reply_to="<c@k>")

    sending.send_letter(house, sender_at(post.port), "HP", number)

    mail = email.message_from_bytes(post.taken[0][2])
    assert (mail["In-Reply-To"], mail["References"]) == ("<c@k>", "<a@k> <b@k> <c@k>")


@pytest.mark.parametrize(
    ("step", "says", "state"),
    [
        ("RCPT", "550 5.1.1 no such user", "failed"),
        ("RCPT", "450 4.2.1 try later", "queued"),
        ("MAIL", "451 4.3.0 try later", "queued"),
        ("DATA", "554 5.7.1 looks like spam", "failed"),
        ("DATA", "451 4.3.0 disk full", "queued"),
    ],
)
def test_a_refusal_is_final_or_is_tried_again_later(house: House, post: Post, step: str, says: str, state: str) -> None:
    number = letter(house)
    post.answers[step] = says

    sending.send_letter(house, sender_at(post.port), "HP", number)

    told = row(house, number)
    assert (told.state, says.split()[1] in told.why) == (state, True)
    assert (told.next_try_at is not None) == (state == "queued")
    assert len(cases(house, number)) == (1 if state == "failed" else 0)
    post.answers.clear()
    sending.send_letter(house, sender_at(post.port), "HP", number)
    assert len(post.taken) == (0 if state == "failed" else 1)


@pytest.mark.parametrize("says", ["hang", "cut"])
def test_a_letter_whose_answer_never_comes_is_a_persons_and_is_not_repeated(
    house: House, post: Post, says: str
) -> None:
    number = letter(house)
    post.answers["DATA"] = says

    sending.send_letter(house, sender_at(post.port), "HP", number)
    post.answers.clear()
    sending.send_letter(house, sender_at(post.port), "HP", number)

    assert (row(house, number).state, len(post.taken)) == ("in_doubt", 1)
    (case,) = cases(house, number)
    assert "perhaps not told" in case.says


def test_a_worker_killed_around_the_last_byte_leaves_the_letter_in_doubt(house: House, post: Post) -> None:
    number = letter(house)
    with house.unit() as session:
        command = BeginSending(entity="HP", number=number, message_id="<x@y>")
        door.execute(session, command, actor=PRIYA, key="killed here")

    sending.send_letter(house, sender_at(post.port), "HP", number)

    assert (row(house, number).state, post.taken) == ("in_doubt", [])


def test_a_worker_killed_before_the_last_byte_sends_it_anew_under_the_same_id(
    house: House, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = letter(house)

    def die(*given: object, **named: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending.door, "execute", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_letter(house, sender_at(post.port), "HP", number)
    assert post.taken == []
    sending.send_letter(house, sender_at(post.port), "HP", number)

    assert (row(house, number).state, len(post.taken)) == ("sent", 1)


def test_two_workers_at_once_send_one_letter(house: House, post: Post) -> None:
    number = letter(house)
    both = threading.Barrier(2)
    real = sending.smtp._handed_over

    def together(*given: object) -> smtp.Outcome:
        both.wait(timeout=10)
        return real(*given)  # type: ignore[arg-type]  # handed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending.smtp, "_handed_over", together)
        threads = [
            threading.Thread(target=sending.send_letter, args=(house, sender_at(post.port), "HP", number))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert (row(house, number).state, len(post.taken)) == ("sent", 1)


def test_a_server_that_is_gone_is_tried_for_two_days_and_then_it_is_somebodys_case(house: House) -> None:
    number = letter(house)
    nobody = sender_at(free_port())

    sending.send_letter(house, nobody, "HP", number)
    waits = row(house, number).next_try_at
    assert waits is not None
    assert cases(house, number) == []
    sending.queue_due(later(house, 1))
    sending.send_letter(later(house, 49), nobody, "HP", number)

    assert row(house, number).state == "failed"
    (case,) = cases(house, number)
    with house.session() as session:
        (found,) = session.scalars(select(CaseFinding).where(CaseFinding.case == case.number))
    assert (case.code, found.headline) == ("integration_failed", "A letter could not be sent")


def test_a_person_has_it_sent_again_under_the_same_id(house: House, post: Post) -> None:
    number = letter(house)
    post.answers["DATA"] = "cut"
    sending.send_letter(house, sender_at(post.port), "HP", number)
    post.answers.clear()

    with house.unit() as session:
        again = SettleLetter(entity="HP", number=number, outcome="again")
        door.execute(session, again, actor=PRIYA, key="again")
    sending.send_letter(house, sender_at(post.port), "HP", number)

    ids = {email.message_from_bytes(raw)["Message-ID"] for _, _, raw in post.taken}
    assert (row(house, number).state, len(post.taken), len(ids)) == ("sent", 2, 1)
    assert cases(house, number) == []


def test_what_was_sent_cannot_be_settled(house: House, post: Post) -> None:
    number = letter(house)
    sending.send_letter(house, sender_at(post.port), "HP", number)
    with pytest.raises(Refused), house.unit() as session:
        door.execute(session, SettleLetter(entity="HP", number=number, outcome="again"), actor=PRIYA, key="no")


def test_without_a_server_letters_lie_in_the_outbox(house: House) -> None:
    number = letter(house)

    sending.send_letter(house, None, "HP", number)

    (file,) = house.settings.outbox.glob(f"*{number}.eml")
    mail = email.message_from_bytes(file.read_bytes())
    assert mail["Message-ID"] == row(house, number).message_id
    assert row(house, number).sent_to == f"outbox {file.name}"


def test_the_person_whose_case_it_is_has_a_doubtful_letter_sent_again_by_the_usual_staircase(
    house: House, post: Post
) -> None:
    number = letter(house)
    post.answers["DATA"] = "cut"
    sending.send_letter(house, sender_at(post.port), "HP", number)
    post.answers.clear()
    (case,) = cases(house, number)
    with work.workshop(house) as shop:
        work.work_case(shop, "HP", case.number)
        with house.unit() as session:
            ways = session.scalars(select(Proposal).where(Proposal.case == case.number, Proposal.state == "proposed"))
            digests = {proposal.option: proposal.digest for proposal in ways}
        assert set(digests) == {"send_again", "letter_arrived", "said_otherwise"}
        with house.unit() as session:
            command = Approve(entity="HP", case=case.number, digest=digests["send_again"], person="mara")
            door.execute(session, command, actor=Actor(kind="person", id="mara"), key="approve")
        with house.session() as session:
            decision = session.scalars(select(Decision.number).where(Decision.case == case.number)).one()
        work.carry_out(shop, "HP", decision)
    sending.send_letter(house, sender_at(post.port), "HP", number)

    assert (row(house, number).state, len(post.taken)) == ("sent", 2)
    assert cases(house, number) == []


def test_a_message_left_in_its_mailbox_is_closed_by_whoever_fetched_it(house: House) -> None:
    with house.unit() as session:
        command = LeaveInMailbox(
            entity="HP", mailbox="orders", uidvalidity=7, uid=3, size=9, why="it has 31.0 MB", subject="Catalogue"
        )
        door.execute(session, command, actor=PRIYA, key="left")
        case = session.scalars(select(Case.number).where(Case.cause == "mailbox:orders:7:3")).one()
    with work.workshop(house) as shop:
        work.work_case(shop, "HP", case)
        with house.unit() as session:
            wanted = (Proposal.case == case, Proposal.state == "proposed")
            (proposal,) = session.scalars(select(Proposal).where(*wanted)).all()
            approve = Approve(entity="HP", case=case, digest=proposal.digest, person="noah")
            door.execute(session, approve, actor=Actor(kind="person", id="noah"), key="approve")
        with house.session() as session:
            decision = session.scalars(select(Decision.number).where(Decision.case == case)).one()
        work.carry_out(shop, "HP", decision)
    with house.session() as session:
        assert session.get_one(Case, ("HP", case)).closed_at is not None


def test_a_letter_goes_out_under_tls_to_a_server_whose_certificate_is_known(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_TEST_PASSWORD", "correct horse")
    cert, key = certificate(tmp_path)
    heard: list[tuple[str, str]] = []
    with smtp_server(tls=(cert, key), heard=heard) as post:
        server = Server(
            host="127.0.0.1",
            port=post.port,
            tls="starttls",
            user="desk",
            secret=Secret(env="SMTP_TEST_PASSWORD"),
            ca_file=cert,
        )
        known = SenderSettings(server=server, address="desk@harbor-pine.example")
        stranger = replace(known, server=replace(server, ca_file=None))
        number = letter(house)

        sending.send_letter(house, stranger, "HP", number)
        assert (row(house, number).state, post.taken, heard) == ("queued", [], [])
        assert "certificate" in row(house, number).why
        sending.send_letter(house, known, "HP", number)

    assert (row(house, number).state, heard) == ("sent", [("desk", "correct horse")])


def test_a_server_that_offers_no_tls_is_told_neither_password_nor_letter(
    house: House, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_TEST_PASSWORD", "correct horse")
    server = replace(sender_at(post.port).server, tls="starttls", user="desk", secret=Secret(env="SMTP_TEST_PASSWORD"))
    number = letter(house)

    sending.send_letter(house, replace(sender_at(post.port), server=server), "HP", number)

    assert (row(house, number).state, post.taken) == ("queued", [])
    assert "correct horse" not in row(house, number).why
