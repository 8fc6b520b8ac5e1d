"""Each set of documents read by us and by the peers: who reads what, against which truth.

A set is measured in a process of its own, so that the memory told is its own (`evals/read_report.py` starts them).
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from agents.read import filetype, pdf
from agents.read.files import part_of
from agents.read.ocr import Pictures
from agents.read.verify import verify
from core.claims import DocumentKind, PartState, Reading
from evals import mail_report, read_edi, xml_coverage
from evals.judging import judged
from evals.progress import passing, say
from evals.read_measured import Measured, most_megabytes
from evals.read_papers import HEADER, LINES, Truth, by_issuer, described, hybrids, printed, set_apart, truth
from evals.read_peers import by_invoice2data, by_unstructured
from evals.read_pictures import measure_pictures
from evals.read_reliability import reliability, told

BILLS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
Papers = Iterator[tuple[Path, bytes, Truth]]
Found = tuple[list[Measured], list[str]]
"""What was measured, and sentences on what was not."""
TEXT_ONLY = Pictures(seconds=0)
XML = "XML of the standards"
LEAF = "every value of the file"
TERM = "business terms as factur-x reads them"


def developed(folder: Path, every: int) -> Found:
    """Hybrid PDFs of the issuers that readers were developed on."""
    return _pdfs("hybrid PDFs, issuers developed on", (one for one in hybrids(folder) if not set_apart(one[2])), every)


def held_out(folder: Path, every: int) -> Found:
    """Hybrid PDFs of the issuers set apart."""
    return _pdfs("hybrid PDFs, issuers held out", (one for one in hybrids(folder) if set_apart(one[2])), every)


def with_json(folder: Path, every: int) -> Found:
    """Ordinary PDFs with what invoice2data's own tests expect of them: nearly each of another issuer, so always all."""
    return _pdfs("invoice2data's PDFs", described(folder), 1)


def _pdfs(name: str, papers: Papers, every: int) -> Found:
    """PDFs from their text alone, by us and by the peers, held against what the page shows of the truth. We too read in a
    process of our own: the one that reads the truth out of their XML holds a processor of rules as well."""
    chosen = [(path, said) for path, _, said in by_issuer(papers, every)]
    if not chosen:
        return [], [f"No {name}: nothing was measured."]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        ours, truths = alone.submit(_by_us, name, chosen).result()
    known = {path: said for path, said in truths.items() if said}
    say(f"  {name}: invoice2data and unstructured beside us")
    peers = (by_invoice2data(name, known, ours.pages), by_unstructured(name, "PDF", known, ours.pages))
    return [ours, *(p for p in peers if isinstance(p, Measured))], [p for p in peers if isinstance(p, str)]


def _by_us(name: str, papers: Sequence[tuple[Path, Truth]]) -> tuple[Measured, dict[Path, Truth]]:
    """What we read of these, and the truth of each as far as its pages show it."""
    ours = Measured(name, "PDF", "ours")
    truths = {path: _read(ours, path, path.read_bytes(), said) for path, said in passing(name, papers)}
    ours.megabytes = most_megabytes()
    return ours, truths


def _read(ours: Measured, path: Path, raw: bytes, said: Truth) -> Truth:
    """Read one PDF from its text and count. Gives the truth as far as its pages show it."""
    began = time.perf_counter()
    part, documents = pdf.read(raw, part_of("1:a.pdf", path.name, raw, filetype.PDF), TEXT_ONLY)
    checked = tuple(verify(document, (part,)) for document in documents)
    ours.seconds += time.perf_counter() - began
    ours.files += 1
    ours.pages += part.pages
    if part.state is not PartState.READ or not part.text:
        ours.unread += 1
        ours.misses.append(f"{path.name}: {part.state} {part.why}")
        return {}
    ours.claimed += sum(len(document.claims) for document in documents)
    ours.supported += sum(len(document.claims) for document in checked)
    bills = [document for document in checked if document.kind in BILLS]
    if not bills:
        ours.misses.append(f"{path.name}: no bill in it, {[document.kind.value for document in checked]}")
    shown = {one: [value for value in values if printed(value, part.text)] for one, values in said.items()}
    shown = {one: values for one, values in shown.items() if values}
    ours.add(path.name, shown, truth(bills[0]) if bills else {})
    return shown


