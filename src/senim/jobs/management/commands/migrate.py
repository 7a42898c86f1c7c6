"""`senim migrate`: Django's own, with the write guard lifted while the schema is built."""

from typing import Any

from django.core.management.commands import migrate

from senim.ledger import guard


class Command(migrate.Command):
    """Prepare or bring up to date the database of SENIM_DATABASE_URL."""

    requires_system_checks: list[str] = []  # a database can be prepared before there are keys

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations."""
        with guard.lifted("migrations build the schema"):
            super().handle(*args, **options)
