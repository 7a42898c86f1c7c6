"""One request, one transaction: so that PostgreSQL is told once who asks, and forgets it by itself.

What services write becomes savepoints of it. It is kept whatever is answered, a refusal too, whose
refused look has to stay on record, and taken back where something broke. SQLite has one writer,
who would keep all others out for as long as a page takes; there nothing of this is done.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

BROKEN = 500


class OneTransaction:
    """The transaction of one request: begun when its route is known, ended with the answer."""

    def __init__(self) -> None:
        self._open: transaction.Atomic | None = None

    def begin(self, view: Callable[..., Any]) -> None:
        """Begin it, unless the view keeps transactions of its own (`non_atomic_requests`)."""
        if connection.vendor == "postgresql" and not hasattr(view, "_non_atomic_requests"):
            self._open = transaction.atomic()
            self._open.__enter__()

    def end(self, status: int) -> None:
        """Keep what was written, or take it back for an answer that says something broke."""
        begun, self._open = self._open, None
        if begun is not None:
            if status >= BROKEN:
                transaction.set_rollback(True)
            begun.__exit__(None, None, None)
