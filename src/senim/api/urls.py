"""The routes of the API. Each name has its row in `policies.py`."""

from django.urls import URLPattern, path

from senim.api import sync

urlpatterns: list[URLPattern] = [
    path("sync/v1/operations", sync.operations, name="sync_operations"),
]
