"""The wall behind the ledger: a row written outside an entry is a fault, not a habit.

Sessions, throttles, the ledger's own tables, second factors and the framework's are written
exemptions. Migrations and test databases are made with `guard.lifted(reason)`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from senim.base.scope import Unrecorded, entry_is_open, entry_opened

EXEMPT_PREFIXES = (
    "django_",
    "ledger_",
    "mfa_",
    "account_email",
    "base_installation",
    "people_signin",
    "people_throttle",
    "sqlite_",
)
_WRITE = re.compile(
    r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE
)
_lifted: ContextVar[str] = ContextVar("senim_guard_lifted", default="")

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@contextmanager
def lifted(reason: str) -> Iterator[None]:
    """Let rows be written without an entry, for a stated reason (migrations, throw-away data).

    The second wall takes it for an entry that reaches over schools.
    """
    token = _lifted.set(reason)
    try:
        with entry_opened():
            yield
    finally:
        _lifted.reset(token)


def refuse_unrecorded(
    execute: Execute,
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 - the shape Django calls a wrapper with
    context: dict[str, Any],
) -> Any:
    """Pass a statement on, unless it writes a guarded table outside a ledger entry."""
    written = _WRITE.match(sql)
    if (
        written
        and not entry_is_open()
        and not _lifted.get()
        and not written[1].startswith(EXEMPT_PREFIXES)
    ):
        raise Unrecorded(f"{written[1]} is written outside ledger.services.entry()")
    return execute(sql, params, many, context)
