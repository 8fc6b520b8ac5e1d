"""What we would answer to an X12 interchange: a 997 (where a group follows an implementation guide, a 999) for each group.

Pure: it takes the interchange as it was taken apart and gives the bytes of the answer. Nothing here sends anything: an
answer goes out like every message of this house, after somebody with authority said so.
"""

from collections.abc import Sequence
from datetime import datetime

from agents.read.x12_syntax import Group, Interchange, Transaction


def acknowledge(interchange: Interchange, *, at: datetime, control: int, accepts: Sequence[str] = ()) -> bytes:
    """The answer to one interchange: its sender is our receiver. `control` numbers the answer, `at` dates it.

    `accepts` are the kinds of transactions we read; where it is given, any other is rejected as not supported. A
    transaction whose envelope does not count is rejected, and so is a group; an interchange whose own envelope does not
    count is answered with a TA1 that rejects it. Acknowledgments themselves are never acknowledged.
    """
    header, sign = interchange.header, interchange.separators.element
    end = interchange.separators.terminator
    component = interchange.separators.component or ">"
    release = next((group.header.at(8) for group in interchange.groups if group.header), "004010")
    sender, receiver = header.elements[7:9], header.elements[5:7]
    date, time = f"{at:%y%m%d}", f"{at:%H%M}"
    isa = [
        "ISA", "00", " " * 10, "00", " " * 10, sender[0], f"{sender[1].strip():<15}", receiver[0],
        f"{receiver[1].strip():<15}", date, time, header.at(11) or "U", header.at(12) or "00401", f"{control:09d}", "0",
        header.at(15) or "P", component,
    ]  # fmt: skip
    groups = [group for group in interchange.groups if group.header is not None and group.header.at(1) != "FA"]
    body: list[str] = []
    if interchange.wrong:
        body.append(sign.join(("TA1", interchange.control, header.at(9), header.at(10), "R", _note(interchange))))
        groups = []
    if groups:
        first = groups[0].header
        assert first is not None
        body.append(sign.join(("GS", "FA", first.at(3), first.at(2), f"{at:%Y%m%d}", time, str(control), "X", release)))
        for number, group in enumerate(groups, 1):
            body += _group(group, number, release, sign, accepts)
        body.append(sign.join(("GE", str(len(groups)), str(control))))
    body.append(sign.join(("IEA", "1" if groups else "0", f"{control:09d}")))
    return "".join(f"{segment}{end}" for segment in (sign.join(isa), *body)).encode()


def _group(group: Group, number: int, release: str, sign: str, accepts: Sequence[str]) -> list[str]:
    """One 997 or 999 about one group."""
    assert group.header is not None
    guided = "X" in release
    kind, answer = ("999", "IK5") if guided else ("997", "AK5")
    control = f"{number:04d}"
    about = ("AK1", group.header.at(1), group.control, *([release] if guided else []))
    segments = [sign.join(("ST", kind, control)), sign.join(about)]
    taken = 0
    for transaction in group.transactions:
        errors = _errors(transaction, accepts)
        taken += not errors
        segments.append(sign.join(("AK2", transaction.kind, transaction.control)))
        segments.append(sign.join((answer, *(("R", *errors) if errors else ("A",)))))
    found = len(group.transactions)
    wrong = _group_errors(group)
    code = "R" if wrong or not taken else "A" if taken == found else "P"
    segments.append(sign.join(("AK9", code, str(found), str(found), "0" if wrong else str(taken), *wrong)))
    segments.append(sign.join(("SE", str(len(segments) + 1), control)))
    return segments


def _errors(transaction: Transaction, accepts: Sequence[str]) -> tuple[str, ...]:
    """Element 718: what is wrong with a transaction."""
    found: list[str] = []
    if accepts and transaction.kind not in accepts:
        found.append("1")
    if not transaction.closed:
        found.append("2")
    for sentence in transaction.wrong:
        if "is closed as" in sentence:
            found.append("3")
        elif "segments" in sentence:
            found.append("4")
        elif "is not closed" in sentence and transaction.closed:
            found.append("5")
    return tuple(dict.fromkeys(found))


def _group_errors(group: Group) -> tuple[str, ...]:
    """Element 716: what is wrong with a group."""
    found = ["4" if "is closed as" in sentence else "5" for sentence in group.wrong]
    return tuple(dict.fromkeys(found))


def _note(interchange: Interchange) -> str:
    """Element I18: why an interchange is rejected."""
    for sentence in interchange.wrong:
        if "is closed as" in sentence:
            return "001"  # the control numbers of header and trailer do not match
        if "groups" in sentence:
            return "021"  # invalid number of included groups
        if "is not closed" in sentence:
            return "023"  # improper (premature) end of file
    return "022"  # invalid control structure
