"""The tree against the published vectors of Certificate Transparency, and against the definition in RFC 6962."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import merkle
from core.merkle import Frontier, Node, Span

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The eight leaves of the test vectors in google/certificate-transparency, merkletree/merkle_tree_test.cc."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]

CONSISTENCIES = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]

SIZE_MAX = 150


def leaf_of(number: int) -> bytes:
    return merkle.leaf_hash(number.to_bytes(4, "big"))


def grown(leaves: list[bytes]) -> tuple[Frontier, dict[Node, bytes]]:
    """A log of these leaf hashes: its frontier, and every complete subtree it stored on the way."""
    frontier, nodes = Frontier(), {Node(0, place): leaf for place, leaf in enumerate(leaves)}
    for leaf in leaves:
        frontier, completed = merkle.append(frontier, leaf)
        nodes.update(completed)
    return frontier, nodes


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, as it is written there, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = defined_split(len(leaves))
    return merkle.node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


def defined_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    split = defined_split(len(leaves))
    if index < split:
        return [*defined_path(index, leaves[:split]), defined_root(leaves[split:])]
    return [*defined_path(index - split, leaves[split:]), defined_root(leaves[:split])]


def defined_consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [defined_root(leaves)]
    split = defined_split(len(leaves))
    if old <= split:
        return [*defined_consistency(old, leaves[:split], whole), defined_root(leaves[split:])]
    return [*defined_consistency(old - split, leaves[split:], False), defined_root(leaves[:split])]


def defined_split(length: int) -> int:
    """The largest power of two smaller than the length."""
    split = 1
    while split * 2 < length:
        split *= 2
    return split


@pytest.mark.parametrize("size", range(9))
def test_the_root_of_the_published_leaves_is_the_published_one(size: int) -> None:
    frontier, _ = grown([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]])

    assert merkle.root(frontier).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "published"), PATHS)
def test_the_inclusion_proof_is_the_published_one(index: int, size: int, published: list[str]) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]
    frontier, nodes = grown(hashes)

    path = merkle.proof([step.span for step in merkle.inclusion_steps(index, size)], nodes)

    assert [step.hex() for step in path] == published
    assert merkle.verify_inclusion(hashes[index], index, size, path, merkle.root(frontier))


@pytest.mark.parametrize(("old", "new", "published"), CONSISTENCIES)
def test_the_consistency_proof_is_the_published_one(old: int, new: int, published: list[str]) -> None:
    _, nodes = grown([merkle.leaf_hash(leaf) for leaf in LEAVES[:new]])

    path = merkle.proof(merkle.consistency_spans(old, new), nodes)

    assert [step.hex() for step in path] == published
    assert merkle.verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), path)


@given(st.integers(0, SIZE_MAX))
def test_every_log_has_the_root_of_the_definition_and_stores_each_complete_subtree_once(size: int) -> None:
    leaves = [leaf_of(number) for number in range(size)]

    frontier, nodes = grown(leaves)

    assert merkle.root(frontier) == defined_root(leaves)
    assert len(nodes) - size == size - size.bit_count()
    for node, hashed in nodes.items():
        assert hashed == defined_root(leaves[node.place << node.level : node.place + 1 << node.level])


@given(st.integers(1, SIZE_MAX), st.data())
def test_every_entry_is_proven_with_the_path_of_the_definition(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = [leaf_of(number) for number in range(size)]
    frontier, nodes = grown(leaves)

    steps = merkle.inclusion_steps(index, size)
    path = merkle.proof([step.span for step in steps], nodes)

    assert path == defined_path(index, leaves)
    assert merkle.verify_inclusion(leaves[index], index, size, path, merkle.root(frontier))
    covered = sorted(seq for step in steps for seq in range(*step.span))
    assert covered == [seq for seq in range(size) if seq != index]


@given(st.integers(1, SIZE_MAX), st.data())
def test_every_longer_log_is_proven_to_begin_with_the_shorter(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = [leaf_of(number) for number in range(new)]
    _, nodes = grown(leaves)
    old_root, new_root = defined_root(leaves[:old]), defined_root(leaves)

    path = merkle.proof(merkle.consistency_spans(old, new), nodes)

    assert path == defined_consistency(old, leaves)
    assert merkle.verify_consistency(old, new, old_root, new_root, path)


@given(st.integers(2, SIZE_MAX), st.data())
def test_no_other_entry_place_size_root_or_path_is_proven(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index))
    leaves = [leaf_of(number) for number in range(size)]
    frontier, nodes = grown(leaves)
    root, path = merkle.root(frontier), merkle.proof([step.span for step in merkle.inclusion_steps(index, size)], nodes)

    assert not merkle.verify_inclusion(leaves[other], index, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], other, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, path, leaves[index])
    assert not merkle.verify_inclusion(leaves[index], index, size, path[:-1], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*path, path[-1]], root)
    assert not merkle.verify_inclusion(leaves[index], size, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], -1, size, path, root)


@given(st.integers(2, SIZE_MAX), st.data())
def test_no_log_that_changed_its_past_is_proven_to_continue_it(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [leaf_of(number) for number in range(new)]
    rewritten = [leaf_of(10**6) if place == changed else leaf for place, leaf in enumerate(leaves)]
    spans = merkle.consistency_spans(old, new)
    old_root, new_root = defined_root(leaves[:old]), defined_root(rewritten)

    for story in (leaves, rewritten):
        path = merkle.proof(spans, grown(story)[1])
        assert not merkle.verify_consistency(old, new, old_root, new_root, path)
    honest = merkle.proof(spans, grown(leaves)[1])
    assert not merkle.verify_consistency(old, new, old_root, defined_root(leaves), honest[:-1])
    assert not merkle.verify_consistency(new, old, defined_root(leaves), old_root, honest)


def test_the_proof_of_the_mock_covers_the_entries_it_shows() -> None:
    steps = merkle.inclusion_steps(8811, 8819)

    assert [(step.side, step.span.start + 1, step.span.stop) for step in steps] == [
        ("left", 8811, 8811),
        ("left", 8809, 8810),
        ("right", 8813, 8816),
        ("left", 8801, 8808),
        ("right", 8817, 8819),
        ("left", 8769, 8800),
        ("left", 8705, 8768),
        ("left", 8193, 8704),
        ("left", 1, 8192),
    ]


def test_a_span_that_is_no_subtree_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="no subtree"):
        merkle.nodes_of(Span(1, 3))
