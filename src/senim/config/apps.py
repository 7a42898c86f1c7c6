"""The top of the house: brings the start-up checks in."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, wall, checks, routes."""

    name = "senim.config"
    label = "config"

    def ready(self) -> None:
        """Register the checks."""
        from senim.config import checks  # noqa: F401, PLC0415 - they need the routes, hence all apps
