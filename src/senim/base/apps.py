"""The app `base`."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.base"
    label = "base"
