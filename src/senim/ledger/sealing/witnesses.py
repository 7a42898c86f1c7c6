"""Who co-signs our checkpoints: adding witnesses, asking them, keeping what they sign."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from senim.base.ids import uuid7
from senim.ledger import services as ledger
from senim.ledger.models import Cosignature, Witness
from senim.ledger.sealing import keys, queries, stored
from senim.rules import notes, tree
from senim.rules.errors import Invalid

AGAIN = timedelta(minutes=5)
"""After this long a witness is asked anew, though nothing was added: its time shows it is there."""

BACK_OFF = timedelta(seconds=30)
"""How long a witness that did not co-sign is left alone."""

PATIENCE = 5.0
"""Seconds for one answer of a witness, whole."""

MOST_BYTES = 64 * 1024
OF_INSTALLATION = UUID(int=0)
"""In place of a school: entries about the installation itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered. status 0: nothing in time."""

    status: int
    text: str = ""


def add_witness(name: str, *, url: str, key: str, at: datetime) -> UUID:
    """Have an organisation co-sign from now on, and return the witness's id.

    key: its verifier key (name+id+key), as `senim witness serve` prints it.
    Raises Invalid("witness_wrong", reason=…), and Invalid("witness_known") for a name in use.
    """
    try:
        kind = notes.parse_key(key).kind
    except notes.BrokenNote as fault:
        raise Invalid("witness_wrong", reason=str(fault)) from None
    parts = urlsplit(url)
    if kind != notes.COSIGNATURE:
        raise Invalid("witness_wrong", reason="this key signs notes, it does not co-sign")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid("witness_wrong", reason="the address has to begin with https://")
    if Witness.objects.filter(name=name, removed_at__isnull=True).exists():
        raise Invalid("witness_known", name=name)
    row = Witness(id=uuid7(), name=name, url=url.rstrip("/"), public_key=key.strip(), added_at=at)
    with ledger.entry("ledger.witness.added", _thing(row.id), actor=None, at=at) as draft:
        row.save(force_insert=True)
        draft.facts = {"name": name, "url": row.url, "key": row.public_key}
    return row.id


def remove_witness(name: str, *, at: datetime) -> bool:
    """Ask a witness no more; what it co-signed stays. Return whether there was one of the name."""
    row = Witness.objects.filter(name=name, removed_at__isnull=True).first()
    if row is None:
        return False
    with ledger.entry("ledger.witness.removed", _thing(row.id), actor=None, at=at) as draft:
        Witness.objects.filter(id=row.id).update(removed_at=at)
        draft.facts = {"name": name}
    return True


def _thing(witness_id: UUID) -> ledger.Thing:
    return ledger.Thing("witness", witness_id, OF_INSTALLATION)


def due(at: datetime) -> tuple[queries.Observer, ...]:
    """Return the witnesses to be asked now. at: the machine's time."""
    last = queries.last()
    if last is None:
        return ()
    return tuple(one for one in queries.witnesses() if _is_due(one, last.size, at))


def _is_due(one: queries.Observer, size: int, at: datetime) -> bool:
    if one.trouble_at and at - one.trouble_at < BACK_OFF:
        return False
    return one.size != size or at - one.heard_at >= AGAIN or one.cosigned_at is None


def ask(one: queries.Observer, *, at: datetime) -> str:
    """Ask a witness to co-sign the last checkpoint, and keep what it answers.

    at: the machine's time. Returns what is wrong (Witness.Trouble), or an empty text when it
    co-signed. A witness that remembers another size than we think is asked again from there.
    """
    last = queries.last()
    if last is None:
        return ""
    old, answer = min(one.size, last.size), Answer(0)
    for _ in range(3):
        proof = tree.consistency_proof(old, last.size, stored.subtree)
        answer = post(f"{one.url}/add-checkpoint", notes.add_checkpoint(old, proof, last.note))
        remembered = _size_in(answer)
        if remembered is None or remembered == old:
            break
        if remembered > last.size:
            return _troubled(one, Witness.Trouble.AHEAD, at)
        old = remembered
    if answer.status == 200:
        line = _cosignature(one.key, last.note, answer.text)
        if line:
            return _keep(one, last.size, line, at)
    silent = answer.status == 0 or answer.status >= 500
    return _troubled(one, Witness.Trouble.SILENT if silent else Witness.Trouble.REFUSED, at)


def _size_in(answer: Answer) -> int | None:
    """Return the size a witness says it remembers, in a conflict."""
    try:
        return notes.number(answer.text.strip()) if answer.status == 409 else None
    except notes.BrokenNote:
        return None


def _cosignature(key: notes.VerifierKey, note: str, lines: str) -> notes.Signature | None:
    """Return the witness's own line over our checkpoint among what it answered, if it is right."""
    try:
        answered = notes.parse_signatures(lines)
    except notes.BrokenNote:
        return None
    return keys.signed_by(key, notes.Note(notes.parse_note(note).text, answered))


def _keep(one: queries.Observer, size: int, line: notes.Signature, at: datetime) -> str:
    """Keep a cosignature. It counts from its own time where that is earlier than ours."""
    timestamp, _ = notes.unstamped(line.signature)
    when = min(at, datetime.fromtimestamp(min(timestamp, 2**33), tz=UTC))
    with transaction.atomic():
        Cosignature.objects.update_or_create(
            checkpoint_id=size, witness_id=one.id, defaults={"line": line.line, "at": when}
        )
        Witness.objects.filter(id=one.id, size__lte=size).update(
            size=size, cosigned_at=when, trouble="", trouble_at=None
        )
    return ""


def _troubled(one: queries.Observer, trouble: Witness.Trouble, at: datetime) -> str:
    Witness.objects.filter(id=one.id).update(trouble=trouble, trouble_at=at)
    return trouble.value


def post(url: str, body: str, *, patience: float = PATIENCE) -> Answer:
    """Post a text; return what is answered within `patience` seconds, follow no redirect."""
    parts, ends = urlsplit(url), monotonic() + patience
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=patience)
    try:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        connection.request("POST", parts.path, body.encode(), headers)
        response = connection.getresponse()
        taken = b""
        while part := response.read1(4096):
            taken += part
            if len(taken) > MOST_BYTES or monotonic() > ends:
                return Answer(0)
        return Answer(response.status, taken.decode("utf-8", "replace"))
    except (OSError, HTTPException):
        return Answer(0)
    finally:
        connection.close()
