"""The Merkle tree of RFC 6962, section 2.1, as pure functions over SHA-256 hashes.

A log of n leaves has one root. A short path of hashes proves that a leaf is in it (inclusion) or that a longer log
begins with a shorter one (consistency). Nothing here knows what a leaf means or where hashes are kept: callers that
build proofs hand in a `Nodes` mapping with the complete subtrees that `nodes_of` names.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

HASH_BYTES = 32


class Node(NamedTuple):
    """A complete subtree: it covers the leaves place * 2^level up to, and without, (place + 1) * 2^level."""

    level: int
    place: int


class Span(NamedTuple):
    """The leaves start up to, and without, stop. Every span made here is a subtree of some tree of RFC 6962."""

    start: int
    stop: int


class Step(NamedTuple):
    """One step of an inclusion proof: the side on which the sibling stands, and the leaves it covers."""

    side: Literal["left", "right"]
    span: Span


Nodes = Mapping[Node, bytes]
"""Hashes of complete subtrees; level 0 holds the leaf hashes."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to append to a log of `size` leaves: its complete subtrees, the largest (leftmost) first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and its bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and the hashes of its two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, leaf: bytes) -> tuple[Frontier, list[tuple[Node, bytes]]]:
    """Append one leaf hash. Gives the new frontier and the inner nodes this leaf completed, the lowest first."""
    peaks, hashed, place, level = list(frontier.peaks), leaf, frontier.size, 0
    completed: list[tuple[Node, bytes]] = []
    while place & 1:
        hashed, place, level = node_hash(peaks.pop(), hashed), place >> 1, level + 1
        completed.append((Node(level, place), hashed))
    return Frontier(frontier.size + 1, (*peaks, hashed)), completed


def root(frontier: Frontier) -> bytes:
    """The root of the log. An empty log has the hash of nothing (RFC 6962)."""
    return _folded(frontier.peaks) if frontier.peaks else hashlib.sha256(b"").digest()


def _folded(peaks: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees that stand side by side, the largest first."""
    hashed = peaks[-1]
    for peak in reversed(peaks[:-1]):
        hashed = node_hash(peak, hashed)
    return hashed


def nodes_of(span: Span) -> list[Node]:
    """The complete subtrees that make up a span, from left to right."""
    start, length = span.start, span.stop - span.start
    nodes = []
    for level in reversed(range(length.bit_length())):
        if length >> level & 1:
            assert start % (1 << level) == 0, f"{span} is no subtree"
            nodes.append(Node(level, start >> level))
            start += 1 << level
    return nodes


def span_hash(span: Span, nodes: Nodes) -> bytes:
    """The hash of a span, from the complete subtrees that `nodes_of` names."""
    return _folded([nodes[node] for node in nodes_of(span)])


def inclusion_steps(index: int, size: int) -> list[Step]:
    """PATH(index, D[size]): where the siblings stand on the way from a leaf up to the root. 0 <= index < size."""
    assert 0 <= index < size, f"leaf {index} is not in a log of {size}"
    steps: list[Step] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _left_size(stop - start)
        if index < middle:
            steps.append(Step("right", Span(middle, stop)))
            stop = middle
        else:
            steps.append(Step("left", Span(start, middle)))
            start = middle
    return steps[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """PROOF(old, D[new]): the subtrees that show that a log of `new` leaves begins with its first `old`."""
    assert 0 < old <= new, f"a log of {new} cannot continue one of {old}"
    spans: list[Span] = []
    start, stop, known = 0, new, True
    while old != stop:
        middle = start + _left_size(stop - start)
        if old <= middle:
            spans.append(Span(middle, stop))
            stop = middle
        else:
            spans.append(Span(start, middle))
            start, known = middle, False
    if not known:
        spans.append(Span(start, stop))
    return spans[::-1]


def _left_size(length: int) -> int:
    """The largest power of two smaller than length, which is where RFC 6962 splits a tree."""
    return 1 << (length - 1).bit_length() - 1


def proof(spans: Iterable[Span], nodes: Nodes) -> list[bytes]:
    """The hashes of a proof whose spans `inclusion_steps` or `consistency_spans` gave."""
    return [span_hash(span, nodes) for span in spans]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path proves that the leaf hash stands at `index` in the log of `size` leaves with that root.

    RFC 9162, section 2.1.3.2, step by step: it reads nothing but its arguments.
    """
    if not 0 <= index < size:
        return False
    position, last, hashed = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            hashed = node_hash(sibling, hashed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hashed == expected


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the log of `new` leaves begins with the log of `old`. RFC 9162, section 2.1.4.2."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_hash = new_hash = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_hash, new_hash = node_hash(sibling, old_hash), node_hash(sibling, new_hash)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_hash = node_hash(new_hash, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_hash == old_root and new_hash == new_root
