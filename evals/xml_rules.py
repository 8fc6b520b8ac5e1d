"""The rules of EN 16931 against their publishers' own cases: `python -m evals.xml_rules [--folder DIR]`.

CEN publishes, for each rule of its UBL stylesheet, documents that must keep it and documents that must break it. Each is
held against the rules as a reader does it; agreement is that a rule which must fail does, with the very severity, and one
that must hold does. A difference is listed with its file. Exit status 1 when one is not in `EXPLAINED`.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from agents.read.en16931 import UBL, broken
from agents.read.structured import Element, local, text_of

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT.parent / "shared" / "samples" / "en16931_cen" / "test"
EXPLAINED: dict[str, str] = {}
"""Rules whose units differ from the stylesheet at hand, and why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One document of a rule's file: what must be said of which rule."""

    file: str
    rule: str
    verdict: str  # success, error or warning
    document: Element


def units_in(folder: Path) -> Iterator[Unit]:
    """Every document of every rule file, with each of its verdicts."""
    for path in sorted(folder.rglob("*.xml")):
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        if local(root) != "testSet":
            continue
        for test in (child for child in root if isinstance(child.tag, str) and local(child) == "test"):
            document = next((c for c in test if isinstance(c.tag, str) and local(c) in ("Invoice", "CreditNote")), None)
            said = [
                c for a in test if isinstance(a.tag, str) and local(a) == "assert" for c in a if isinstance(c.tag, str)
            ]
            for verdict in said:
                if document is not None and local(verdict) in ("success", "error", "warning"):
                    yield Unit(str(path.relative_to(folder)), text_of(verdict).strip(), local(verdict), document)


def differs(unit: Unit) -> str:
    """What the rules say otherwise, "" for nothing."""
    document = etree.fromstring(etree.tostring(unit.document, with_tail=False))
    found = {check.name: check.warning for check in broken(document, UBL) if check.name == unit.rule}
    if unit.verdict == "success":
        return "must hold and is broken" if found else ""
    if unit.rule not in found:
        return f"must be broken ({unit.verdict}) and holds"
    return "" if found[unit.rule] == (unit.verdict == "warning") else f"is no {unit.verdict}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, print. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.xml_rules", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        print(f"There are no rule units in {given.folder}: nothing was run.")
        return 0
    units = list(units_in(given.folder))
    began = time.process_time()
    wrong = [(unit, says) for unit in units if (says := differs(unit))]
    seconds = time.process_time() - began
    for unit, says in wrong:
        print(f"{unit.file}: {unit.rule} {says}. {EXPLAINED.get(unit.rule, 'NOT EXPLAINED')}")
    files, rules = len({unit.file for unit in units}), len({unit.rule for unit in units})
    agreed = len(units) - len(wrong)
    print(
        f"{agreed} of {len(units)} verdicts agree, {files} files, {rules} rules, {seconds * 1000 / len(units):.1f} ms each"
    )
    return 1 if any(unit.rule not in EXPLAINED for unit, _ in wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
