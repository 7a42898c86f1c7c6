"""The routes of the pages, a room a line or two. Each name has its row in `policies.py`."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from senim.web import session

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("senim.web.public.urls")),
    path("", include("senim.web.ledger.urls")),
    path("", include("senim.web.signin.urls")),
    path("", include("senim.web.today.urls")),
    path("", include("senim.web.lesson.urls")),
    path("", include("senim.web.register.urls")),
    path("", include("senim.web.diary.urls")),
    path("", include("senim.web.looked.urls")),
    path("", include("senim.web.office.urls")),
    path("", include("senim.web.opened.urls")),
    path("", include("senim.web.region.urls")),
    path("", include("senim.web.cases.urls")),
    path("language/", set_language, name="set_language"),
    path("home/", session.home, name="home"),
    path("hat/", session.hat, name="hat"),
]
