"""Routes of this room."""

from django.urls import URLPattern, path

from senim.web.public import views

urlpatterns: list[URLPattern] = [
    path("", views.front, name="front"),
    path("founding/", views.cases, name="founding"),
    path("founding/<slug:slug>/", views.case, name="founding_case"),
]
