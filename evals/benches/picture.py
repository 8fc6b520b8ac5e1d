"""The picture of the figures: what each thing takes at each size, on one scale by powers of ten, beside its floor."""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from evals.benches.trials import Measured

WIDE, LEFT, RIGHT, ROW, TOP = 960, 330, 110, 26, 84
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1f2328 } .soft { fill: #57606a; font-size: 12px }
.head { font-size: 17px; font-weight: 600 } .back { fill: #ffffff } .line { stroke: #d0d7de }
.ours { fill: #2f6f6a } .floor { fill: #a8b3ba } .peer { fill: #b4552d }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .soft { fill: #9da7b1 } .back { fill: #14181c } .line { stroke: #3a424b }
.ours { fill: #5fb8ae } .floor { fill: #66727c } .peer { fill: #e08a5f } }
"""

Bar = tuple[str, float, str]
"""What a bar is named, its milliseconds, its class."""


def drawn(found: Sequence[Measured], peer: tuple[str, float] | None, machine: str) -> str:
    """An SVG of the figures, legible on light and dark pages."""
    bars = list(_bars(found, peer))
    low = 10 ** math.floor(math.log10(min(ms for _, ms, _ in bars)))
    high = 10 ** math.ceil(math.log10(max(ms for _, ms, _ in bars)))
    height = TOP + ROW * len(bars) + 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" role="img"'
        ' aria-label="Milliseconds of each thing that was measured">',
        f"<style>{STYLE}</style>",
        f'<rect class="back" width="{WIDE}" height="{height}" rx="8"/>',
        '<text class="head" x="20" y="32">What stock costs, in milliseconds</text>',
        '<text class="soft" x="20" y="54">median, each command with its durable commit; below it the same rows written by'
        " the bare driver</text>",
        *_scale(low, high, TOP + ROW * len(bars)),
    ]
    for place, bar in enumerate(bars):
        parts += _bar(bar, TOP + place * ROW, low, high)
    parts += [f'<text class="soft" x="20" y="{height - 14}">{escape(machine)}</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def _bars(found: Sequence[Measured], peer: tuple[str, float] | None) -> list[Bar]:
    bars: list[Bar] = []
    if peer is not None:
        bars.append((f"{peer[0]}: receipt of 10 lines", peer[1], "peer"))
    for one in sorted(found, key=lambda one: (one.floor is None, one.what, one.moves)):
        bars.append((f"{one.what}, {_short(one.moves)} moves", one.ours.median, "ours"))
        if one.floor is not None:
            bars.append(("bare driver", one.floor.median, "floor"))
    return bars


def _short(moves: int) -> str:
    return f"{moves // 1_000_000} million" if moves >= 1_000_000 else f"{moves:,}"


def _at(ms: float, low: float, high: float) -> float:
    return LEFT + (WIDE - LEFT - RIGHT) * math.log10(ms / low) / math.log10(high / low)


def _scale(low: float, high: float, bottom: int) -> list[str]:
    parts, mark = [], low
    while mark <= high * 1.001:
        x = _at(mark, low, high)
        parts.append(f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{bottom}"/>')
        parts.append(f'<text class="soft" x="{x:.1f}" y="{TOP - 12}" text-anchor="middle">{mark:g}</text>')
        mark *= 10
    return parts


def _bar(bar: Bar, y: int, low: float, high: float) -> list[str]:
    name, ms, kind = bar
    width = max(2.0, _at(ms, low, high) - LEFT)
    figure = f"{ms:,.0f}" if ms >= 100 else f"{ms:.1f}"
    style = "soft" if kind == "floor" else "name"
    return [
        f'<text class="{style}" x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(name)}</text>',
        f'<rect class="{kind}" x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{ROW - 9}" rx="2"/>',
        f'<text class="{style}" x="{LEFT + width + 6:.1f}" y="{y + 15}">{figure}</text>',
    ]
