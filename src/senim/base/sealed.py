"""Encrypted fields and keyed-hash look-up (AES-256-GCM, HMAC-SHA-256).

A ciphertext is bound to its table, column and row, so that it cannot be moved to another. Layout:
key id (1 byte), nonce (12), ciphertext with tag. Keys are files of mode 0600, made by `senim init`.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_ID = b"\x01"
KEY_NAMES = ("django", "fields", "lookup", "log")


class KeysMissing(RuntimeError):
    """The installation has no keys, or they may be read by others."""


def make_keys(folder: Path) -> list[str]:
    """Make the keys that are missing, each a file of mode 0600; return the names made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name in KEY_NAMES:
        path = folder / f"{name}.key"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
                out.write(secrets.token_hex(32))
            made.append(name)
    return made


def read_key(folder: Path, name: str) -> str:
    """Return a key as hexadecimal text. Raises KeysMissing, saying what to do."""
    path = folder / f"{name}.key"
    if not path.exists():
        raise KeysMissing(f"{path} is missing: run `senim init`, or set SENIM_KEYS_DIR")
    if path.stat().st_mode & 0o077:
        raise KeysMissing(f"{path} can be read by others: chmod 600 {path}")
    return path.read_text().strip()


def _secret(name: str) -> bytes:
    return bytes.fromhex(read_key(Path(settings.SENIM_KEYS_DIR), name))


def seal(text: str, *, table: str, column: str, row: UUID) -> bytes:
    """Encrypt a text for one place of the database."""
    nonce = os.urandom(12)
    place = f"{table}|{column}|{row}".encode()
    return KEY_ID + nonce + AESGCM(_secret("fields")).encrypt(nonce, text.encode(), place)


def unseal(sealed: bytes, *, table: str, column: str, row: UUID) -> str:
    """Decrypt what `seal` made for the same place; raises InvalidTag for any other."""
    place = f"{table}|{column}|{row}".encode()
    return AESGCM(_secret("fields")).decrypt(sealed[1:13], sealed[13:], place).decode()


def lookup_hash(text: str, *, kind: str) -> str:
    """Return the keyed hash by which an encrypted value can be found again, hexadecimal."""
    return hmac.new(_secret("lookup"), f"{kind}|{text}".encode(), hashlib.sha256).hexdigest()
