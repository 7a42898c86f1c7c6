"""What the database knows of its own rows, by which it chooses how to find them."""

from django.db import connection


def refresh() -> None:
    """Look at the rows anew: after many were written at once, and where nobody else ever does."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def refresh_unkept() -> None:
    """Look at the rows anew on SQLite; PostgreSQL does so by itself (autovacuum)."""
    if connection.vendor == "sqlite":
        refresh()
