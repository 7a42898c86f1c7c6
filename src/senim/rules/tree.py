"""The tree over a log (RFC 6962): hashes, a root that grows leaf by leaf, and its two proofs. Pure.

A proof reads hashes of full subtrees through a callable, so nobody has to hold all leaves. A full
subtree is named (level, index): it covers the leaves [index * 2**level, (index + 1) * 2**level).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Subtree = Callable[[int, int], bytes]
"""Gives the hash of the full subtree (level, index); level 0 is a leaf hash."""

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf's bytes. Source: RFC 6962, 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two hashes. Source: RFC 6962, 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """The hash of one full subtree, and where it stands."""

    level: int
    index: int
    hash: bytes


class Growth:
    """The right edge of a tree, from which the next leaves and the root follow.

    size: how many leaves there are. hashes: of the full subtrees they fall into, the largest first.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees")
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> Iterator[Node]:
        """Add a leaf hash; yield it and each subtree it completes, the smallest first."""
        level, index, current = 0, self.size, leaf
        yield Node(level, index, current)
        while index & 1:
            current = node_hash(self.hashes.pop(), current)
            level, index = level + 1, index >> 1
            yield Node(level, index, current)
        self.hashes.append(current)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        return _joined(self.hashes)


def _joined(hashes: Sequence[bytes]) -> bytes:
    """Return the root over full subtrees that shrink from left to right."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    growth = Growth()
    for leaf in leaves:
        for _ in growth.append(leaf):
            pass
    return growth.root()


def full_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Return (level, index) of the full subtrees that make up the leaves [start, end).

    start: a multiple of a power of two that is no smaller than the length; 0 always is.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _range_root(start: int, end: int, subtree: Subtree) -> bytes:
    return _joined([subtree(level, index) for level, index in full_subtrees(start, end)])


def root_at(size: int, subtree: Subtree) -> bytes:
    """Return the root over the first `size` leaves."""
    return _range_root(0, size, subtree)


def _split(length: int) -> int:
    """Return the largest power of two below a length of two or more."""
    return 1 << ((length - 1).bit_length() - 1)


def inclusion_proof(position: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root over the first `size` leaves.

    Raises ValueError for a position the tree has not. Source: RFC 6962, 2.1.1.
    """
    if not 0 <= position < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {position}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            path.append(_range_root(middle, end, subtree))
            end = middle
        else:
            path.append(_range_root(start, middle, subtree))
            start = middle
    return path[::-1]


def verify_inclusion(
    leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether a proof leads from a leaf hash at a position to the root.

    Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= position < size:
        return False
    node, last, current = position, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == root


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that show the first `old` leaves to be the beginning of `new`.

    Empty where old is 0 or equals new. Raises ValueError where old is beyond new.
    Source: RFC 6962, 2.1.2.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with {old}")
    if old in (0, new):
        return []
    start, end, path = 0, new, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, subtree))
            end = middle
        else:
            path.append(_range_root(start, middle, subtree))
            start = middle
    if start:  # the old tree is no whole left side, so its own last part has to be named
        path.append(_range_root(start, end, subtree))
    return path[::-1]


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows one tree to begin with another. Source: RFC 9162, 2.1.4.2."""
    if old == 0:
        return new >= 0 and not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    if old > new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for hashed in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(hashed, first), node_hash(hashed, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, hashed)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
