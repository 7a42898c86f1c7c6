"""What the database knows of its own rows, by which it chooses how to find them."""

from django.db import connection

from senim.base.roles import as_owner


def refresh() -> None:
    """Look at the rows anew: after many were written at once, and where nobody else ever does."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def refresh_unkept() -> None:
    """Look at the rows anew on SQLite; PostgreSQL does so by itself (autovacuum)."""
    if connection.vendor == "sqlite":
        refresh()
