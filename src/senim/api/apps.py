"""The app `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.api"
    label = "api"
