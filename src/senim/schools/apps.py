"""The app `schools`."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.schools"
    label = "schools"

    def ready(self) -> None:
        """Tell the ledger which organisation stands over which."""
        from senim.ledger import tripwire  # noqa: PLC0415 - models are there only now
        from senim.schools import queries  # noqa: PLC0415

        tripwire.ask_above(queries.parent_of)
