"""What a session holds besides who is signed in: the hat worn."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from senim.rules.access import Hat
from senim.schools import queries as schools
from senim.web.door import time_of

HOME_OF = {
    Hat.TEACHER: "today",
    Hat.PUPIL: "diary",
    Hat.GUARDIAN: "diary",
    Hat.OFFICE: "office",
    Hat.OFFICIAL: "front",
}


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the local path the request asks to go on to, else the default."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wished, allowed_hosts={request.get_host()}):
        return wished
    return default


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of the hat worn."""
    actor = cast(Any, request).actor
    return redirect(HOME_OF[actor.viewer.hat] if actor else "front")


def hat(request: HttpRequest) -> HttpResponse:
    """Put on another of one's own hats; never one whose facts are not in force."""
    wished = request.POST.get("hat", "")
    account = cast(Any, request.user)
    on = time_of(request).astimezone(schools.COUNTRY_ZONE).date()
    for choice in schools.hats(account.user_id, on=on):
        if wished == f"{choice.hat}:{choice.id}":
            request.session["senim_hat"] = wished
            return redirect(HOME_OF[choice.hat])
    raise Http404
