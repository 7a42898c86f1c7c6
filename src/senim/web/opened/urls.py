"""Routes of records opened for a while."""

from django.urls import URLPattern, path

from senim.web.opened import emergency, views

urlpatterns: list[URLPattern] = [
    path("emergency/", emergency.by_name, name="emergency"),
    path("emergency/<uuid:member_id>/", emergency.of_member, name="emergency_member"),
    path("opened/", views.opened, name="opened"),
    path("opened/end/", views.end, name="end_opening"),
]
