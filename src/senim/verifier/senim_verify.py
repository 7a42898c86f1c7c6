#!/usr/bin/env python3
"""Check a copy of a Senim ledger from outside: one file, nothing but Python 3.9 or newer.

    python3 senim_verify.py ARCHIVE --key VKEY --old CHECKPOINT...
    python3 senim_verify.py --compare CHECKPOINT CHECKPOINT --key VKEY [--consistency PROOF]
    python3 senim_verify.py --proof FILE --key VKEY

It needs three things: the archive, the log's key as you learned it from somewhere else than the
archive, and checkpoints you kept from before. It ends with 0 when all is whole, 1 when something
was tampered with (it says what, and says so where it cannot tell), 2 when something cannot be read.

What it implements: signed notes and verifier keys (c2sp.org/signed-note), Ed25519 (RFC 8032),
checkpoints (c2sp.org/tlog-checkpoint), witnesses' cosignature/v1 (c2sp.org/tlog-cosignature), the
tree and its proofs (RFC 6962, RFC 9162), proof files (c2sp.org/tlog-proof), canonical JSON
(RFC 8785). Entries are counted from 0.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import functools
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

WHOLE, TAMPERED, UNREADABLE = 0, 1, 2
MOST = 2**53 - 1  # the largest number every reader of JSON agrees on
MOST_SIGNATURES = 100
LINEAR_SPAN, BITS_SPAN, PAIRS = 100_000, 200, 10_000  # how much is tried out to explain a root


class Unreadable(Exception):
    """Something that was asked to be read is missing or is not what it should be."""


# Ed25519 (RFC 8032). A table for every point multiplied makes one check take about a millisecond.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _x_of(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return x if x & 1 == sign else P - x


def _decoded(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = _x_of(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _encoded(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


@functools.lru_cache(maxsize=64)
def _table(point: Point) -> list[list[Point]]:
    """Return v * 16**w * point for every window w of 64 and every v of 16."""
    table = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(_add(row[-1], point))
        table.append(row)
        point = _add(row[-1], point)
    return table


def _times(scalar: int, point: Point) -> Point:
    total = NEUTRAL
    for row in _table(point):
        if scalar & 15:
            total = _add(total, row[scalar & 15])
        scalar >>= 4
    return total


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _x_of(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of 64 bytes over a message is that of a public key of 32 bytes."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key = _decoded(public)
    s = int.from_bytes(signature[32:], "little")
    if key is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(digest, "little") % ORDER
    minus_key = (P - key[0], key[1], 1, P - key[3])
    return _encoded(_add(_times(s, BASE), _times(h, minus_key))) == signature[:32]


# The tree (RFC 6962) and its proofs (algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2)


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry's canonical bytes."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The full subtrees over the leaves so far: enough to add the next and to know the root."""

    def __init__(self) -> None:
        self.size = 0
        self.stack: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take in the hash of the next leaf."""
        self.size += 1
        rest = self.size
        while not rest & 1:
            leaf = node_hash(self.stack.pop(), leaf)
            rest >>= 1
        self.stack.append(leaf)

    def root(self) -> bytes:
        """Return the root over the leaves so far."""
        if not self.stack:
            return hashlib.sha256(b"").digest()
        root = self.stack[-1]
        for peak in reversed(self.stack[:-1]):
            root = node_hash(peak, root)
        return root

    def copy(self) -> Frontier:
        """Return one that goes on from here by itself."""
        other = Frontier()
        other.size, other.stack = self.size, list(self.stack)
        return other

    def peaks(self) -> dict[tuple[int, int], bytes]:
        """Return the full subtrees by their first leaf and their size."""
        found, start, above = {}, 0, list(self.stack)
        for bit in reversed(range(self.size.bit_length())):
            if self.size >> bit & 1:
                found[start, 1 << bit] = above.pop(0)
                start += 1 << bit
        return found


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over entries given as bytes."""
    frontier = Frontier()
    for entry in leaves:
        frontier.add(leaf_hash(entry))
    return frontier.root()


