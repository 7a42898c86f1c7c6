"""The texts a sealed log speaks in: signed notes, checkpoints, cosignatures, proofs. Pure.

By the specifications of c2sp.org: signed-note, tlog-checkpoint, tlog-cosignature, tlog-witness and
tlog-proof. Signing and checking signatures is not done here: see `ledger.sealing.keys`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ED25519 = 0x01
"""A log's own signature over a note's text."""

COSIGNATURE = 0x04
"""A witness's signature, with its time."""

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
MOST_SIGNATURES = 64
MOST_PROOF_LINES = 63
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class BrokenNote(ValueError):
    """A text is not what the specification says it has to be."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key says so, and what it signed with."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line under a note, with its line end."""
        return f"— {self.name} {encoded(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under and how (ED25519 or COSIGNATURE)."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        return hashlib.sha256(
            self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        ).digest()[:4]

    @property
    def text(self) -> str:
        """The key as people hand it on: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: which log, how many entries, the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note: its text, which ends a line, and the signature lines under it."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def whole(self) -> str:
        """The note as it is handed on."""
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}"


@dataclass(frozen=True, slots=True)
class Proof:
    """That bytes stand at an index of a log: the path to the root, and the checkpoint."""

    extra: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: str


def encoded(data: bytes) -> str:
    """Return base64, as every one of these texts writes bytes."""
    return base64.b64encode(data).decode()


def decoded(text: str, *, length: int | None = None) -> bytes:
    """Return the bytes of base64 written exactly as we would. Raises BrokenNote."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BrokenNote("this is no base64") from None
    if encoded(data) != text or (length is not None and len(data) != length):
        raise BrokenNote("this base64 is of another length or written oddly")
    return data


def number(text: str) -> int:
    """Return a decimal number without leading zeroes. Raises BrokenNote."""
    if not _NUMBER.fullmatch(text):
        raise BrokenNote(f"{text[:30]!r} is no number of a log")
    return int(text)


def check_name(name: str) -> str:
    """Return a key's name. Raises BrokenNote for one with spaces or a plus."""
    if not name or "+" in name or any(sign.isspace() or ord(sign) < 0x20 for sign in name):
        raise BrokenNote("a key's name holds neither spaces nor +")
    return name


def parse_key(text: str) -> VerifierKey:
    """Return the verifier key a text holds. Raises BrokenNote where id and key do not fit."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise BrokenNote("a key is written name+id+key")
    name, key_id, material = parts
    data = decoded(material)
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise BrokenNote("this key is of a kind we do not know")
    key = VerifierKey(check_name(name), data[1:], data[0])
    if key.key_id.hex() != key_id:
        raise BrokenNote("the key's id does not fit the key")
    return key


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Return what signature lines hold, each ending a line. Raises BrokenNote."""
    if not lines.endswith("\n"):
        raise BrokenNote("a signature line has no end")
    found = []
    for line in lines[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, signed = rest.partition(" ")
        data = decoded(signed)
        if dash != "—" or len(data) < 5:
            raise BrokenNote("a line is no signature")
        found.append(Signature(check_name(name), data[:4], data[4:]))
    if len(found) > MOST_SIGNATURES:
        raise BrokenNote("too many signatures")
    return tuple(found)


def parse_note(whole: str) -> Note:
    """Return the text and signatures of a note. Raises BrokenNote."""
    if any(ord(sign) < 0x20 and sign != "\n" for sign in whole):
        raise BrokenNote("a note holds control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise BrokenNote("a note has no signatures")
    return Note(text + "\n", parse_signatures(lines))


def parse_head(text: str) -> Head:
    """Return what a checkpoint's text says; further lines are left aside. Raises BrokenNote."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise BrokenNote("a checkpoint is three lines")
    return Head(lines[0], number(lines[1]), decoded(lines[2], length=32))


def cosigned_message(text: str, *, timestamp: int) -> bytes:
    """Return the bytes a witness signs: the checkpoint's text under its time, POSIX seconds."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def stamped(timestamp: int, signature: bytes) -> bytes:
    """Return a cosignature's bytes: the time, eight bytes, before the signature."""
    return timestamp.to_bytes(8, "big") + signature


def unstamped(signature: bytes) -> tuple[int, bytes]:
    """Return time and signature of a cosignature's bytes. Raises BrokenNote."""
    if len(signature) != 72:
        raise BrokenNote("a cosignature is a time and an Ed25519 signature")
    return int.from_bytes(signature[:8], "big"), signature[8:]


def add_checkpoint(old: int, proof: Iterable[bytes], note: str) -> str:
    """Return what is posted to a witness: a checkpoint, consistent with its size `old`."""
    lines = "".join(f"{encoded(one)}\n" for one in proof)
    return f"old {old}\n{lines}\n{note}"


def parse_add_checkpoint(body: str) -> tuple[int, tuple[bytes, ...], str]:
    """Return (old size, consistency proof, note) of what was posted. Raises BrokenNote."""
    above, blank, note = body.partition("\n\n")
    first, *lines = above.split("\n")
    if not blank or not first.startswith("old ") or len(lines) > MOST_PROOF_LINES:
        raise BrokenNote("this is no add-checkpoint")
    return number(first[4:]), tuple(decoded(line, length=32) for line in lines), note


def proof_text(data: bytes, index: int, hashes: Sequence[bytes], note: str) -> str:
    """Return a proof one can check alone: the entry's bytes, its path, the checkpoint."""
    lines = "".join(f"{encoded(one)}\n" for one in hashes)
    return f"{PROOF_HEADER}\nextra {encoded(data)}\nindex {index}\n{lines}\n{note}"


def parse_proof(text: str) -> Proof:
    """Return what a proof holds. Raises BrokenNote."""
    above, blank, note = text.partition("\n\n")
    header, *lines = above.split("\n")
    if not blank or header != PROOF_HEADER or not lines:
        raise BrokenNote("this is no proof")
    extra = b""
    if lines[0].startswith("extra "):
        extra = decoded(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise BrokenNote("a proof names no index")
    index = number(lines[0].removeprefix("index "))
    hashes = tuple(decoded(line, length=32) for line in lines[1:])
    if len(hashes) > MOST_PROOF_LINES:
        raise BrokenNote("a proof is too long")
    return Proof(extra, index, hashes, note)
