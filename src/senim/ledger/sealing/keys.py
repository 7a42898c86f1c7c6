"""Keys of the log and of witnesses: making, reading, signing, checking (Ed25519)."""

from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from senim.base.sealed import make_keys, read_key
from senim.rules import notes


class Signer:
    """A private key under the name it signs with."""

    def __init__(self, name: str, seed: bytes, kind: int = notes.ED25519) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.key = notes.VerifierKey(notes.check_name(name), public, kind)

    def sign(self, text: str) -> notes.Signature:
        """Return a log's signature over a note's text."""
        return notes.Signature(self.key.name, self.key.key_id, self._private.sign(text.encode()))

    def cosign(self, text: str, *, timestamp: int) -> notes.Signature:
        """Return a witness's signature over a checkpoint's text. timestamp: POSIX seconds."""
        signed = self._private.sign(notes.cosigned_message(text, timestamp=timestamp))
        return notes.Signature(self.key.name, self.key.key_id, notes.stamped(timestamp, signed))


def signed_by(key: notes.VerifierKey, note: notes.Note) -> notes.Signature | None:
    """Return the key's line under a note, if it is there and right; of several, the first right."""
    for one in note.signatures:
        if (one.name, one.key_id) == (key.name, key.key_id) and _fits(key, note.text, one):
            return one
    return None


def _fits(key: notes.VerifierKey, text: str, one: notes.Signature) -> bool:
    signature, message = one.signature, text.encode()
    try:
        if key.kind == notes.COSIGNATURE:
            timestamp, signature = notes.unstamped(signature)
            message = notes.cosigned_message(text, timestamp=timestamp)
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, notes.BrokenNote):
        return False
    return True


def log_signer(origin: str | None) -> Signer:
    """Return the log's own key under the name it has always signed with.

    origin: of the checkpoints on record; None before the first, when the address people open gives
    it. An installation older than the seal gets its key made then; later a key that is gone is
    never made anew, because it would be another log. Raises KeysMissing.
    """
    folder = Path(settings.SENIM_KEYS_DIR)
    if origin is None and not (folder / "log.key").exists():
        make_keys(folder)
    return Signer(origin or _own_name(), bytes.fromhex(read_key(folder, "log")))


def _own_name() -> str:
    """Return the log's name by the address people open, without its scheme."""
    parts = urlsplit(settings.SENIM_ORIGIN)
    return f"{parts.netloc}{parts.path.rstrip('/')}/ledger"
