"""The routes of the API. Each name has its row in `policies.py`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
