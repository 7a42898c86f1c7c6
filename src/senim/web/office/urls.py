"""The routes of the office."""

from django.urls import URLPattern, path

from senim.web.office import person, support, views

urlpatterns: list[URLPattern] = [
    path("office/", views.overview, name="office"),
    path("office/people/", views.people_of, name="office_people"),
    path("office/people/<uuid:member_id>/", person.person, name="office_person"),
    path("office/support/", support.support, name="office_support"),
    path("office/classes/", views.classes, name="office_classes"),
    path("office/timetable/", views.timetable, name="office_timetable"),
    path("office/imports/", views.imports, name="office_imports"),
    path("office/cards/", views.cards, name="office_cards"),
]
