"""The app `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.web"
    label = "web"
