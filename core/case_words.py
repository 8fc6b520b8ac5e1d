"""How a case reads: a short title for the queue and one full sentence, both composed from its findings."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from core import wording
from core.case_defaults import BY_WEIGHT, WEIGHT
from core.cases import Code
from core.money import ZERO

CLAUSES_MAX = 2
LEGAL_FORMS = re.compile(
    r",?\s+(GmbH( & Co\.? KG)?|AG|KG|Inc\.?|LLC|Ltd\.?|Limited|Corp\.?|B\.?V\.?|N\.?V\.?|S\.?A\.?( de C\.?V\.?)?"
    r"|S\.?A\.?R\.?L\.?|SAS|S\.?L\.?|S\.?p\.?A\.?|S\.?r\.?l\.?|AB|A/S|ApS|Oy|Pty|plc)$"
)


class Said(Protocol):
    """What of a finding is told: rows of `case_finding` are such."""

    code: Any
    headline: Any
    says: Any
    facts: Any


def heaviest_first(findings: Sequence[Said]) -> list[Said]:
    """By weight of their codes; equal ones as they were found."""
    return sorted(findings, key=lambda finding: WEIGHT[finding.code])


def title(findings: Sequence[Said]) -> str:
    """The one or two heaviest kinds, as they stand in a queue: "Short receipt, price variance"."""
    names = list(dict.fromkeys(_name(one) for one in heaviest_first(findings)))
    first, *rest = names[:CLAUSES_MAX]
    return ", ".join([first, *(name[0].lower() + name[1:] for name in rest)])


def _name(finding: Said) -> str:
    """What a finding is called: as its trade calls it, else as its code is called."""
    return str(finding.facts.get("case_name") or BY_WEIGHT[Code(finding.code)].name)


LINE_BY_LINE = (Code.SUPPLIER_PRICE_CHANGE, Code.INVOICE_WITHOUT_ORDER)
"""Exceptions found once a line; of the others, several findings are several messages of the same."""


def sentence(supplier: str, findings: Sequence[Said]) -> str:
    """One sentence with the figures that matter: "Kestrel billed 120 pieces we have not received, and raised a price by
    7.9%". The two heaviest kinds are told; the others stand beside it as findings. Takes the supplier's name as on
    record, "" when nobody knows it; what is about no supplier says in its facts who it is about."""
    ordered = heaviest_first(findings)
    groups: dict[str, list[Said]] = {}
    for finding in ordered:
        groups.setdefault(finding.code, []).append(finding)
    clauses = [_clause(code, group) for code, group in list(groups.items())[:CLAUSES_MAX]]
    who = LEGAL_FORMS.sub("", supplier) or ordered[0].facts.get("who") or "An unknown sender"
    return f"{who} {', and '.join(clauses)}"


def _clause(code: str, group: Sequence[Said]) -> str:
    """What the supplier did, as a verb phrase: from the findings' own clause, else from the headline."""
    default = BY_WEIGHT[Code(code)]
    facts = group[0].facts
    clause = facts.get("clause")
    if clause is None:
        more = f" and {len(group) - 1} more" if len(group) > 1 else ""
        return f"{default.verb} {_lowered(group[0].headline)}{more}"
    if "{}" not in clause:
        lines = f", in {len(group)} lines" if len(group) > 1 and Code(code) in LINE_BY_LINE else ""
        return f"{clause}{lines}"
    return str(clause.replace("{}", _prices(group) if code == Code.INVOICE_PRICE_VARIANCE else _pieces(group)))


def _pieces(group: Sequence[Said]) -> str:
    """The pieces of all lines together when they are counted alike, else how many lines."""
    units = {one.facts.get("unit", "") for one in group}
    if len(units) > 1:
        return wording.plural(len(group), "line")
    return counted(sum((Decimal(one.facts["quantity"]) for one in group), ZERO), units.pop())


def _prices(group: Sequence[Said]) -> str:
    most = wording.percent(max(Decimal(one.facts["percent"]) for one in group))
    if len(group) == 1:
        return f"the price of {group[0].facts['item']} by {most}"
    return f"{len(group)} prices by up to {most}"


def counted(value: Decimal, unit: str) -> str:
    """A quantity with its unit as people say it: 120 pieces, 1 piece, 2.5 kg."""
    if unit in ("pcs", ""):
        return wording.plural(value, "piece")
    if unit == "box":
        return wording.plural(value, "box", "boxes")
    return f"{wording.quantity(value)} {unit}"


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
