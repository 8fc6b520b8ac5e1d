"""How well papers are read that come as pictures: per field what was found and how much of it was right, seconds and
megabytes a page, and whether the confidence of a claim means something.

`python -m evals.read_pictures [DIR]` makes pictures of the PDFs below DIR (default: the sibling folder of samples), each in
the way that a digest of its name says (evals/scanning.py), and reads them. The truth is what their issuers wrote down
elsewhere, as far as the page shows it: the XML inside a hybrid PDF, the JSON beside an ordinary one; of receipts the four
values that were published with them. Beside it stands what the same reader makes of the text of the same page, which is
as much as a perfect eye could give it. Our own papers come from the demo's mail. An absent folder is one clear line.
"""

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agents.read import dates, filetype, pdf, picture
from agents.read.files import part_of
from agents.read.ocr import Pictures
from agents.read.verify import verify
from core.claims import Document, Part
from evals.progress import passing
from evals.read_papers import (
    HEADER,
    LINES,
    SAMPLES,
    Truth,
    agreeing,
    by_issuer,
    described,
    hybrids,
    printed,
    set_apart,
    spelled,
)
from evals.scanning import WAYS, picture_of, scanned, way_of

MAIL = Path(__file__).resolve().parents[1] / "desk" / "demo" / "mail"
PAGES_MAX = 3
"""Longer papers are left out: they take long and tell little more."""
BANDS = (Decimal("0.5"), Decimal("0.8"), Decimal("0.9"), Decimal("0.97"), Decimal("0.99"), Decimal(1))
"""Upper ends of the confidence bands that are reported."""


@dataclass(slots=True)
class PictureScore:
    """Counts by field over one set: values given, values read, values that agree; by picture and by the page's own text."""

    name: str
    given: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    by_text: Counter[str] = field(default_factory=Counter)
    text_read: Counter[str] = field(default_factory=Counter)
    by_way: dict[str, Counter[str]] = field(default_factory=dict)
    bands: dict[Decimal, Counter[bool]] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    open: int = 0
    claimed: int = 0
    supported: int = 0
    papers: int = 0
    pages: int = 0
    seconds: float = 0.0

    def f1(self, fields: Sequence[str], *, text: bool = False) -> Decimal | None:
        """Twice what is right over what is given and what is read; None where nothing is given."""
        right, read = (self.by_text, self.text_read) if text else (self.right, self.read)
        whole = sum(self.given[one] + read[one] for one in fields)
        given = sum(self.given[one] for one in fields)
        return Decimal(2 * sum(right[one] for one in fields)) / whole if given else None


def measure_pictures(folder: Path = SAMPLES, *, every: int = 1) -> list[PictureScore]:
    """Measure every set that is there; of each issuer every so-manieth paper."""
    sets: list[tuple[str, Iterator[tuple[str, bytes, Truth]]]] = [("our own papers", _own())]
    if folder.is_dir():
        bills = [(path.name, raw, truth) for path, raw, truth in hybrids(folder)]
        sets += [
            ("hybrid PDFs of two thirds of the issuers", (one for one in bills if not set_apart(one[2]))),
            ("hybrid PDFs of the issuers set apart", (one for one in bills if set_apart(one[2]))),
            ("PDFs with JSON", ((path.name, raw, truth) for path, raw, truth in described(folder))),
        ]
    scores = []
    for name, papers in sets:
        score = PictureScore(name)
        for paper, raw, truth in passing(name, list(by_issuer(papers, every))):
            _measure(score, paper, raw, truth)
        scores.append(score)
    if (folder / "sroie").is_dir():
        scores.append(_receipts(folder / "sroie", every))
    return scores


def _own() -> Iterator[tuple[str, bytes, Truth]]:
    """The PDFs in the demo's mail, with what the reader of text finds in them: tests hold that against what was written."""
    for path in sorted(MAIL.glob("*.eml")):
        for part in message_from_bytes(path.read_bytes(), policy=policy.default).walk():
            raw = part.get_payload(decode=True)
            if part.get_content_type() != "application/pdf" or not isinstance(raw, bytes):
                continue
            opened, documents = pdf.read(raw, _part(raw, filetype.PDF), Pictures(seconds=0))
            if opened.text and documents:
                yield f"{path.stem}/{part.get_filename()}", raw, _told(verify(documents[0], (opened,)))


def _measure(score: PictureScore, name: str, raw: bytes, truth: Truth) -> None:
    """Read one PDF by its text and as a picture, and count both."""
    opened, by_text = pdf.read(raw, _part(raw, filetype.PDF), Pictures(seconds=0))
    if not opened.text or opened.pages > PAGES_MAX:
        return
    way = way_of(name)
    shots = [WAYS[way](picture_of(raw, page, dots=170 / 72)) for page in range(opened.pages)]
    scan = scanned(*shots)
    started = time.process_time()
    part, documents = pdf.read(scan, _part(scan, filetype.PDF))
    score.seconds += time.process_time() - started
    score.papers += 1
    score.pages += opened.pages
    score.claimed += sum(len(document.claims) for document in documents)
    documents = tuple(verify(document, (part,)) for document in documents)
    score.supported += sum(len(document.claims) for document in documents)
    score.open += sum(check.name == "read_for_sure" for d in documents for check in d.checks)
    shown = {name: [value for value in values if printed(value, opened.text)] for name, values in truth.items()}
    shown = {name: values for name, values in shown.items() if values}
    text = _told(verify(by_text[0], (opened,))) if by_text else {}
    for one, values in shown.items():
        score.given[one] += len(values)
        score.text_read[one] += len(text.get(one, []))
        score.by_text[one] += agreeing(one, values, text.get(one, []))
    _count(score, f"{name} ({way})", way, shown, documents[0] if documents else None)


