"""Canonical bytes v1 of a ledger entry, and its commitment. Pure; vectors in docs/reference.

The bytes are JSON by RFC 8785 (sorted keys, no spaces) over strings, whole numbers, booleans, null,
lists and maps. Once written they never change meaning: a later form gets another `v`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from uuid import UUID

VERSION = 1


def _plain(value: object) -> object:
    match value:
        case Enum():
            return _plain(value.value)
        case None | bool() | int() | str():
            return value
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
        case date() | UUID() | Fraction():
            return str(value)
        case Mapping():
            return {str(_plain(key)): _plain(inner) for key, inner in value.items()}
        case frozenset() | set():
            return sorted((_plain(inner) for inner in value), key=str)
        case list() | tuple():
            return [_plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no canonical form; use text or whole numbers")


def canonical_json(value: object) -> bytes:
    """Return the RFC 8785 bytes of a value. Raises TypeError for floats and unknown types."""
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def commitment(facts: Mapping[str, object], *, salt: bytes) -> str:
    """Return SHA-256(salt ‖ canonical facts), hexadecimal. The salt is 32 random bytes."""
    return hashlib.sha256(salt + canonical_json(facts)).hexdigest()


def entry_bytes(  # noqa: PLR0913 - the entry's fields, each named
    *,
    entry_id: UUID,
    at: datetime,
    school_id: UUID,
    kind: str,
    event: str,
    actor_id: UUID | None,
    user_id: UUID | None,
    hat: str,
    subject_kind: str,
    subject_id: UUID,
    op_id: UUID | None,
    commitment_hex: str,
) -> bytes:
    """Return the canonical bytes of one entry: what a later seal covers."""
    return canonical_json(
        {
            "v": VERSION,
            "id": entry_id,
            "at": at,
            "school": school_id,
            "kind": kind,
            "event": event,
            "actor": actor_id,
            "user": user_id,
            "hat": hat,
            "subject": [subject_kind, subject_id],
            "op": op_id,
            "commitment": commitment_hex,
        }
    )
