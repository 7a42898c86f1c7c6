"""The app `journal`."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.journal"
    label = "journal"
