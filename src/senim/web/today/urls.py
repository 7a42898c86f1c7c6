"""Routes of the teacher's day."""

from django.urls import URLPattern, path

from senim.web.today import views

urlpatterns: list[URLPattern] = [path("today/", views.today, name="today")]
