"""Routes of the family's diary."""

from django.urls import path

from senim.web.diary import about, views

urlpatterns = [
    path("diary/", views.first, name="diary"),
    path("diary/<uuid:member_id>/", views.week, name="diary_week"),
    path("diary/<uuid:member_id>/term/", views.term, name="diary_term"),
    path("diary/<uuid:member_id>/about/", about.about, name="diary_about"),
]
