"""All routes, by door. Each has its policy row in the door's `policies.py`."""

from django.urls import URLPattern, URLResolver, include, path

handler404 = "senim.web.errors.not_found"
handler500 = "senim.web.errors.fault"
handler403 = "senim.web.errors.forbidden"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("senim.web.urls")),
    path("", include("senim.api.urls")),
]
