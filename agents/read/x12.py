"""ANSI X12: a document for each transaction of trade in a file, releases 3010 to 8010.

Transactions that this desk has no use for, or that say nothing, are named. What an envelope miscounts, an interchange
that its sender marks as a test and a transaction that stands twice in the file are read, and a failed check says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from agents.read.characters import visible
from agents.read.charsets import characters_of
from agents.read.edi_envelope import checks
from agents.read.limits import CLAIMS_MAX, EDI_BYTES_MAX, EDI_MESSAGES_MAX, TEXT_CHARS_MAX
from agents.read.x12_answer import read_824, read_997, read_ta1
from agents.read.x12_bill import read_810
from agents.read.x12_catalogue import read_832
from agents.read.x12_despatch import read_856
from agents.read.x12_freight import read_204, read_210, read_214
from agents.read.x12_goods import read_861, read_940, read_945
from agents.read.x12_order import read_850, read_855, read_860, read_865
from agents.read.x12_payment import read_820
from agents.read.x12_rest import rest
from agents.read.x12_segments import READER, Sheet, place
from agents.read.x12_syntax import Group, Interchange, NotX12, Transaction, parse
from core.claims import Document, Part, PartState

__all__ = ["READER", "READERS", "read"]

READERS: Mapping[str, Callable[[Transaction, Sheet], Document]] = {
    "204": read_204,
    "210": read_210,
    "214": read_214,
    "810": read_810,
    "820": read_820,
    "824": read_824,
    "832": read_832,
    "850": read_850,
    "855": read_855,
    "856": read_856,
    "860": read_860,
    "861": read_861,
    "865": read_865,
    "940": read_940,
    "945": read_945,
    "997": read_997,
    "999": read_997,
    "TA1": read_ta1,
}


def read(raw: bytes, part: Part) -> tuple[Part, tuple[Document, ...]]:
    """Read one X12 file: a document for each transaction in it that this desk reads."""
    part = replace(part, media_type="application/edi-x12")
    try:
        if len(raw) > EDI_BYTES_MAX:
            raise NotX12(f"the file is larger than {EDI_BYTES_MAX // 1024 // 1024} MB")
        text = characters_of(raw)[0].lstrip("\ufeff \r\n\t")
        part = replace(part, text=text[:TEXT_CHARS_MAX], hidden=(*part.hidden, *visible(text)[1]))
        interchanges = parse(text)
        documents, others = _documents(interchanges, part)
    except NotX12 as error:
        return replace(part, state=PartState.UNREADABLE, why=str(error)), ()
    return _ended(part, documents, others, interchanges), tuple(documents)


def _transactions(interchanges: Sequence[Interchange]) -> Iterator[tuple[Interchange, Group, Transaction]]:
    """Everything that is read on its own, in the file's order."""
    for interchange in interchanges:
        for service in interchange.services:
            yield interchange, Group(None), Transaction("TA1", (service,))
        for group in interchange.groups:
            for transaction in group.transactions:
                yield interchange, group, transaction


def _documents(interchanges: Sequence[Interchange], part: Part) -> tuple[list[Document], list[str]]:
    """The documents of all transactions, and the transactions that are none, named."""
    found = list(_transactions(interchanges))
    documents: list[Document] = []
    others: list[str] = []
    seen: dict[tuple[object, ...], int] = {}
    claims = 0
    if len(found) > EDI_MESSAGES_MAX:
        raise NotX12(f"it holds more than {EDI_MESSAGES_MAX:,} transactions")
    for number, (interchange, group, transaction) in enumerate(found, 1):
        build = READERS.get(transaction.kind)
        if build is None:
            others.append(transaction.kind or "transaction without a kind")
            continue
        sheet = Sheet(part.path, f"ST[{number}]/" if len(found) > 1 else "")
        document = build(transaction, sheet)
        if not document.claims:
            others.append(f"{transaction.kind} that says nothing")
            continue
        document = rest(sheet, place(transaction), document)
        claims += len(document.claims)
        if claims > CLAIMS_MAX:
            raise NotX12(f"it says more than {CLAIMS_MAX:,} things")
        before = seen.setdefault((transaction.kind, transaction.segments[1:-1]), number)
        wrong = [*interchange.wrong, *group.wrong, *transaction.wrong]
        before = number if transaction.kind == "TA1" else before
        of_envelope = checks(wrong, "transaction", number, before, test=interchange.test)
        documents.append(replace(document, checks=(*of_envelope, *document.checks)))
    return documents, others


def _ended(
    part: Part, documents: Sequence[Document], others: Sequence[str], interchanges: Sequence[Interchange]
) -> Part:
    """The part with how reading it ended."""
    named = ", ".join(sorted({other[:60] for other in others})[:8])
    if documents:
        return replace(part, why=f"also holds X12 {named}, of which nothing is read" if others else "")
    wrong = [said for one in interchanges for said in (*one.wrong, *(said for g in one.groups for said in g.wrong))]
    why = f"an X12 {named}: this desk reads nothing of it" if named else "an X12 interchange without a transaction"
    return replace(part, state=PartState.UNREADABLE, why="; ".join((why, *wrong[:1])))
