"""PostgreSQL's three roles: the owner prepares the database, the app and the jobs work in it.

`senim_app` and `senim_job` own nothing and bypass nothing. `raise_wall` gives them what they may do
and puts the tables behind the second wall; it changes nothing when run again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from senim.base.second_wall import declared, statements

APP, JOB = "senim_app", "senim_job"
ROLES = (APP, JOB)
APPEND_ONLY = ("ledger_entry", "ledger_operation", "ledger_seen")
"""What nobody changes or deletes, the jobs included."""

ERASABLE = ("ledger_opening", "ledger_withheld")
"""What the app adds to, and only a job takes away."""

SEALS = (
    *("ledger_leaf", "ledger_node", "ledger_checkpoint", "ledger_witness"),
    *("ledger_cosignature", "ledger_lease"),
)
"""What only a job writes: the sequencer."""

QUEUE = ("ledger_unsealed",)
"""What a trigger adds to with every entry, and the sequencer takes from."""

OWNERS = ("base_installation", "django_migrations")
"""What only the owner writes: what this database is, and how far it is prepared."""

ALL, ADD, READ = "SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT", "SELECT"
MADE_BY_AN_ADMINISTRATOR = """\
CREATE ROLE senim_app LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CREATE ROLE senim_job LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;"""


class NoRoles(RuntimeError):
    """The roles are not there and may not be made; the message is the SQL that makes them."""


def may(table: str, role: str) -> str:
    """Return what a role may do with a table."""
    if table in OWNERS:
        return READ
    if table in APPEND_ONLY:
        return ADD
    if table in ERASABLE:
        return f"{ADD}, DELETE" if role == JOB else ADD
    if table in QUEUE:
        return f"{ADD}, DELETE" if role == JOB else ADD
    if table in SEALS:
        return ALL if role == JOB else READ
    return ALL


@contextmanager
def as_owner() -> Iterator[None]:
    """Work as the owner inside: in what prepares the database, never in what serves it."""
    with _connected(settings.SENIM_OWNER_DATABASE):
        yield


@contextmanager
def as_job() -> Iterator[None]:
    """Work as the jobs' role inside."""
    with _connected(settings.SENIM_JOB_DATABASE):
        yield


@contextmanager
def _connected(other: dict[str, Any] | None) -> Iterator[None]:
    """Connect by another role's settings; None, and a transaction that is open, change nothing."""
    here: Any = connection
    if not other or here.vendor != "postgresql" or here.in_atomic_block:
        yield
        return
    before = here.settings_dict
    here.close()
    here.settings_dict = before | {k: other[k] for k in ("USER", "PASSWORD", "HOST", "PORT")}
    try:
        yield
    finally:
        here.close()
        here.settings_dict = before


@contextmanager
def wall_lowered() -> Iterator[None]:
    """Let the owner see all rows inside, so that a migration can change them; then raise the wall.

    The other roles stay behind it all the while. On SQLite nothing is to be done.
    """
    if connection.vendor != "postgresql":
        yield
        return
    for table in set(_tables()) & declared()[0].keys():
        _run(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        raise_wall()


def raise_wall() -> None:
    """Give the roles what they may do and wall the tables in, as declared. Raises NoRoles."""
    make_roles()
    tables = _tables()
    with transaction.atomic():
        for role in ROLES:
            _grant(tables, role)
        for table, wall in declared()[0].items():
            if table in tables:
                for statement in statements(table, wall):
                    _run(statement)


def make_roles() -> None:
    """Make the roles that are missing, without a way to sign in. Raises NoRoles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
        missing = set(ROLES) - {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        allowed = cursor.fetchone()
    if missing and not (allowed and allowed[0]):
        raise NoRoles(
            "The roles of the second wall are missing. Let an administrator run:\n"
            f"{MADE_BY_AN_ADMINISTRATOR}\nand then `senim migrate` again."
        )
    for role in sorted(missing):
        _run(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")


def _grant(tables: list[str], role: str) -> None:
    _run(f"GRANT USAGE ON SCHEMA public TO {role}")
    _run(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    for table in tables:
        _run(f"GRANT {may(table, role)} ON {table} TO {role}")


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
