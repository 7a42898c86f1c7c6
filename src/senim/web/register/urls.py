"""Routes of the register."""

from django.urls import URLPattern, path

from senim.web.register import views

urlpatterns: list[URLPattern] = [
    path("register/", views.registers, name="registers"),
    path("register/<uuid:class_id>/", views.register, name="register"),
]
