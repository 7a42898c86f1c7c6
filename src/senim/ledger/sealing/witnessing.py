"""A witness of other logs: what it remembers of each, in files, and what it is ready to sign.

It never signs two histories of one log: what it signs next has to begin with what it signed last,
and it remembers that on disk before it answers. By c2sp.org/tlog-witness. No database.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from senim.ledger.sealing.keys import Signer, signed_by
from senim.rules import notes, tree

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to whoever posts a checkpoint."""

    status: int
    text: str
    content_type: str = TEXT_TYPE


class Witness:
    """A witness with its key, its memory, and the logs it has been told to watch.

    folder: its state; made, with a key of its own, when it is not there. logs: verifier keys.
    """

    def __init__(self, folder: Path, *, name: str, logs: Sequence[notes.VerifierKey]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.signer = Signer(name, _seed(folder / "witness.key"), notes.COSIGNATURE)
        self.logs: Mapping[str, list[notes.VerifierKey]] = {
            one.name: [key for key in logs if key.name == one.name] for one in logs
        }

    def add_checkpoint(self, body: str, *, timestamp: int) -> Reply:
        """Co-sign what was posted if it continues what is remembered. timestamp: POSIX seconds."""
        try:
            old, proof, whole = notes.parse_add_checkpoint(body)
            note = notes.parse_note(whole)
            head = notes.parse_head(note.text)
        except notes.BrokenNote as fault:
            return Reply(400, f"{fault}\n")
        known = self.logs.get(head.origin)
        if known is None:
            return Reply(404, "this log is not watched here\n")
        signatures = tuple(line for key in known if (line := signed_by(key, note)))
        if not signatures:
            return Reply(403, "the log's signature is not right\n")
        if old > head.size:
            return Reply(400, "the old size is above the new\n")
        with self._remembering(head.origin) as memory:
            refused = _refusal(_remembered(memory, head.origin), old, head, proof)
            if refused:
                return refused
            _write(memory, notes.Note(note.text, signatures).whole)
        return Reply(200, self.signer.cosign(note.text, timestamp=timestamp).line)

    @contextmanager
    def _remembering(self, origin: str) -> Iterator[Path]:
        """Hold one log's memory against everybody else, other processes included."""
        memory = self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.checkpoint"
        with memory.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield memory


def _refusal(last: notes.Head, old: int, head: notes.Head, proof: Sequence[bytes]) -> Reply | None:
    """Return why a checkpoint is not signed, or None."""
    if old != last.size or (old == head.size and head.root != last.root):
        return Reply(409, f"{last.size}\n", SIZE_TYPE)
    if not tree.verify_consistency(old, head.size, last.root, head.root, proof):
        return Reply(422, "the proof does not lead from the one to the other\n")
    return None


def _remembered(memory: Path, origin: str) -> notes.Head:
    if not memory.exists():
        return notes.Head(origin, 0, tree.EMPTY_ROOT)
    return notes.parse_head(notes.parse_note(memory.read_text("utf-8")).text)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all, and have it on disk before returning."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _seed(path: Path) -> bytes:
    """Return the witness's private key; make one, of mode 0600, when there is none."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text().strip())
