"""The app `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.people"
    label = "people"
