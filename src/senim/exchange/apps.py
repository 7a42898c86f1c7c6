"""The app `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.exchange"
    label = "exchange"
