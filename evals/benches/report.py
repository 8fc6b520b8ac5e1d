"""What was measured, for people: a table, the page in docs, and its picture."""

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evals.benches import picture
from evals.benches.company import Server
from evals.benches.trials import RECEIPT, Measured, Spread

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """Another system on the same server: its name with version, and what a receipt of ten lines took, in milliseconds."""

    name: str
    receipt: Spread
    times: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """Receipts of ten lines a second that so many writers reach."""

    writers: int
    entities: float  # each in an entity of its own
    one_entity: float
    peer: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """Where and when it was measured."""

    says: str
    day: str

    @classmethod
    def here(cls, server: Server) -> "Machine":
        """This machine, today, with the load it has."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
        durable = ", ".join(f"{name} {value}" for name, value in server.durable.items())
        says = (
            f"{os.cpu_count()} cores, {memory:.0f} GB, {system}, Python {platform.python_version()},"
            f" PostgreSQL {server.version} ({durable}), load {os.getloadavg()[1]:.1f}"
        )
        return cls(says=says, day=datetime.now(UTC).date().isoformat())


def say(words: str) -> None:
    """Tell how far it is."""
    print(words, flush=True)


def text(found: Sequence[Measured], beside: Peer | None, machine: Machine, together: Sequence[Together] = ()) -> str:
    """The figures as a Markdown table, with the machine above, the peer and what several writers reach below."""
    lines = [
        f"{machine.day}: {machine.says}.",
        "",
        "| | moves before | median | 4 of 5 between | floor | times the floor | rows | statements |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *(_row(one) for one in sorted(found, key=lambda one: (one.what, one.moves))),
    ]
    if beside is not None:
        ours = next(one.ours.median for one in found if one.what == RECEIPT)
        lines += [
            "",
            f"{beside.name}, the same receipt of 10 lines on the same server: {_ms(beside.receipt.median)}"
            f" ({_ms(beside.receipt.low)} to {_ms(beside.receipt.high)}, {beside.times} times),"
            f" {beside.receipt.median / ours:.0f} times ours.",
        ]
    if together:
        lines += [
            "",
            "| writers at once, each a process: receipts of 10 lines a second | each its own entity | all one entity"
            " | Tryton, all one company |",
            "|--:|--:|--:|--:|",
            *(_rate_row(one) for one in together),
        ]
    return "\n".join(lines)


def _rate_row(one: Together) -> str:
    peer = f"{one.peer:.1f}" if one.peer else ""
    return f"| {one.writers} | {one.entities:.1f} | {one.one_entity:.1f} | {peer} |"


def _row(one: Measured) -> str:
    floor = _ms(one.floor.median) if one.floor else ""
    ratio = f"{one.ratio.median:.1f} ({one.ratio.low:.1f} to {one.ratio.high:.1f})" if one.ratio else ""
    between = f"{_ms(one.ours.low)} to {_ms(one.ours.high)}"
    rows = f"{one.rows:,}" if one.rows else ""
    return (
        f"| {one.what} | {one.moves:,} | {_ms(one.ours.median)} | {between} | {floor} | {ratio} | {rows}"
        f" | {one.statements or ''} |"
    )


def _ms(figure: float) -> str:
    return f"{figure:,.0f} ms" if figure >= 100 else f"{figure:.1f} ms"


def write(
    docs: Path,
    found: Sequence[Measured],
    beside: Peer | None,
    machine: Machine,
    together: Sequence[Together] = (),
) -> None:
    """Put the figures between the marks of the page, and draw the picture beside it."""
    page = docs / "benchmarks.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text(found, beside, machine, together)}\n{END}{after}", encoding="utf-8")
    peer = (beside.name, beside.receipt.median) if beside else None
    (docs / "pictures" / "bench-stock.svg").write_text(picture.drawn(found, peer, machine.says), encoding="utf-8")
