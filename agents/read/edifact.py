"""UN/EDIFACT: a document for each message of trade in a file, whatever directory of D.93A to D.21B it names.

Messages that this desk has no use for, or that say nothing, are named. What an envelope miscounts, a message that its
sender marks as a test and one that stands twice in the file are read, and a failed check says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from agents.read.characters import visible
from agents.read.edi_envelope import checks
from agents.read.edifact_answer import read_aperak, read_contrl
from agents.read.edifact_bill import read_invoic
from agents.read.edifact_characters import NotEdifact, Segment
from agents.read.edifact_freight import read_freight
from agents.read.edifact_goods import read_desadv, read_recadv
from agents.read.edifact_money import read_pricat, read_quotes, read_remadv
from agents.read.edifact_orders import read_ordchg, read_orders, read_ordrsp
from agents.read.edifact_rest import rest
from agents.read.edifact_sheet import READER, Sheet, place
from agents.read.edifact_structure import misshapen
from agents.read.edifact_syntax import Interchange, Message, parse
from agents.read.limits import CLAIMS_MAX, EDI_MESSAGES_MAX, TEXT_CHARS_MAX
from core.claims import Document, Part, PartState

__all__ = ["READER", "READERS", "read"]

READERS: Mapping[str, Callable[[Message, Sheet], Document]] = {
    "APERAK": read_aperak,
    "CONTRL": read_contrl,
    "DESADV": read_desadv,
    "IFCSUM": read_freight,
    "IFTMIN": read_freight,
    "IFTSTA": read_freight,
    "INVOIC": read_invoic,
    "ORDCHG": read_ordchg,
    "ORDERS": read_orders,
    "ORDRSP": read_ordrsp,
    "PRICAT": read_pricat,
    "QUOTES": read_quotes,
    "RECADV": read_recadv,
    "REMADV": read_remadv,
}


def read(raw: bytes, part: Part) -> tuple[Part, tuple[Document, ...]]:
    """Read one EDIFACT file: a document for each message in it that this desk reads."""
    part = replace(part, media_type="application/edifact")
    try:
        interchanges, text = parse(raw)
        part = replace(part, text=text[:TEXT_CHARS_MAX], hidden=(*part.hidden, *visible(text)[1]))
        documents, others = _documents(interchanges, part)
    except NotEdifact as error:
        shown = raw.decode("latin-1", "replace")[:TEXT_CHARS_MAX]
        return replace(part, text=part.text or shown, state=PartState.UNREADABLE, why=f"EDIFACT: {error}"), ()
    return _ended(part, documents, others, interchanges), tuple(documents)


def _documents(interchanges: Sequence[Interchange], part: Part) -> tuple[list[Document], list[str]]:
    """The documents of all messages, and the messages that are none, named."""
    several = sum(len(interchange.messages) for interchange in interchanges) > 1
    documents: list[Document] = []
    others: list[str] = []
    seen: dict[tuple[str, tuple[Segment, ...]], int] = {}
    claims = number = 0
    for interchange in interchanges:
        for message in interchange.messages:
            number += 1
            if number > EDI_MESSAGES_MAX:
                raise NotEdifact(f"it holds more than {EDI_MESSAGES_MAX:,} messages")
            build = READERS.get(message.kind)
            if build is None:
                others.append(message.kind or f"message {message.reference[:20]} that does not say what it is")
                continue
            prefix = f"UNH[{number}]/" if several else ""
            sheet = Sheet(part.path, prefix, service=interchange.service)
            document = build(message, sheet)
            if not document.claims:
                others.append(f"{message.kind} that says nothing")
                continue
            document = rest(sheet, place(message), document)
            claims += len(document.claims)
            if claims > CLAIMS_MAX:
                raise NotEdifact(f"it says more than {CLAIMS_MAX:,} things")
            document = replace(document, checks=(*document.checks, *misshapen(message)))
            before = seen.setdefault((message.kind, message.segments[1:-1]), number)
            wrong = [*interchange.wrong, *message.wrong]
            of_envelope = checks(wrong, "message", number, before, test=interchange.test)
            documents.append(replace(document, checks=(*of_envelope, *document.checks)))
    return documents, others


def _ended(
    part: Part, documents: Sequence[Document], others: Sequence[str], interchanges: Sequence[Interchange]
) -> Part:
    """The part with how reading it ended."""
    named = ", ".join(sorted({other[:60] for other in others})[:8])
    if documents:
        return replace(part, why=f"also holds EDIFACT {named}, of which nothing is read" if others else "")
    wrong = [sentence for interchange in interchanges for sentence in interchange.wrong]
    wrong += [
        sentence for interchange in interchanges for message in interchange.messages for sentence in message.wrong
    ]
    why = f"an EDIFACT {named}: this desk reads nothing of it" if named else "an EDIFACT interchange without a message"
    return replace(part, state=PartState.UNREADABLE, why="; ".join((why, *wrong[:2])))
