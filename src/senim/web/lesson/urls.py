"""Routes of the lesson."""

from datetime import date

from django.urls import URLPattern, path, register_converter

from senim.web.lesson import views


class DayConverter:
    """A civil day in an address: 2026-11-18."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day; a ValueError makes the address unknown."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the day as addresses write it."""
        return str(value)


register_converter(DayConverter, "day")

urlpatterns: list[URLPattern] = [
    path("lesson/<uuid:class_id>/<day:day>/<int:number>/", views.lesson, name="lesson"),
]
