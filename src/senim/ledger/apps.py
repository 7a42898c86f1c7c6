"""The ledger's app: puts the write guard on every connection."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from senim.ledger.guard import refuse_unrecorded


def guard_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Put the guard on a new connection, once."""
    if refuse_unrecorded not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_unrecorded)


class LedgerConfig(AppConfig):
    """What was done and who looked."""

    name = "senim.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Guard every connection opened from now on."""
        connection_created.connect(guard_connection, dispatch_uid="senim.ledger.guard")