def inclusion_holds(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether a proof shows that a leaf hash stands at an index of a tree."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistency_holds(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows that the tree of the second size only added to the first."""
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == Frontier().root()
    if not 0 < first < second or not proof:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    one = two = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            one, two = node_hash(step, one), node_hash(step, two)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            two = node_hash(two, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and one == first_root and two == second_root


# Keys, notes, checkpoints, proof files

NOT_IN_NAMES = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]")
DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
LOG_KEY, WITNESS_KEY = 1, 4


class Key(NamedTuple):
    """A verifier key: whose it is, its short id, what it signs (1 logs, 4 witnesses), the key."""

    name: str
    key_id: bytes
    kind: int
    public: bytes
    text: str


class Signature(NamedTuple):
    """One signature line of a note."""

    name: str
    key_id: bytes
    data: bytes


class Checkpoint(NamedTuple):
    """A signed statement that the first `size` entries have this root."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[Signature, ...]


class ProofFile(NamedTuple):
    """A proof that an entry stands at a place, as one can keep it."""

    entry: bytes | None
    position: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint


def _base64(text: str) -> bytes:
    """Decode base64 that is written in the one canonical way; raise Unreadable otherwise."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable("not base64 in its canonical form") from None
    if base64.b64encode(data).decode() != text:
        raise Unreadable("not base64 in its canonical form")
    return data


def _number(text: str) -> int:
    if not DECIMAL.fullmatch(text) or int(text) > MOST:
        raise Unreadable("not a whole number")
    return int(text)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    if re.search("[\x00-\x09\x0b-\x1f]", text):
        raise Unreadable("holds control characters")
    return text


def read_key(text: str) -> Key:
    """Read a verifier key, name+id+key. Raises Unreadable."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0] or NOT_IN_NAMES.search(parts[0]):
        raise Unreadable("not a verifier key")
    name, key_id, encoded = parts
    data = _base64(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if len(data) != 33 or data[0] not in {LOG_KEY, WITNESS_KEY}:
        raise Unreadable("not an Ed25519 key of a log or a witness")
    if key_id != expected.hex():
        raise Unreadable("a key whose id does not fit it")
    return Key(name, expected, data[0], data[1:], text)


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not parts[1] or NOT_IN_NAMES.search(parts[1]):
        raise Unreadable("not a signature line")
    data = _base64(parts[2])
    if len(data) < 5:
        raise Unreadable("a signature that is too short")
    return Signature(parts[1], data[:4], data[4:])


def read_note(data: bytes) -> tuple[bytes, tuple[Signature, ...]]:
    """Return a signed note's text and its signatures. Raises Unreadable."""
    text = _text(data)
    body, gap, below = text.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise Unreadable("not a signed note")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Unreadable("a note with too many signatures")
    return (body + "\n").encode(), tuple(_signature(line) for line in lines)


def read_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint; its signatures are not checked yet. Raises Unreadable."""
    text, signatures = read_note(data)
    lines = text.decode()[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Unreadable("not a checkpoint")
    root = _base64(lines[2])
    if len(root) != 32:
        raise Unreadable("not a root hash")
    return Checkpoint(lines[0], _number(lines[1]), root, text, signatures)


def read_proof(data: bytes) -> ProofFile:
    """Read a proof file; nothing of it is checked yet. Raises Unreadable."""
    head, gap, note = data.partition(b"\n\n")
    lines = _text(head).split("\n")
    if not gap or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Unreadable("not a proof file")
    entry = _base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise Unreadable("a proof file without an index")
    index = _number(lines.pop(0)[6:])
    hashes = tuple(_base64(line) for line in lines)
    if any(len(each) != 32 for each in hashes):
        raise Unreadable("a proof file with a broken hash")
    return ProofFile(entry, index, hashes, read_checkpoint(note))


def signed_by(note: Checkpoint, key: Key) -> bool | None:
    """Say whether a log's key signed a checkpoint; None when no line claims that it did."""
    lines = [line for line in note.signatures if line[:2] == key[:2]]
    if not lines:
        return None
    return all(ed25519_verify(key.public, note.text, line.data) for line in lines)


def cosigned_at(note: Checkpoint, key: Key) -> int | None:
    """Return when a witness co-signed, in seconds since 1970; -1 if falsely, None if never."""
    times = []
    for line in note.signatures:
        if line[:2] != key[:2]:
            continue
        seconds = int.from_bytes(line.data[:8], "big")
        message = b"cosignature/v1\ntime %d\n" % seconds + note.text
        if seconds >= 2**63 or not ed25519_verify(key.public, message, line.data[8:]):
            return -1
        times.append(seconds)
    return times[0] if times else None


# Entries and openings

_UUID = rb'"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"'
_NULL_OR_UUID = rb"(?:null|" + _UUID + rb")"
ENTRY = re.compile(
    rb'\{"actor":' + _NULL_OR_UUID + rb',"at":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:'
    rb'[0-9]{2}\.[0-9]{6}Z","commitment":"([0-9a-f]{64})","event":"[a-z0-9_.]{1,64}","hat":'
    rb'"[a-z0-9_]{0,12}","id":(' + _UUID + rb'),"kind":"(?:change|look|refused)","op":'
    + _NULL_OR_UUID + rb',"school":' + _UUID + rb',"subject":\["[a-z0-9_]{1,16}",' + _UUID
    + rb'\],"user":' + _NULL_OR_UUID + rb',"v":1\}'
)  # fmt: skip
OPENING = re.compile(
    rb'\{"facts":(.*),"id":(' + _UUID + rb'),"salt":"([0-9a-f]{64})"\}\n', re.DOTALL
)


def canonical_json(value: object) -> str:
    """Return the RFC 8785 text of strings, whole numbers, true, false, null, lists and maps."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        pairs = (f"{canonical_json(key)}:{canonical_json(value[key])}" for key in keys)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(each) for each in value) + "]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > MOST):
        raise ValueError("a number that has no canonical form")
    return json.dumps(value, ensure_ascii=False)


def is_canonical(data: bytes) -> bool:
    """Say whether bytes are JSON in its canonical form."""
    try:
        return canonical_json(json.loads(data.decode("utf-8"))).encode("utf-8") == data
    except (ValueError, RecursionError):
        return False


def entry_fault(line: bytes) -> str | None:
    """Say why a line without its line end is no entry, or None when it is one."""
    if ENTRY.fullmatch(line):
        return None
    return "is not an entry of version 1" if is_canonical(line) else "is not canonical JSON"


# Reading the archive


class Note(NamedTuple):
    """A checkpoint, where it comes from, and what it is worth."""

    source: str
    checkpoint: Checkpoint
    kept: bool
    signed: bool

    @property
    def size(self) -> int:
        """Return over how many entries it speaks."""
        return self.checkpoint.size


class Asked(NamedTuple):
    """What the outsider brings: everything but the archive."""

    key: Key | None
    kept: tuple[tuple[str, Checkpoint], ...]
    witnesses: tuple[Key, ...]
    quorum: int
    proofs: tuple[tuple[str, ProofFile], ...]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Unreadable(f"{path.name} is missing or cannot be opened") from None


def _read(what: str, reader: Callable[[Any], Any], data: object) -> Any:
    try:
        return reader(data)
    except Unreadable as fault:
        raise Unreadable(f"{what} cannot be read: {fault}") from None


def _one_key(data: bytes) -> Key:
    text = _text(data)
    if not text.endswith("\n"):
        raise Unreadable("no line end")
    return read_key(text[:-1])


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError:
        raise Unreadable(f"{path.name} is missing or cannot be opened") from None


class Findings:
    """What was found wrong, each with a name, where it lies, and a sentence."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, what: Sequence[str], words: str, **where: int | None) -> None:
        """Add a finding; what: its name, and what else it could be when that cannot be told."""
        row: dict[str, Any] = {"what": what[0], "could_be": list(what), "words": words}
        row.update({name: where.get(name) for name in ("first", "last", "entry")})
        if row not in self.rows:
            self.rows.append(row)

    def has(self, what: str) -> bool:
        """Say whether something of that name was found."""
        return any(row["what"] == what for row in self.rows)


class Archive:
    """An archive's folder, read once for its keys and notes and as often as needed for entries."""

    def __init__(self, folder: Path, asked: Asked, findings: Findings) -> None:
        self.folder, self.asked, self.findings = folder, asked, findings
        if not folder.is_dir():
            raise Unreadable(f"{folder.name} is not a folder")
        self.entries = folder / "entries.jsonl"
        self.openings = folder / "openings.jsonl"
        self.key = self._log_key()
        self.listed = self._listed()
        self.newest: Note | None = None
        self.notes = self._notes()

    def _log_key(self) -> Key:
        key = self.asked.key
        try:
            own: Key = _read("log.vkey", _one_key, _bytes(self.folder / "log.vkey"))
        except Unreadable as fault:
            if key is None:
                raise
            self.findings.add(["damaged"], f"{fault}.")
            return key
        if key is not None and own.text != key.text:
            self._other_key("log.vkey", own)
        return key or own

    def _other_key(self, file: str, theirs: Key | None = None) -> None:
        if self.findings.has("other_key"):
            return
        named = f", {theirs.text}" if theirs else ""
        self.findings.add(
            ["other_key"],
            f"The archive is signed with another key than the log's own ({file}{named}): the log "
            "was rewritten with another key, or this is another log.",
        )

    def _listed(self) -> tuple[Key, ...]:
        path, keys = self.folder / "witnesses", []
        for number, line in enumerate(_lines(path) if path.exists() else (), 1):
            try:
                keys.append(_read(f"Line {number} of witnesses", _one_key, line))
            except Unreadable as fault:
                self.findings.add(["damaged"], f"{fault}.")
        return tuple(keys)

    def _notes(self) -> list[Note]:
        found = [self._kept(source, note) for source, note in self.asked.kept]
        for source, proof in self.asked.proofs:
            found.append(self._kept(source, proof.checkpoint))
        self.newest = self._own("checkpoint", _bytes(self.folder / "checkpoint"))
        found += [self.newest] if self.newest else []
        older = self.folder / "checkpoints"
        for path in sorted(older.iterdir()) if older.is_dir() else ():
            note = self._own(f"checkpoints/{path.name}", _bytes(path))
            if note and path.name != f"{note.size:012d}":
                self.findings.add(["damaged"], f"{note.source} is named after another size.")
            found += [note] if note else []
        return found

    def _kept(self, source: str, note: Checkpoint) -> Note:
        signed = signed_by(note, self.key)
        if signed is False:
            raise Unreadable(f"{source} carries a signature of the log's key that is not true")
        if signed is None and self.asked.key is not None:
            raise Unreadable(f"{source} is not signed by the key you gave")
        if note.origin != self.key.name:
            raise Unreadable(f"{source} is of another log, {note.origin}")
        if signed is None:
            self._other_key("log.vkey")
        return Note(source, note, kept=True, signed=bool(signed))

    def _own(self, file: str, data: bytes) -> Note | None:
        try:
            note: Checkpoint = _read(file, read_checkpoint, data)
        except Unreadable as fault:
            self.findings.add(["damaged"], f"{fault}.")
            return None
        signed = signed_by(note, self.key)
        if signed is None:
            self._other_key(file)
        elif not signed:
            self.findings.add(
                ["forged"],
                f"The log's signature under {file} is not true: its text or its signature was "
                "changed.",
            )
        elif note.origin != self.key.name:
            self.findings.add(["damaged"], f"{file} is of another log, {note.origin}.")
        else:
            self._check_lines(file, note)
            return Note(file, note, kept=False, signed=True)
        return None

    def _check_lines(self, file: str, note: Checkpoint) -> None:
        known = {(key.name, key.key_id) for key in (self.key, *self.listed, *self.asked.witnesses)}
        for line in note.signatures:
            if line[:2] not in known:
                self.findings.add(
                    ["damaged"], f"{file} carries a signature of somebody unknown, {line.name}."
                )
        for key in {key.text: key for key in (*self.listed, *self.asked.witnesses)}.values():
            if cosigned_at(note, key) == -1:
                self.findings.add(
                    ["forged"], f"The co-signature of {key.name} under {file} is not true."
                )

    def lines(self) -> Iterator[bytes]:
        """Yield the entries, each without its line end."""
        for line in _lines(self.entries):
            if line.endswith(b"\n"):
                yield line[:-1]
            else:
                self.findings.add(["damaged"], "entries.jsonl breaks off in the middle of a line.")
                yield line


class Openings:
    """The openings beside the entries, walked in the same order."""

    def __init__(self, archive: Archive) -> None:
        self.there = archive.openings.exists()
        self.findings = archive.findings
        self.rows = enumerate(_lines(archive.openings), 1) if self.there else iter(())
        self.fit = 0
        self.last_fit = -1
        self.wrong: list[int] = []
        self.next = self._advance()

    def _advance(self) -> tuple[bytes, bytes, bytes] | None:
        for number, line in self.rows:
            match = OPENING.fullmatch(line)
            if match:
                return match[2], match[3], match[1]
            self.findings.add(
                ["opening_changed"], f"Line {number} of openings.jsonl is not an opening."
            )
        return None

    def meet(self, position: int, entry_id: bytes, commitment: bytes) -> None:
        """Check the opening of an entry when it is the next one."""
        if self.next is None or self.next[0] != entry_id:
            return
        _, salt, facts = self.next
        digest = hashlib.sha256(bytes.fromhex(salt.decode()) + facts).hexdigest()
        if digest.encode() == commitment:
            self.fit += 1
        else:
            self.wrong.append(position)
        self.last_fit = position
        self.next = self._advance()

    def rest(self) -> list[bytes]:
        """Return the ids of the openings no entry was met for, in their order."""
        ids = []
        while self.next is not None:
            ids.append(self.next[0])
            self.next = self._advance()
        return ids


class Read(NamedTuple):
    """What one reading of the entries gave."""

    size: int
    root: bytes
    roots: dict[int, bytes]
    faults: dict[int, str]
    leaves: dict[int, bytes]
    places: dict[bytes, int]
    openings: Openings


def read_entries(archive: Archive) -> Read:
    """Read all entries once: the roots at every checkpoint's size, and what is wrong in a line."""
    sizes = {note.size for note in archive.notes}
    watched = {proof.position for _, proof in archive.asked.proofs}
    sought = {leaf_hash(proof.entry or b"") for _, proof in archive.asked.proofs}
    frontier, openings = Frontier(), Openings(archive)
    read = Read(0, b"", {0: frontier.root()}, {}, {}, {}, openings)
    for position, line in enumerate(archive.lines()):
        leaf = leaf_hash(line)
        frontier.add(leaf)
        match = ENTRY.fullmatch(line)
        if match:
            openings.meet(position, match[2], match[1])
        elif len(read.faults) < 100:
            read.faults[position] = str(entry_fault(line))
        if frontier.size in sizes:
            read.roots[frontier.size] = frontier.root()
        if position in watched:
            read.leaves[position] = leaf
        if leaf in sought:
            read.places[leaf] = position
    return read._replace(size=frontier.size, root=frontier.root())


# Trying out what would explain a root that does not fit


class Span:
    """The stretch between the last checkpoint that fits and the first that does not.

    Leaves before it are known only by their subtrees. A history is written as pieces: from a
    position on, the archive's leaves shifted by so many places.
    """

    def __init__(self, archive: Archive, ends: tuple[int, int], target: bytes) -> None:
        self.first, self.last = ends
        self.target = target
        self.before = Frontier()
        self.leaves: list[bytes] = []
        self.texts: dict[int, bytes] = {}
        self.known: dict[tuple[int, int], bytes] = {}
        self.memo: dict[tuple[int, int, int], bytes] = {}
        self.archive = archive

    def load(self, suspects: Sequence[int], extra: int) -> None:
        """Read the span, and as many entries behind it as it takes to try things out.

        suspects: entries that something else already points at. extra: how many there are too many.
        """
        small = self.last - self.first <= BITS_SPAN
        for position, line in enumerate(self.archive.lines()):
            if position < self.first:
                self.before.add(leaf_hash(line))
                continue
            if position > self.last + max(extra, BITS_SPAN):
                break
            self.leaves.append(leaf_hash(line))
            if position < self.last and (small or position in suspects):
                self.texts[position] = line
        self.known = self.before.peaks()

    def leaf(self, position: int) -> bytes:
        """Return the leaf hash at a position of the archive, which is not before the span."""
        return self.leaves[position - self.first]

    def has(self, position: int) -> bool:
        """Say whether the archive has a leaf at a position."""
        return position - self.first < len(self.leaves)

    def until(self, position: int) -> list[bytes]:
        """Return the leaf hashes of the span, and on to a position that lies behind it."""
        return self.leaves[: max(self.last, position + 1) - self.first]

    def _node(self, shift: int, start: int, size: int) -> bytes:
        if shift == 0 and (start, size) in self.known:
            return self.known[start, size]
        if size == 1:
            return self.leaf(start + shift)
        found = self.memo.get((shift, start, size))
        if found is None:
            left = 1 << (size - 1).bit_length() - 1
            found = node_hash(
                self._node(shift, start, left), self._node(shift, start + left, size - left)
            )
            self.memo[shift, start, size] = found
        return found

    def root(self, pieces: Sequence[tuple[int, int]], start: int, size: int) -> bytes:
        """Return the hash over a range of a history given as pieces (from, shift)."""
        inside = [piece for piece in pieces if start < piece[0] < start + size]
        if not inside:
            shift = [shift for begin, shift in pieces if begin <= start][-1]
            return self._node(shift, start, size)
        left = 1 << (size - 1).bit_length() - 1
        return node_hash(
            self.root(pieces, start, left), self.root(pieces, start + left, size - left)
        )

    def explains(self, pieces: Sequence[tuple[int, int]]) -> bool:
        """Say whether a history has the root that was signed."""
        return self.root(pieces, 0, self.last) == self.target

    def path(self, position: int) -> list[tuple[bool, bytes]]:
        """Return the siblings of one leaf from below, with whether each stands to its left."""
        steps, start, size = [], 0, self.last
        while size > 1:
            left = 1 << (size - 1).bit_length() - 1
            if position < start + left:
                steps.append((False, self._node(0, start + left, size - left)))
                size = left
            else:
                steps.append((True, self._node(0, start, left)))
                start, size = start + left, size - left
        return steps[::-1]


class Undone(NamedTuple):
    """What explains a span, and the leaf hashes as they were: of the span, and how many there are.

    taken: how many of the archive's entries, from the span's first on, those hashes stand for.
    """

    what: str
    words: str
    entry: int
    leaves: list[bytes]
    taken: int


def _extra(span: Span, count: int) -> Undone | None:
    if not 0 < count <= LINEAR_SPAN or not span.has(span.last + count - 1):
        return None
    for at in range(span.first, span.last):
        if span.explains([(0, 0), (at, count)]):
            leaves, gone = span.leaves, at - span.first
            kept = leaves[:gone] + leaves[gone + count : span.last - span.first + count]
            some = f"Entry {at} was" if count == 1 else f"Entries {at} to {at + count - 1} were"
            return Undone("inserted", f"{some} inserted", at, kept, span.last - span.first + count)
    return None


def _swapped(span: Span, one: int, two: int) -> Undone | None:
    pieces = [(0, 0), (one, two - one), (one + 1, 0), (two, one - two), (two + 1, 0)]
    if not span.explains(pieces):
        return None
    leaves = span.until(two)
    one_at, two_at = one - span.first, two - span.first
    leaves[one_at], leaves[two_at] = leaves[two_at], leaves[one_at]
    return Undone("reordered", f"Entries {one} and {two} changed places", one, leaves, len(leaves))


def _moved(span: Span, now: int, then: int) -> Undone | None:
    low, high = min(now, then), max(now, then)
    pieces = [(0, 0), (then, now - then), (then + 1, -1), (high + 1, 0)]
    if then == high:
        pieces = [(0, 0), (low, 1), (then, now - then), (high + 1, 0)]
    if not span.explains(pieces):
        return None
    leaves = span.until(high)
    leaves.insert(then - span.first, leaves.pop(now - span.first))
    return Undone(
        "reordered", f"Entry {now} was moved: it stood at {then}", low, leaves, len(leaves)
    )


def _reordered(span: Span) -> Iterator[Undone]:
    first, last = span.first, span.last
    end = first + min(len(span.leaves), PAIRS // (last - first))
    pairs = [(one, one + 1) for one in range(first, last) if span.has(one + 1)]
    pairs += [(one, two) for one in range(first, last) for two in range(one + 2, end)]
    for one, two in pairs:
        found = _swapped(span, one, two)
        if found is None and two > one + 1:
            found = _moved(span, one, two) or _moved(span, two, one)
        if found:
            yield found


def _bit(span: Span, position: int) -> Undone | None:
    """Try every single bit of one entry that leaves an entry when it is turned."""
    steps, text = span.path(position), bytearray(span.texts[position])
    for place in range(len(text)):
        for bit in range(8):
            text[place] ^= 1 << bit
            if ENTRY.fullmatch(text):
                leaf = root = leaf_hash(bytes(text))
                for is_left, sibling in steps:
                    root = node_hash(sibling, root) if is_left else node_hash(root, sibling)
                if root == span.target:
                    leaves = span.until(position)
                    leaves[position - span.first] = leaf
                    words = f"One bit of entry {position} was flipped (byte {place} of its line)"
                    return Undone("altered", words, position, leaves, len(leaves))
            text[place] ^= 1 << bit
    return None


def _flipped(span: Span, suspects: Sequence[int]) -> Iterator[Undone]:
    everyone = range(span.first, span.last) if span.last - span.first <= BITS_SPAN else ()
    for position in suspects or everyone:
        found = _bit(span, position)
        if found:
            yield found


def explanations(span: Span, suspects: Sequence[int], extra: int) -> Iterator[Undone]:
    """Yield each simple change that, undone, gives the root that was signed.

    suspects, extra: as the span was loaded with.
    """
    if suspects:
        yield from _flipped(span, suspects)
    if span.last - span.first > LINEAR_SPAN:
        return
    for count in sorted({1, extra}):
        found = _extra(span, count)
        if found:
            yield found
    yield from _reordered(span)
    if not suspects:
        yield from _flipped(span, ())


def first_unfit_after(
    archive: Archive, span: Span, undone: Undone, notes: Sequence[Note]
) -> int | None:
    """Return the size of the first checkpoint that does not fit even with a change undone."""
    targets = {note.size: note.checkpoint.root for note in notes if note.size > span.first}
    frontier = span.before.copy()
    skip = span.first + undone.taken
    hashes = (leaf_hash(line) for at, line in enumerate(archive.lines()) if at >= skip)
    for source in (undone.leaves, hashes):
        for leaf in source:
            frontier.add(leaf)
            if frontier.size in targets and targets[frontier.size] != frontier.root():
                return frontier.size
    return None


# Judging


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _between(first: int, last: int) -> str:
    return f"entry {first}" if last - first == 1 else f"entries {first} to {last - 1}"


class Judge:
    """Says what happened, from what was read and what was kept."""

    def __init__(self, archive: Archive, read: Read) -> None:
        self.archive, self.read, self.findings = archive, read, archive.findings
        within = [note for note in archive.notes if note.size <= read.size]
        self.fit = [n for n in within if n.checkpoint.root == read.roots[n.size]]
        self.unfit = [n for n in within if n.checkpoint.root != read.roots[n.size]]
        self.contradicted = self._two_histories()
        self.trusted = self._trusted()

    def _two_histories(self) -> bool:
        """Find two checkpoints that the log's key signed and that cannot both be true."""
        for unfit in sorted(self.unfit, key=lambda note: (note.size, note.source)):
            later = [n for n in self.fit if n.size >= unfit.size and n.signed and unfit.signed]
            if later:
                fit = min(later, key=lambda note: (note.size, note.source))
                self._tell_two(fit, unfit, f" This archive follows {fit.source}.")
                return True
        return self._same_size()

    def _same_size(self) -> bool:
        met: dict[int, Note] = {}
        for note in self.archive.notes:
            other = met.setdefault(note.size, note)
            if note.signed and other.signed and note.checkpoint.root != other.checkpoint.root:
                self._tell_two(other, note, " This archive follows neither.")
                return True
        return False

    def _tell_two(self, one: Note, two: Note, which: str) -> None:
        self.findings.add(
            ["two_histories"],
            f"The log's own key signed two histories: {one.source} over {_entries(one.size)} and "
            f"{two.source} over {_entries(two.size)} cannot both be true.{which}",
        )

    def _trusted(self) -> list[Note]:
        """Leave the archive's own checkpoints out once its key is known to have signed anew."""
        kept_unfit = any(note.kept for note in self.unfit)
        if self.contradicted and kept_unfit:
            return [note for note in self.archive.notes if note.kept]
        return self.archive.notes

    def judge(self) -> None:
        """Add what happened to the entries to the findings."""
        unfit = [note for note in self.unfit if note in self.trusted]
        if unfit:
            self._judge_span(min(unfit, key=lambda note: note.size))
        else:
            self._judge_length(self.read.size)
        self._judge_lines(unfit)
        self._judge_proofs()

    def _fit_below(self, size: int, notes: Sequence[Note]) -> int:
        return max([n.size for n in self.fit if n in notes and n.size <= size], default=0)

    def _longest(self) -> int:
        return max([note.size for note in self.trusted], default=self.read.size)

    def _extra(self) -> int:
        return self.read.size - self._longest() if self.archive.newest else 1

    def _judge_span(self, unfit: Note) -> None:
        first, last = self._fit_below(unfit.size - 1, self.trusted), unfit.size
        span, extra = Span(self.archive, (first, last), unfit.checkpoint.root), self._extra()
        faulty = {*self.read.faults, *self.read.openings.wrong}
        suspects = sorted(at for at in faulty if first <= at < last)
        span.load(suspects, extra)
        undone = self._explained(span, explanations(span, suspects, extra))
        if undone:
            self._tell_undone(span, *undone)
        elif suspects:
            for at in suspects[:5]:
                self._tell_suspect(at, first, last)
        else:
            self._tell_unclear(first, last, unfit)

    def _explained(self, span: Span, tried: Iterator[Undone]) -> tuple[Undone, int | None] | None:
        """Return what explains most, with the first checkpoint that it leaves unfit."""
        first = None
        for undone in tried:
            more = first_unfit_after(self.archive, span, undone, self.trusted)
            size = self.read.size - undone.taken + len(undone.leaves)
            if more is None and (size == self._longest() or not self.archive.newest):
                return undone, None
            first = first or (undone, more)
        return first

    def _tell_undone(self, span: Span, undone: Undone, more: int | None) -> None:
        rest = "With that undone every checkpoint fits."
        if more is not None:
            rest = f"Even with that undone the one over {more} does not fit: more was changed."
        place = {"first": span.first, "last": span.last - 1, "entry": undone.entry}
        self.findings.add([undone.what], f"{undone.words}. {rest}", **place)
        if more is None:
            self._judge_length(self.read.size - undone.taken + len(undone.leaves))

    def _tell_suspect(self, at: int, first: int, last: int) -> None:
        why = self.read.faults.get(at, "does not fit its opening")
        self.findings.add(
            ["altered"],
            f"Entry {at} was changed: it {why}, and {_between(first, last)} do not have the root "
            "that was signed.",
            first=first,
            last=last - 1,
            entry=at,
        )

    def _tell_unclear(self, first: int, last: int, unfit: Note) -> None:
        missing = self._longest() - self.read.size
        where = f"the first difference is among {_between(first, last)}"
        if missing > 0:
            here = f"{self.read.size} of {self._longest()} entries are here, and {where}"
            what = ["deleted"]
            tail = "removed there."
            if self.stray_inside is None:
                what = ["deleted", "altered"]
                tail = (
                    "removed there. That something there was replaced and the end was cut off "
                    "instead, checkpoints alone cannot tell."
                )
            words = f"{_entries(missing)} missing: {here}, so they were {tail}"
        else:
            what = ["unclear", "altered", "deleted", "inserted", "reordered"]
            words = (
                f"These are not the entries {unfit.source} was signed over: {where}. Something "
                "there was changed, removed or replaced; checkpoints alone cannot tell which."
            )
        self.findings.add(what, words, first=first, last=last - 1)

    @functools.cached_property
    def stray_inside(self) -> bool | None:
        """Say whether openings without an entry lie before others that have one; None: no such."""
        rest = self.read.openings.rest()
        if not rest:
            return None
        ids, after = set(rest), self.read.openings.last_fit
        for position, line in enumerate(self.archive.lines()):
            match = ENTRY.fullmatch(line) if position > after else None
            if match and match[2] in ids:
                return True
        return False

    def _judge_length(self, size: int) -> None:
        longest = self._longest()
        if size > longest and self.archive.newest:
            self.findings.add(
                ["inserted"],
                f"{_entries(size - longest)} at the end stand under no checkpoint: the newest is "
                f"over {longest}, the archive has {size}.",
                first=longest,
                last=size - 1,
                entry=longest,
            )
        elif size < longest:
            self._tell_missing(size, longest)

    def _tell_missing(self, size: int, longest: int) -> None:
        newest = self.archive.newest
        own = newest is not None and newest.size == longest
        notes = self.archive.notes if own else [n for n in self.archive.notes if n.kept]
        fit, stray = self._fit_below(size, notes), self.stray_inside
        what = ["cut_off"]
        words = f"The tail was cut off: the log had {longest} entries, here are {size}."
        if stray:
            what = ["deleted"]
            words = (
                f"{_entries(longest - size)} of {longest} were removed from among those after "
                f"entry {self.read.openings.last_fit}: their openings are still there."
            )
        elif fit < size and stray is None:
            what = ["cut_off", "deleted"]
            words += (
                f" The first {fit} are as they were; that some between {fit} and {size} were "
                "removed instead, checkpoints alone cannot tell."
            )
        self.findings.add(what, words, first=fit, last=longest - 1)

    def _judge_lines(self, unfit: Sequence[Note]) -> None:
        """Tell of lines and openings that are wrong although the entries are those sealed."""
        sure = min([note.size for note in unfit], default=self.read.size + 1)
        below = max([n.size for n in self.fit if n.size < sure], default=0)
        for at in [at for at in self.read.openings.wrong if at < below][:5]:
            self.findings.add(
                ["opening_changed"],
                f"The opening of entry {at} was changed: it does not fit what was sealed.",
                entry=at,
            )
        for at, why in [(at, why) for at, why in self.read.faults.items() if at < below][:5]:
            self.findings.add(["form"], f"Entry {at} was sealed, but {why}.", entry=at)
        if not self.findings.rows and self.read.openings.rest():
            self.findings.add(
                ["opening_changed"],
                "openings.jsonl holds an opening that belongs to no entry, or stands out of order.",
            )

    def _judge_proofs(self) -> None:
        for source, proof in self.archive.asked.proofs:
            leaf = leaf_hash(proof.entry or b"")
            if self.read.leaves.get(proof.position) == leaf:
                continue
            now = self.read.places.get(leaf)
            what, words = ["altered", "deleted"], "is no longer in the archive."
            if now is not None:
                words = f"now stands at {now}."
                what = ["deleted" if now < proof.position else "inserted", "reordered"]
            self.findings.add(
                what,
                f"The entry of {source} stood at {proof.position} and {words}",
                entry=proof.position,
            )


def _check_proof(source: str, proof: ProofFile) -> None:
    if proof.entry is None:
        raise Unreadable(f"{source} does not hold the entry it speaks of")


def _proof_finding(source: str, proof: ProofFile, findings: Findings) -> None:
    note, leaf = proof.checkpoint, leaf_hash(proof.entry or b"")
    if not inclusion_holds(leaf, proof.position, note.size, proof.hashes, note.root):
        findings.add(
            ["proof_wrong"],
            f"{source} does not prove its entry: entry, place or hashes were changed.",
            entry=proof.position,
        )
    elif entry_fault(proof.entry or b""):
        findings.add(["form"], f"The entry of {source} {entry_fault(proof.entry or b'')}.")


def _witnesses(note: Checkpoint | None, keys: Sequence[Key]) -> list[str]:
    """Return the names of those who truly co-signed, each once."""
    if note is None:
        return []
    return sorted({key.name for key in keys if (cosigned_at(note, key) or -1) > 0})


def _quorum(names: Sequence[str], quorum: int, findings: Findings) -> None:
    if len(names) < quorum:
        findings.add(
            ["quorum"],
            f"{len(names)} of the {quorum} witnesses you ask for co-signed the checkpoint.",
        )


def _report(findings: Findings, notes: Sequence[str], **facts: object) -> dict[str, Any]:
    verdict = "tampered" if findings.rows else "whole"
    return {"verdict": verdict, **facts, "findings": findings.rows, "notes": list(notes)}


def _usable_proofs(asked: Asked, findings: Findings) -> Asked:
    """Leave out proof files that do not hold by themselves, having said so."""
    sound = []
    for source, proof in asked.proofs:
        before = len(findings.rows)
        _check_proof(source, proof)
        _proof_finding(source, proof, findings)
        sound += [(source, proof)] if len(findings.rows) == before else []
    return asked._replace(proofs=tuple(sound))


def check_archive(folder: Path, asked: Asked) -> dict[str, Any]:
    """Check an archive against its own checkpoints and those that were kept; return the report."""
    findings = Findings()
    asked = _usable_proofs(asked, findings)
    archive = Archive(folder, asked, findings)
    read = read_entries(archive)
    Judge(archive, read).judge()
    newest = archive.newest.checkpoint if archive.newest else None
    names = _witnesses(newest, asked.witnesses or archive.listed)
    _quorum(names, asked.quorum, findings)
    fit = read.openings.fit
    return _report(
        findings,
        _remarks(asked, archive),
        log=archive.key.name,
        entries=read.size,
        root=read.root.hex(),
        checkpoint=newest.size if newest else None,
        kept=len(asked.kept) + len(asked.proofs),
        witnesses=names,
        openings={"fit": fit, "erased": read.size - fit} if read.openings.there else None,
    )


def _remarks(asked: Asked, archive: Archive) -> list[str]:
    remarks = []
    if asked.key is None:
        remarks.append(
            "The key came with the archive. Learn it from elsewhere and give it with --key."
        )
    if not asked.kept and not asked.proofs:
        remarks.append(
            "No checkpoint kept from before was given: this only shows that the archive agrees "
            "with itself."
        )
    if archive.listed and not asked.witnesses:
        remarks.append("The witnesses are those the archive names itself.")
    return remarks


def check_proofs(asked: Asked) -> dict[str, Any]:
    """Check proof files by themselves, without an archive."""
    findings, key = Findings(), _needed(asked.key)
    names: list[str] = []
    for source, proof in asked.proofs:
        _check_proof(source, proof)
        _sign_finding(source, proof.checkpoint, key, findings)
        _proof_finding(source, proof, findings)
        names = _witnesses(proof.checkpoint, asked.witnesses)
        _quorum(names, asked.quorum, findings)
    return _report(findings, [], log=key.name, proofs=len(asked.proofs), witnesses=names)


def _needed(key: Key | None) -> Key:
    if key is None:
        raise Unreadable("The log's key is needed: give it with --key")
    return key


def _sign_finding(source: str, note: Checkpoint, key: Key, findings: Findings) -> None:
    signed = signed_by(note, key)
    if signed is None:
        findings.add(["other_key"], f"{source} is not signed by the key you gave.")
    elif not signed or note.origin != key.name:
        findings.add(["forged"], f"The log's signature under {source} is not true.")


def compare(
    asked: Asked, one: tuple[str, Checkpoint], two: tuple[str, Checkpoint], proof: bytes | None
) -> dict[str, Any]:
    """Say whether two checkpoints of one log can both be true, without an archive."""
    findings, key = Findings(), _needed(asked.key)
    for source, note in (one, two):
        _sign_finding(source, note, key, findings)
    (one_name, first), (two_name, second) = sorted((one, two), key=lambda each: each[1].size)
    if not findings.rows and not _agree(first, second, proof):
        findings.add(
            ["two_histories"],
            f"The log's own key signed two histories: {one_name} over {_entries(first.size)} and "
            f"{two_name} over {_entries(second.size)} cannot both be true.",
        )
    names = _witnesses(second, asked.witnesses)
    return _report(findings, [], log=key.name, sizes=[first.size, second.size], witnesses=names)


def _agree(first: Checkpoint, second: Checkpoint, proof: bytes | None) -> bool:
    if first.size == second.size:
        return first.root == second.root
    if proof is None:
        raise Unreadable(
            f"Checkpoints over {first.size} and {second.size} entries cannot be compared by "
            "themselves: give the archive, or a proof with --consistency"
        )
    hashes = [_base64(line) for line in _text(proof).split("\n") if line]
    if any(len(each) != 32 for each in hashes):
        raise Unreadable("The proof has a broken hash")
    if consistency_holds(first.size, second.size, first.root, second.root, hashes):
        return True
    raise Unreadable(
        "The proof does not join the two checkpoints. That alone does not say that the log lied: "
        "the proof may be damaged. Give the archive"
    )


# The command


def _say(report: dict[str, Any]) -> str:
    if report["verdict"] == "tampered":
        lines = ["TAMPERED.", *(f"* {row['words']}" for row in report["findings"])]
    else:
        lines = [_whole(report)]
    if report.get("openings"):
        lines.append("Openings: {fit} fit, {erased} are erased.".format(**report["openings"]))
    if report["witnesses"]:
        lines.append(f"Co-signed by {', '.join(report['witnesses'])}.")
    return "\n".join([*lines, *(f"Note: {note}" for note in report["notes"])])


def _whole(report: dict[str, Any]) -> str:
    if "entries" in report:
        kept = f" and with {report['kept']} kept from before" if report["kept"] else ""
        return (
            f"Whole: {_entries(report['entries'])} of {report['log']}, as the newest checkpoint "
            f"says{kept}."
        )
    if "proofs" in report:
        return f"Whole: the entry was in the record of {report['log']}."
    return "Whole: the two checkpoints can both be true."


def _key_of(text: str, kind: int) -> Key:
    """Read a key given as text, or as a file that holds it."""
    path = Path(text)
    if "+" not in text or path.is_file():
        key: Key = _read(path.name, _one_key, _bytes(path))
    else:
        key = _read("The key", read_key, text)
    if key.kind != kind:
        whose = "a log's" if kind == LOG_KEY else "a witness's"
        raise Unreadable(f"{key.name} is not {whose} key")
    return key


def _noted(path: str) -> tuple[str, Checkpoint]:
    name = Path(path).name
    return name, _read(name, read_checkpoint, _bytes(Path(path)))


def _asked(options: argparse.Namespace) -> Asked:
    proofs = [(Path(path).name, _bytes(Path(path))) for path in options.proof]
    return Asked(
        key=_key_of(options.key, LOG_KEY) if options.key else None,
        kept=tuple(_noted(path) for path in options.old),
        witnesses=tuple(_key_of(text, WITNESS_KEY) for text in options.witness),
        quorum=options.quorum,
        proofs=tuple((name, _read(name, read_proof, data)) for name, data in proofs),
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Do what was asked and return the report. Raises Unreadable."""
    asked = _asked(options)
    pair = [_noted(path) for path in options.compare or ()]
    if options.archive:
        return check_archive(Path(options.archive), asked._replace(kept=(*asked.kept, *pair)))
    if pair:
        proof = _bytes(Path(options.consistency)) if options.consistency else None
        return compare(asked, pair[0], pair[1], proof)
    if asked.proofs:
        return check_proofs(asked)
    raise Unreadable("Give an archive, or --compare with two checkpoints, or --proof with a file")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("archive", nargs="?", help="the folder of an archive")
    parser.add_argument("--key", help="the log's key (name+id+key), or a file that holds it")
    parser.add_argument("--old", nargs="+", default=[], metavar="FILE", help="checkpoints you kept")
    parser.add_argument(
        "--proof", nargs="+", default=[], metavar="FILE", help="proof files you kept"
    )
    parser.add_argument(
        "--witness", nargs="+", default=[], metavar="VKEY", help="witnesses you trust"
    )
    parser.add_argument("--quorum", type=int, default=0, help="how many witnesses must have signed")
    parser.add_argument("--compare", nargs=2, metavar="FILE", help="can these two both be true?")
    parser.add_argument("--consistency", metavar="FILE", help="a proof between the two, in base64")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")


def answer(options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the report."""
    try:
        report = run(options)
    except Unreadable as fault:
        return UNREADABLE, {"verdict": "unreadable", "words": f"{fault}."}
    return (WHOLE if report["verdict"] == "whole" else TAMPERED), report


def worded(code: int, report: dict[str, Any], *, as_json: bool) -> str:
    """Return what to print: sentences, or one JSON object."""
    if as_json:
        return json.dumps(report, ensure_ascii=False)
    return f"Cannot check: {report['words']}" if code == UNREADABLE else _say(report)


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="senim_verify", description=(__doc__ or "").partition("\n")[0]
    )
    add_arguments(made)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = parser().parse_args(arguments)
    code, report = answer(options)
    out = sys.stderr if code == UNREADABLE else sys.stdout
    out.write(f"{worded(code, report, as_json=options.json)}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
