"""The tree is RFC 6962's: against its plain definition, and the vectors of its first logs."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.rules import tree

DATA = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves that implementations of RFC 6962 have been tested with from the first on."""

ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
leaves_of = st.integers(1, 300).map(lambda n: [tree.leaf_hash(b"%d" % i) for i in range(n)])


def split(length: int) -> int:
    """Return RFC 6962's k: the largest power of two below a length."""
    k = 1
    while k * 2 < length:
        k *= 2
    return k


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written."""
    if not leaves:
        return tree.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return tree.node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def plain_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1, as it is written."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*plain_path(m, leaves[:k]), plain_root(leaves[k:])]
    return [*plain_path(m - k, leaves[k:]), plain_root(leaves[:k])]


def plain_consistency(m: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2, as it is written."""
    if m == len(leaves):
        return [] if whole else [plain_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*plain_consistency(m, leaves[:k], whole=whole), plain_root(leaves[k:])]
    return [*plain_consistency(m - k, leaves[k:], whole=False), plain_root(leaves[:k])]


def subtree_of(leaves: Sequence[bytes]) -> tree.Subtree:
    """Give full subtrees of a list, and refuse what is not full, as a store would."""

    def subtree(level: int, index: int) -> bytes:
        part = leaves[index << level : (index + 1) << level]
        assert len(part) == 1 << level
        return plain_root(part)

    return subtree


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_first_logs(size: int) -> None:
    leaves = [tree.leaf_hash(data) for data in DATA[:size]]

    assert tree.root_of(leaves).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert tree.root_of([]).hex() == empty


@given(leaves_of)
def test_growing_leaf_by_leaf_gives_the_plain_root_and_every_full_subtree(
    leaves: list[bytes],
) -> None:
    growth = tree.Growth()
    nodes: dict[tuple[int, int], bytes] = {}
    for leaf in leaves:
        nodes |= {(node.level, node.index): node.hash for node in growth.append(leaf)}

    subtree = subtree_of(leaves)
    assert growth.root() == plain_root(leaves) == tree.root_at(len(leaves), subtree)
    assert nodes == {(level, index): subtree(level, index) for level, index in nodes}
    assert len(nodes) == sum(len(leaves) >> level for level in range(12))


@given(leaves_of, st.data())
def test_growth_can_be_taken_up_at_any_size(leaves: list[bytes], data: st.DataObject) -> None:
    at, subtree = data.draw(st.integers(0, len(leaves))), subtree_of(leaves)
    growth = tree.Growth(at, [subtree(*place) for place in tree.full_subtrees(0, at)])
    for leaf in leaves[at:]:
        list(growth.append(leaf))

    assert growth.root() == plain_root(leaves)


def test_growth_is_not_taken_up_with_the_wrong_edge() -> None:
    with pytest.raises(ValueError, match="3 leaves"):
        tree.Growth(3, [b"one"])


@given(leaves_of, st.data())
def test_an_inclusion_proof_is_the_plain_one_and_verifies(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    position = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(position, size, subtree_of(leaves))
    root = plain_root(leaves[:size])

    assert proof == plain_path(position, leaves[:size])
    assert tree.verify_inclusion(leaves[position], position, size, proof, root)


@given(leaves_of, st.data())
def test_an_inclusion_proof_of_anything_else_does_not_verify(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = len(leaves)
    position = data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion_proof(position, size, subtree_of(leaves)), plain_root(leaves)
    other = data.draw(st.integers(-1, size + 1).filter(lambda place: place != position))
    broken = [bytes(32), *proof[1:]] if proof else [bytes(32)]

    assert not tree.verify_inclusion(bytes(32), position, size, proof, root)
    assert not tree.verify_inclusion(leaves[position], other, size, proof, root)
    assert not tree.verify_inclusion(leaves[position], position, size, broken, root)
    assert not tree.verify_inclusion(leaves[position], position, size, [*proof, root], root)
    assert not proof or not tree.verify_inclusion(leaves[position], position, size, proof[1:], root)
    assert not tree.verify_inclusion(leaves[position], position, size, proof, bytes(32))


@given(leaves_of, st.data())
def test_a_consistency_proof_is_the_plain_one_and_verifies(
    leaves: list[bytes], data: st.DataObject
) -> None:
    new = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(1, new))
    proof = tree.consistency_proof(old, new, subtree_of(leaves))

    assert proof == plain_consistency(old, leaves[:new])
    assert tree.verify_consistency(
        old, new, plain_root(leaves[:old]), plain_root(leaves[:new]), proof
    )


@given(leaves_of, st.data())
def test_another_history_is_never_consistent(leaves: list[bytes], data: st.DataObject) -> None:
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    changed = data.draw(st.integers(0, old - 1))
    other = [bytes(32) if place == changed else leaf for place, leaf in enumerate(leaves)]
    was, now = plain_root(leaves[:old]), plain_root(other)

    for history in (leaves, other):
        proof = tree.consistency_proof(old, new, subtree_of(history))
        assert not tree.verify_consistency(old, new, was, now, proof)


@given(leaves_of, st.data())
def test_a_consistency_proof_that_is_cut_or_lengthened_does_not_verify(
    leaves: list[bytes], data: st.DataObject
) -> None:
    new = len(leaves)
    old = data.draw(st.integers(0, new))
    proof = tree.consistency_proof(old, new, subtree_of(leaves))
    was, now = plain_root(leaves[:old]), plain_root(leaves)

    assert not tree.verify_consistency(old, new, was, now, [*proof, now])
    assert not proof or not tree.verify_consistency(old, new, was, now, proof[:-1])
    assert not proof or not tree.verify_consistency(old, new, was, now, proof[1:])


def test_nothing_is_the_beginning_of_every_log() -> None:
    assert tree.verify_consistency(0, 5, tree.EMPTY_ROOT, bytes(32), [])
    assert not tree.verify_consistency(0, 5, bytes(32), bytes(32), [])
    assert not tree.verify_consistency(6, 5, bytes(32), bytes(32), [bytes(32)])


@pytest.mark.parametrize(("position", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_the_tree_has_not_has_no_proof(position: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion_proof(position, size, subtree_of([]))


def test_a_longer_log_is_not_the_beginning_of_a_shorter() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        tree.consistency_proof(6, 5, subtree_of([]))
