"""Routes of an official's pages."""

from django.urls import URLPattern, path

from senim.web.region import views

urlpatterns: list[URLPattern] = [
    path("region/", views.region, name="region"),
    path("region/child/", views.child, name="region_child"),
]
