"""What one reader made of one set of documents: counts by field, and the figures that follow from them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.claims import Document, Part
from evals.read_papers import Truth, agreeing
from evals.spans import said_of


@dataclass(slots=True)
class Measured:
    """Counts by field: values that are true, values that were read, values that agree. Times in seconds, memory as the
    most that a process had which read this set and nothing else."""

    set: str
    format: str
    reader: str
    given: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    files: int = 0
    unread: int = 0
    pages: int = 0
    seconds: float = 0.0
    megabytes: int = 0
    claimed: int = 0
    supported: int = 0
    only_occurs: bool = False  # not read as fields: what is counted as right merely occurs in the text
    says: str = ""  # what else is to be known about these figures
    misses: list[str] = field(default_factory=list)

    def add(self, name: str, truth: Truth, found: Truth) -> None:
        """Count one document. A field that is not known of it is not judged."""
        for one, values in truth.items():
            right = agreeing(one, values, found.get(one, []))
            self.given[one] += len(values)
            self.read[one] += len(found.get(one, []))
            self.right[one] += right
            if right < max(len(values), len(found.get(one, []))):
                wanted, got = ([str(v) for v in these][:6] for these in (values, found.get(one, [])))
                self.misses.append(f"{name}: {one} {wanted} read {got}")

    def support(self, documents: Iterable[Document], parts: tuple[Part, ...]) -> None:
        """Count every claim of some documents, and those whose words stand where they say and hold the value."""
        for said in said_of(documents, parts):
            self.claimed += 1
            self.supported += said.spanned

    def precision(self, fields: Iterable[str]) -> float | None:
        """The share of what was read that is right; None where nothing was."""
        names = list(fields)
        return None if self.only_occurs else _share(_sum(self.right, names), _sum(self.read, names))

    def recall(self, fields: Iterable[str]) -> float | None:
        """The share of what is true that was read; None where nothing is."""
        names = list(fields)
        return _share(_sum(self.right, names), _sum(self.given, names))

    def f1(self, fields: Iterable[str]) -> float | None:
        """Twice what is right over what is true and what was read; None where nothing is true."""
        names = list(fields)
        given = _sum(self.given, names)
        if self.only_occurs or not given:
            return None
        return 2 * _sum(self.right, names) / (given + _sum(self.read, names))

    def macro_f1(self, fields: Iterable[str]) -> float | None:
        """The mean F1 over the fields that are true of something or were read somewhere."""
        each = [self.f1([name]) or 0.0 for name in fields if self.given[name] or self.read[name]]
        return sum(each) / len(each) if each else None

    def as_data(self, groups: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Everything as JSON types, with the figures of each field and of each group of fields."""
        names = sorted({*self.given, *self.read})
        data = {key: value for key, value in asdict(self).items() if key not in ("given", "read", "right", "misses")}
        figures = {name: [name] for name in names} | {
            group: of for group, of in groups.items() if self.recall(of) is not None
        }
        return {
            **data,
            "seconds_a_page": round(self.seconds / self.pages, 4) if self.pages else None,
            "spans_supported": _share(self.supported, self.claimed),
            "fields": {
                name: {
                    "given": _sum(self.given, of), "read": _sum(self.read, of), "right": _sum(self.right, of),
                    "precision": _rounded(self.precision(of)), "recall": _rounded(self.recall(of)),
                    "f1": _rounded(self.f1(of)),
                }
                for name, of in figures.items()
            },
        }  # fmt: skip


def most_megabytes() -> int:
    """The most memory this process ever held, in megabytes; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _sum(counts: Counter[str], names: Iterable[str]) -> int:
    return sum(counts[name] for name in names)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
