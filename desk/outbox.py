"""Where approved mail goes while no mail server is configured: a folder of `.eml` files, and nowhere else.

Sending through SMTP is not there yet, and the desk says so: `sent_to` names the file.
"""

from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from core.intake.tables import OutgoingMessage

FROM = "desk@harbor-pine.example"


def put(message: OutgoingMessage, folder: Path) -> Path:
    """Write one mail; the same mail again writes the same file. Gives where it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    mail = EmailMessage()
    mail["From"] = FROM
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.queued_at)
    mail["Message-ID"] = f"<{message.entity}.{message.number}@harbor-pine.example>"
    if message.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = message.in_reply_to
    mail.set_content(message.body)
    file = folder / f"{message.entity}-{message.number}.eml"
    file.write_bytes(mail.as_bytes())
    return file
