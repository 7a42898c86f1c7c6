"""Routes of the school's cases, and of what somebody is told."""

from django.urls import path

from senim.web.cases import views

urlpatterns = [
    path("office/cases/", views.cases, name="cases"),
    path("office/cases/<uuid:case_id>/", views.case, name="case"),
    path("notices/", views.notices, name="notices"),
]
