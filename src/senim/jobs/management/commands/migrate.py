"""`senim migrate`: Django's own as the database's owner, and the second wall raised after it."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from senim.base import roles
from senim.ledger import guard


class Command(migrate.Command):
    """Prepare or bring up to date the database of SENIM_DATABASE_URL.

    On PostgreSQL it works by SENIM_OWNER_DATABASE_URL and raises the second wall afterwards.
    """

    requires_system_checks: list[str] = []  # a database can be prepared before there are keys

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations."""
        try:
            with (
                guard.lifted("migrations build the schema"),
                roles.as_owner(),
                roles.wall_lowered(),
            ):
                super().handle(*args, **options)
        except roles.NoRoles as missing:
            raise CommandError(str(missing)) from missing
