"""UUIDv7 (RFC 9562): made by the server or, where work can be offline, by the client.

Never trusted for order or for access; only for being unlike any other.
"""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new UUID of version 7: 48 bits of Unix milliseconds, 74 random bits."""
    return uuid7_at(time.time_ns() // 1_000_000, os.urandom(10))


def uuid7_at(milliseconds: int, randomness: bytes) -> UUID:
    """Return the UUIDv7 of a given time (Unix ms) and 10 random bytes, for generators and tests."""
    value = (milliseconds & ((1 << 48) - 1)) << 80 | int.from_bytes(randomness, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