def structured(folder: Path, every: int) -> Found:
    """XML of the standards: each value of a file by us (claimed, or left out with a reason), and by unstructured's text."""
    began = time.perf_counter()
    documents = list(xml_coverage.documents_in(folder))
    seconds, megabytes = time.perf_counter() - began, most_megabytes()
    if not documents:
        return [], ["No XML of the standards: nothing was measured."]
    found: dict[str, Measured] = {}
    covered: dict[str, xml_coverage.Covered] = {}
    files: dict[Path, Truth] = {}
    for at, (path, raw, root, document) in enumerate(passing(XML, documents)):
        name = xml_coverage.syntax_of(root)
        xml_coverage.add(covered.setdefault(name, xml_coverage.Covered()), raw, root, document)
        found.setdefault(name, Measured(XML, name, "ours", only_occurs=True)).support((document,), ())
        if at % every == 0 and path.suffix.lower() == ".xml":
            files[path] = {LEAF: [text for _, text in xml_coverage.leaves_of(root)]}
    for name, ours in sorted(found.items()):
        one = covered[name]
        ours.files = ours.pages = one.documents
        ours.seconds, ours.megabytes = seconds * one.documents / len(documents), megabytes
        ours.given[LEAF], ours.right[LEAF] = one.leaves, one.leaves - sum(one.missed.values())
        ours.says = f"left out with a reason {sum(one.left_out.values())}"
        if one.terms:
            ours.given[TERM], ours.right[TERM] = one.terms, one.agreed
        ours.misses += [f"{name}: {path}" for path in (*one.missed, *one.differing)]
    say(f"  {XML}: unstructured beside us")
    beside = by_unstructured(XML, "XML", files, len(files))
    results = [found[name] for name in sorted(found)]
    return (results, [beside]) if isinstance(beside, str) else ([*results, beside], [])


def edi(folder: Path, every: int) -> Found:
    """EDI files: the values that a tokeniser finds, and whether a claim bears them."""
    found = list(read_edi.measure(folder).values())
    return found, [] if found else ["No EDI files: nothing was measured."]


def pictures(folder: Path, every: int) -> Found:
    """PDFs made into scans and photos, and receipts of tills, by OCR; every page takes seconds, so some of them."""
    results = []
    for score in measure_pictures(folder, every=every):
        one = Measured(f"pictures: {score.name}", "picture", "ours", files=score.papers, pages=score.pages)
        one.claimed, one.supported = score.claimed, score.supported
        one.given, one.read, one.right = score.given, score.read, score.right
        one.seconds, one.megabytes, one.misses = score.seconds, most_megabytes(), score.misses
        one.says = f"{score.open} values left open as not clear enough"
        results.append(one)
    return results, []


def letters(folder: Path, every: int) -> Found:
    """Our own labelled letters, those that rules were tuned on and those held out: intents and facts."""
    results = []
    for apart in (False, True):
        half = "held out" if apart else "developed on"
        one = Measured(f"our labelled letters, {half}", "mail", "ours")
        readings: list[Reading] = []
        began = time.perf_counter()
        intents, facts = mail_report.measured(held_out=apart, each=readings.append)
        one.files = one.pages = intents.letters
        one.seconds, one.megabytes = time.perf_counter() - began, most_megabytes()
        for reading in readings:
            one.support(reading.documents, reading.parts)
        for counted, prefix in ((intents, "intent: "), (facts, "")):
            for ours, theirs in ((one.given, counted.given), (one.read, counted.read), (one.right, counted.right)):
                ours.update({prefix + name: count for name, count in theirs.items()})
        one.says = f"macro F1 of intents {intents.macro_f1():.3f}, of facts {facts.macro_f1():.3f}"
        one.misses = [] if apart else [*intents.misses, *facts.misses]
        results.append(one)
    return results, []


def confidence(folder: Path, every: int) -> Found:
    """What the confidence of claims is worth, on what was held out: sentences, no counts by field."""
    return [], list(told(reliability(judged(folder, held_out=True, pictures_every=every))))


SETS: Mapping[str, Callable[[Path, int], Found]] = {
    "developed": developed,
    "held-out": held_out,
    "json": with_json,
    "xml": structured,
    "edi": edi,
    "pictures": pictures,
    "letters": letters,
    "confidence": confidence,
}
NEED_SAMPLES = frozenset(SETS) - {"letters", "pictures", "confidence"}
GROUPS = {"header fields": HEADER, "line fields": LINES}