def _count(score: PictureScore, name: str, way: str, shown: Truth, document: Document | None) -> None:
    read = _told(document) if document else {}
    ways = score.by_way.setdefault(way, Counter())
    for one, values in shown.items():
        right = agreeing(one, values, read.get(one, []))
        score.read[one] += len(read.get(one, []))
        score.right[one] += right
        ways["given"] += len(values)
        ways["read"] += len(read.get(one, []))
        ways["right"] += right
        if right < max(len(values), len(read.get(one, []))):
            score.misses.append(
                f"{name}: {one} {[str(v) for v in values][:6]} read {[str(v) for v in read.get(one, [])][:6]}"
            )
    for claim in document.claims if document else ():
        if claim.field in shown and claim.confidence is not None:
            band = next(end for end in BANDS if claim.confidence <= end)
            wanted = [spelled(claim.field, value) for value in shown[claim.field]]
            score.bands.setdefault(band, Counter())[spelled(claim.field, claim.value) in wanted] += 1


def _told(document: Document) -> Truth:
    """What a document says, by field; of header fields the first."""
    found: Truth = {}
    for claim in document.claims:
        if claim.field in LINES or (claim.field in HEADER and claim.field not in found):
            found.setdefault(claim.field, []).append(claim.value)
    return found


def _receipts(folder: Path, every: int) -> PictureScore:
    """Receipts of tills, photographed and scanned by people: seller, day and total."""
    score = PictureScore("receipts of tills")
    for path in passing(score.name, sorted(folder.glob("*.jpg"))[::every]):
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        truth: Truth = {
            "supplier.name": [str(said["company"])],
            "invoice.total": [Decimal(said["total"].strip("RM $"))],
        }
        days = {day for written in dates.found(said["date"], None, True) for day in written.days}
        truth |= {"invoice.date": list(days)} if len(days) == 1 else {}
        raw = path.read_bytes()
        started = time.process_time()
        part, documents = picture.read(raw, _part(raw, "image/jpeg"), Pictures())
        score.seconds += time.process_time() - started
        score.papers += 1
        score.pages += 1
        score.claimed += sum(len(document.claims) for document in documents)
        documents = tuple(verify(document, (part,)) for document in documents)
        score.supported += sum(len(document.claims) for document in documents)
        score.open += sum(check.name == "read_for_sure" for d in documents for check in d.checks)
        for one, values in truth.items():
            score.given[one] += len(values)
        _count(score, path.name, "as it came", truth, documents[0] if documents else None)
    return score


def _part(raw: bytes, kind: str) -> Part:
    return part_of("1:paper", "paper", raw, kind)


def tables(scores: Sequence[PictureScore]) -> Iterator[Table]:
    """The figures for people: a table of the sets, one of what happened to the pages, one of the confidences."""
    by_set = Table(
        "set", "papers", "pages", "header F1", "by text", "lines F1", "by text", "left open", "s a page",
        title=f"Papers read from pictures; most memory {_megabytes():,} MB",
    )  # fmt: skip
    for score in scores:
        figures = [score.f1(fields, text=text) for fields in (HEADER, LINES) for text in (False, True)]
        seconds = f"{score.seconds / max(score.pages, 1):.1f}"
        row = (score.name, str(score.papers), str(score.pages), *map(_percent, figures), str(score.open), seconds)
        by_set.add_row(*row)
    yield by_set
    by_way = Table("way", "given", "read", "right", "F1", title="By what happened to the page")
    together: dict[str, Counter[str]] = {}
    for score in scores:
        for way, counts in score.by_way.items():
            together.setdefault(way, Counter()).update(counts)
    for way, counts in together.items():
        f1 = Decimal(2 * counts["right"]) / max(counts["given"] + counts["read"], 1)
        by_way.add_row(way, *(str(counts[name]) for name in ("given", "read", "right")), _percent(f1))
    yield by_way
    sure = Table("confidence up to", "claims", "right", title="What the confidence is worth")
    for band in BANDS:
        counted = sum((Counter(score.bands.get(band, {})) for score in scores), Counter[bool]())
        if counted:
            sure.add_row(str(band), str(counted.total()), _percent(Decimal(counted[True]) / counted.total()))
    yield sure


def _percent(share: Decimal | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(folder: Path = SAMPLES, *, every: int = 1, misses: bool = False) -> int:
    """Print the tables. Gives the exit status."""
    out = Console()
    if not folder.is_dir():
        out.print(f"No samples at {folder}: only our own papers were measured.")
    scores = measure_pictures(folder, every=every)
    for table in tables(scores):
        out.print(table)
    if misses:
        out.print("\n".join(miss for score in scores for miss in score.misses), markup=False, highlight=False)
    return 0


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    sparse = next((int(word.removeprefix("--every=")) for word in sys.argv if word.startswith("--every=")), 1)
    sys.exit(main(Path(words[0]) if words else SAMPLES, every=sparse, misses="--misses" in sys.argv))
