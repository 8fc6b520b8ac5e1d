"""Reports of mail servers and mail programs, S/MIME, mbox: each is told for what it is, and nothing in it is news."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from agents.read.document import read_message
from core.claims import PartState, Reading
from core.intake.reports import report_in
from core.intake.trust import noise

OURS = "<HP.OM-7.0123456789abcdef@harbor-pine.example>"
HEAD = "From: Mail Delivery Subsystem <mailer-daemon@mx.kestrel.example>\nTo: desk@harbor-pine.example\nSubject: {}\n"
STATUS = """From: MAILER-DAEMON@mx.kestrel.example
To: desk@harbor-pine.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

This is the mail system at host mx.kestrel.example. I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kestrel.example

Final-Recipient: rfc822; priya@kestrel.example
Action: delivered
Status: 2.0.0

Final-Recipient: rfc822; jonas@kestrel.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <jonas@kestrel.example>: Recipient address
    rejected: User unknown

--b
Content-Type: message/rfc822

From: desk@harbor-pine.example
Subject: Your invoice KF-9 over 1,200.00 EUR
Message-ID: {id}

We pay 1,200.00 EUR for PO-40417 on 27 November.
--b--
"""


def read(raw: str) -> Reading:
    return read_message(raw.encode())


def supported(reading: Reading) -> bool:
    """Whether every claim stands where it says it stands."""
    texts = {part.path: part.text for part in reading.parts}
    return all(
        texts[claim.span.part][claim.span.start : claim.span.end] == claim.span.text
        for document in reading.documents
        for claim in document.claims
    )


def test_a_delivery_report_says_what_became_of_which_letter_and_why() -> None:
    reading = read(STATUS.format(action="failed", status="5.1.1", id=OURS))

    told = report_in(reading)

    assert told is not None
    assert (told.action, told.about) == ("failed", OURS)
    assert told.why.startswith("jonas@kestrel.example: 5.1.1 550 5.1.1")
    assert noise(reading).startswith("A letter came back")
    assert supported(reading)


def test_the_letter_that_is_reported_on_is_not_read_as_news() -> None:
    reading = read(STATUS.format(action="failed", status="5.1.1", id=OURS))

    (returned,) = [part for part in reading.parts if part.why == "the letter that is reported on"]
    assert returned.state is PartState.SET_ASIDE
    assert not any(claim.field == "order.number" for document in reading.documents for claim in document.claims)


@pytest.mark.parametrize(
    ("action", "status", "told"), [("delayed", "4.4.1", "delayed"), ("relayed", "2.0.0", "delivered")]
)
def test_a_report_that_is_no_failure_says_the_worst_it_knows(action: str, status: str, told: str) -> None:
    report = report_in(read(STATUS.format(action=action, status=status, id=OURS)))
    assert report is not None
    assert report.action == told


def test_a_read_receipt_is_one() -> None:
    raw = (
        "From: jonas@kestrel.example\nSubject: Read: Your invoice\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
        "--b\n\nYour message was read.\n--b\nContent-Type: message/disposition-notification\n\n"
        f"Final-Recipient: rfc822;jonas@kestrel.example\nOriginal-Message-ID: {OURS}\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    )

    told = report_in(read(raw))

    assert told is not None
    assert (told.action, told.about) == ("displayed", OURS)
    assert told.says.startswith("A letter was opened")


@pytest.mark.parametrize(
    ("subject", "action"),
    [
        ("failure notice", "failed"),
        ("Mail delivery failed: returning message to sender", "failed"),
        ("Undeliverable: Your invoice", "failed"),
        ("Delivery Status Notification (Delay)", "delayed"),
        ("Unzustellbar: Ihre Rechnung", "failed"),
        ("Warning: message delayed 4 hours, delivery incomplete", "delayed"),
    ],
)
def test_a_server_that_writes_in_its_own_words_is_understood(subject: str, action: str) -> None:
    raw = HEAD.format(subject) + (
        "\nHi. This is the qmail-send program.\n\n<jonas@kestrel.example>:\n550 5.1.1 sorry, no mailbox here\n\n"
        f"--- Below this line is a copy of the message.\n\nMessage-ID: {OURS}\nSubject: Your invoice\n"
    )

    reading = read(raw)
    told = report_in(reading)

    assert told is not None
    assert (told.action, told.about) == (action, OURS)
    assert supported(reading)


@pytest.mark.parametrize(
    "raw",
    [
        "From: jonas@kestrel.example\nSubject: Undeliverable: PO-40417\n\nWe cannot deliver before Monday.\n",
        HEAD.format("Your statement of account") + "\nPlease find it attached.\n",
        "From: a@b.example\nSubject: Re: returned goods\n\nThey were returned to sender.\n",
    ],
)
def test_a_person_who_writes_of_deliveries_is_no_mail_server(raw: str) -> None:
    assert report_in(read(raw)) is None


def test_a_report_with_an_invoice_in_it_is_not_put_away_as_a_report() -> None:
    raw = STATUS.format(action="failed", status="5.1.1", id=OURS)
    ubl = open_invoice()
    raw = raw.replace("--b--", f"--b\nContent-Type: application/xml\n\n{ubl}\n--b--")
    assert noise(read(raw)) == ""


def open_invoice() -> str:
    cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
    ubl = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    return f'<Invoice xmlns="{ubl}" xmlns:c="{cbc}"><c:ID>1</c:ID></Invoice>'


@pytest.fixture(scope="module")
def signer() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Jonas")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    return made, key


LETTER = b"Content-Type: text/plain\r\n\r\nYour order PO-40417 ships on 27 November 2026.\r\n"


def signed(signer: tuple[x509.Certificate, rsa.RSAPrivateKey], *options: pkcs7.PKCS7Options) -> bytes:
    made, key = signer
    builder = pkcs7.PKCS7SignatureBuilder().set_data(LETTER).add_signer(made, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.SMIME, list(options))


def test_a_mail_signed_in_the_clear_is_read(signer: tuple[x509.Certificate, rsa.RSAPrivateKey]) -> None:
    raw = b"From: jonas@kestrel.example\r\nSubject: x\r\n" + signed(signer, pkcs7.PKCS7Options.DetachedSignature)

    reading = read_message(raw)

    assert any("27 November" in part.text for part in reading.parts)
    assert [part.state for part in reading.parts if "signature" in part.media_type] == [PartState.SET_ASIDE]


def test_a_mail_inside_its_signature_is_read(signer: tuple[x509.Certificate, rsa.RSAPrivateKey]) -> None:
    made, key = signer
    builder = pkcs7.PKCS7SignatureBuilder().set_data(LETTER).add_signer(made, key, hashes.SHA256())
    der = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    head = (
        b"From: jonas@kestrel.example\r\nSubject: x\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data;"
        b" name=smime.p7m\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    )

    reading = read_message(head + der)

    assert any("27 November" in part.text for part in reading.parts)
    assert reading.documents[0].first("order.number")


def test_a_sealed_mail_stays_closed(signer: tuple[x509.Certificate, rsa.RSAPrivateKey]) -> None:
    made, _ = signer
    sealed = pkcs7.PKCS7EnvelopeBuilder().set_data(LETTER).add_recipient(made).encrypt(serialization.Encoding.DER, [])
    head = (
        b"From: jonas@kestrel.example\r\nSubject: x\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data;"
        b" name=smime.p7m\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    )

    reading = read_message(head + sealed)

    (part,) = [one for one in reading.parts if one.name == "smime.p7m"]
    assert (part.state, part.why) == (PartState.UNREADABLE, "a mail sealed with S/MIME; this desk has no key for it")


def test_damaged_signatures_end_in_a_sentence(signer: tuple[x509.Certificate, rsa.RSAPrivateKey]) -> None:
    made, key = signer
    builder = pkcs7.PKCS7SignatureBuilder().set_data(LETTER).add_signer(made, key, hashes.SHA256())
    der = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    chance = random.Random(7)
    for _ in range(200):
        broken = bytearray(der)
        broken[chance.randrange(200)] = chance.randrange(256)
        reading = read_message(bytes(broken[: chance.randrange(30, len(der))]), "smime.p7m")
        assert len(reading.parts) >= 1


def test_an_mbox_is_as_many_mails_as_it_holds() -> None:
    one = (
        "From jonas Fri Nov 20 09:00:00 2026\nFrom: jonas@kestrel.example\nSubject: {0}\n\n"
        "It ships on {0} November 2026.\n>From here\n\n"
    )

    reading = read("".join(one.format(day) for day in (27, 28, 29)))

    assert [part.text for part in reading.parts if part.path.endswith("subject")] == ["27", "28", "29"]
    assert reading.sender == ""
    assert "\nFrom here" in next(part.text for part in reading.parts if part.path.endswith("body"))


def test_a_mail_with_a_from_line_before_it_is_one_mail() -> None:
    reading = read(
        "From jonas Fri Nov 20 09:00:00 2026\nFrom: jonas@kestrel.example\nSubject: x\n\nHello\n\nFrom here on\n"
    )
    assert reading.sender == "jonas@kestrel.example"
