"""The app `schools`."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.schools"
    label = "schools"
