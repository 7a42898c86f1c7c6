"""A log told the plain way: RFC 6962 as its definitions stand, notes by hand, keys by a library.

It shares nothing with the verifiers nor with the house's own tree and notes, so that what all of
them agree on is right. Slow, and only for tests, vectors and measuring.
"""

import base64
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "school.example/ledger"
SECONDS = 1_795_000_000


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def k_of(n: int) -> int:
    return max(1 << bit for bit in range(64) if 1 << bit < n)


def mth(d: Sequence[bytes]) -> bytes:
    """MTH(D[n]) over leaf hashes. Source: RFC 6962, 2.1."""
    if not d:
        return hashlib.sha256(b"").digest()
    if len(d) == 1:
        return d[0]
    k = k_of(len(d))
    return pair(mth(d[:k]), mth(d[k:]))


def path(m: int, d: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]). Source: RFC 6962, 2.1.1."""
    if len(d) == 1:
        return []
    k = k_of(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b). Source: RFC 6962, 2.1.2."""
    if m == len(d):
        return [] if whole else [mth(d)]
    k = k_of(len(d))
    if m <= k:
        return [*subproof(m, d[:k], whole=whole), mth(d[k:])]
    return [*subproof(m - k, d[k:], whole=False), mth(d[:k])]


def proof(m: int, d: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]); empty from nothing, as logs of c2sp.org have it."""
    return subproof(m, d, whole=True) if m else []


class Signer:
    """A key from a seed: of a log (kind 1) or of a witness (kind 4)."""

    def __init__(self, name: str, seed: str, kind: int = 1) -> None:
        self.name, self.kind = name, kind
        self.private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
        material = bytes([kind]) + self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(material)}"

    def line(self, text: str, seconds: int = SECONDS) -> str:
        """The signature line under a checkpoint's text."""
        data, stamp = text.encode(), b""
        if self.kind == 4:
            stamp = seconds.to_bytes(8, "big")
            data = f"cosignature/v1\ntime {seconds}\n".encode() + data
        return f"\u2014 {self.name} {b64(self.id + stamp + self.private.sign(data))}\n"


LOG = Signer(ORIGIN, "the log")
THIEF = Signer(ORIGIN, "another key under the same name")
NORTH = Signer("north.example", "the vendor of the north", 4)
SOUTH = Signer("south.example", "the vendor of the south", 4)


def head(hashes: Sequence[bytes], size: int, origin: str = ORIGIN) -> str:
    """A checkpoint's text over the first so many leaf hashes."""
    return f"{origin}\n{size}\n{b64(mth(hashes[:size]))}\n"


def signed(text: str, *signers: Signer) -> str:
    """A signed note."""
    return f"{text}\n{''.join(one.line(text) for one in signers)}"


def canonical(value: object) -> bytes:
    """Canonical JSON of values without floats and with keys of plain letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


@dataclass(slots=True)
class Log:
    """A log with its openings. marks: the sizes it made checkpoints at, the last being its own."""

    lines: list[bytes]
    openings: list[bytes | None]
    marks: list[int]
    signer: Signer = LOG
    witnesses: tuple[Signer, ...] = (NORTH, SOUTH)
    notes: dict[int, str] = field(default_factory=dict)

    @property
    def hashes(self) -> list[bytes]:
        return [leaf(line) for line in self.lines]

    def note(self, size: int) -> str:
        return signed(head(self.hashes, size), self.signer, *self.witnesses)

    def seal(self) -> None:
        """Sign every checkpoint anew over the lines as they are now."""
        hashes = self.hashes
        self.notes = {
            size: signed(head(hashes, size), self.signer, *self.witnesses) for size in self.marks
        }

    def write(self, folder: Path) -> Path:
        """Write the archive, with the notes as they were last sealed."""
        (folder / "checkpoints").mkdir(parents=True)
        (folder / "log.vkey").write_text(f"{self.signer.vkey}\n", "utf-8")
        (folder / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in self.lines))
        (folder / "witnesses").write_text("".join(f"{w.vkey}\n" for w in self.witnesses), "utf-8")
        openings = (opening for opening in self.openings if opening is not None)
        (folder / "openings.jsonl").write_bytes(b"".join(line + b"\n" for line in openings))
        *older, newest = sorted(self.notes)
        (folder / "checkpoint").write_text(self.notes[newest], "utf-8")
        for size in older:
            (folder / "checkpoints" / f"{size:012d}").write_text(self.notes[size], "utf-8")
        return folder


def made(random_: random.Random) -> tuple[bytes, bytes]:
    """An invented entry and its opening."""

    def uuid() -> str:
        return str(UUID(int=random_.getrandbits(128), version=4))

    salt = random_.randbytes(32)
    facts = canonical({"topic": "Әріптер", "number": random_.randrange(1000)})
    entry = {
        "v": 1,
        "id": uuid(),
        "at": f"2026-11-18T05:{random_.randrange(60):02}:00.{random_.randrange(10**6):06}Z",
        "school": uuid(),
        "kind": random_.choice(["change", "look", "refused"]),
        "event": random_.choice(["journal.lesson.saved", "journal.register.looked"]),
        "actor": random_.choice([uuid(), None]),
        "user": random_.choice([uuid(), None]),
        "hat": random_.choice(["teacher", ""]),
        "subject": ["klass", uuid()],
        "op": random_.choice([uuid(), None]),
        "commitment": hashlib.sha256(salt + facts).hexdigest(),
    }
    ids = canonical({"id": entry["id"], "salt": salt.hex()})[1:]
    return canonical(entry), b'{"facts":' + facts + b"," + ids


def log_of(size: int, *, seed: int, marks: Sequence[int] = (), erased: int = 0) -> Log:
    """A log of so many invented entries, sealed; every `erased`-th opening is gone."""
    random_ = random.Random(seed)  # noqa: S311 - invented entries
    rows = [made(random_) for _ in range(size)]
    openings = [None if erased and at % erased == 0 else row[1] for at, row in enumerate(rows)]
    log = Log([row[0] for row in rows], openings, sorted({*marks, size}))
    log.seal()
    return log


def proof_file(log: Log, index: int, size: int) -> str:
    """A proof that an entry stands at an index, over a checkpoint of so many entries."""
    hashes = "".join(f"{b64(each)}\n" for each in path(index, log.hashes[:size]))
    extra = b64(log.lines[index])
    return f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{hashes}\n{log.note(size)}"
