"""Sign-ins for the roles of the second wall in a cluster for tests: as in production, by password.

Their password is that of the administrator whose address is given, so that workers side by side
agree on it.
"""

from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROLES = ("senim_app", "senim_job")
ONE_AT_A_TIME = 0x5E41  # the lock's number: roles belong to the cluster, not to a database


def make(admin: str) -> None:
    """Let the roles sign in; whoever comes second finds them made."""
    parts = urlsplit(admin)
    common = urlunsplit(parts._replace(path="/postgres"))
    password = unquote(parts.password or "")
    with psycopg.connect(common, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        for role in ROLES:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
            words = (
                "ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
            )
            connection.execute(sql.SQL(words).format(sql.Identifier(role), sql.Literal(password)))


def address(admin: str, role: str) -> str:
    """Return the administrator's address as a role's; the roles are made where they are missing."""
    make(admin)
    parts = urlsplit(admin)
    host = parts.netloc.rpartition("@")[2]
    password = f":{parts.password}" if parts.password else ""
    return urlunsplit(parts._replace(netloc=f"{role}{password}@{host}"))


def environment(admin: str) -> dict[str, str]:
    """Return the settings by which a Senim works in a database as its three roles."""
    if not admin.startswith("postgresql"):
        return {"SENIM_DATABASE_URL": admin}
    return {
        "SENIM_DATABASE_URL": address(admin, "senim_app"),
        "SENIM_JOB_DATABASE_URL": address(admin, "senim_job"),
        "SENIM_OWNER_DATABASE_URL": admin,
    }
