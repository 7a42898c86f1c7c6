"""The routes of the API. Each name has its row in `policies.py`."""

from django.urls import URLPattern, path

from senim.api import diary, sync

urlpatterns: list[URLPattern] = [
    path("api/v1/diary/<uuid:member_id>/week", diary.week, name="api_diary_week"),
    path("sync/v1/operations", sync.operations, name="sync_operations"),
]
