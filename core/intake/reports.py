"""What mail servers and mail programs report of letters: not delivered, late, delivered, opened. Pure."""

from dataclasses import dataclass

from core.claims import Claim, Reading

NOT_DELIVERED = "failed"
REPORTED = {
    "failed": "A letter came back",
    "delayed": "A letter is late, and its server goes on trying",
    "delivered": "A letter arrived",
    "relayed": "A letter was passed on",
    "expanded": "A letter was passed on to a list",
    "displayed": "A letter was opened",
    "deleted": "A letter was deleted unread",
}
"""By action (RFC 3464) or disposition (RFC 8098)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What became of a letter and why, as somebody's server or program says."""

    action: str
    about: str  # the Message-ID of the letter, "" where the report does not say
    why: str

    @property
    def says(self) -> str:
        """In a sentence without its end."""
        return f"{REPORTED.get(self.action, 'A report on a letter')}: {self.why}"


def report_in(reading: Reading) -> Report | None:
    """The report that a message is; None where it is none."""
    for document in reading.documents:
        action = document.first("report.action")
        if action is not None:
            names = ("message_id", "status", "why", "recipient")
            about, status, why, recipient = (_text(document.first(f"report.{name}")) for name in names)
            said = " ".join(one for one in (status, why) if one) or str(action.value)
            return Report(action=str(action.value), about=about, why=f"{recipient}: {said}" if recipient else said)
    return None


def _text(claim: Claim | None) -> str:
    return " ".join(str(claim.value).split())[:200] if claim is not None else ""
