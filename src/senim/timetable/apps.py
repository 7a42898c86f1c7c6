"""The app `timetable`."""

from django.apps import AppConfig


class TimetableConfig(AppConfig):
    """See the package's docstring."""

    name = "senim.timetable"
    label = "timetable"
