"""The app `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.jobs"
    label = "jobs"
