"""The routes of the API. Each name has its row in `policies.py`."""

from django.urls import URLPattern, path

from senim.api import diary, sync, tracker

urlpatterns: list[URLPattern] = [
    path("api/v1/diary/<uuid:member_id>/week", diary.week, name="api_diary_week"),
    path("v2/findUsage", tracker.find_usage, name="tracker_find_usage"),
    path("v2/usagePeriod", tracker.usage_period, name="tracker_usage_period"),
    path("v2/heartbeat", tracker.heartbeat, name="tracker_heartbeat"),
    path("sync/v1/operations", sync.operations, name="sync_operations"),
]
