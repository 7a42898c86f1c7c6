"""Routes of who looked."""

from django.urls import path

from senim.web.looked import views

urlpatterns = [
    path("looked/", views.first, name="looked"),
    path("looked/<uuid:member_id>/", views.looked, name="looked_child"),
    path("looked/<uuid:member_id>/wrong/<uuid:entry_id>/", views.wrong, name="looked_wrong"),
    path("looked/<uuid:member_id>/proof/<uuid:entry_id>/", views.proof, name="looked_proof"),
]
