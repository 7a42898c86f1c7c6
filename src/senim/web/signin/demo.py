"""The demo's doors: enter as one of its invented people, without a password.

The wall opens them only in a database stamped as a demo, asked from the machine it runs on.
"""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from senim.base.personas import USERNAMES
from senim.people.signing_in import account_named
from senim.web.session import safe_next, set_life
from senim.web.signin import devices
from senim.web.signin.adapter import speak

LANGUAGES = dict(settings.LANGUAGES)


def enter(request: HttpRequest) -> HttpResponse:
    """Leave whoever one was and be another of the demo's people."""
    username = USERNAMES.get(request.POST.get("persona", ""))
    account = account_named(username) if username else None
    if account is None:
        raise Http404
    request.session.flush()
    login(request, account)
    record_authentication(request, account, "demo")
    set_life(request, account.user_id)
    devices.note(request, account.id)
    response = redirect(safe_next(request, reverse("home")))
    if (language := request.POST.get("language", "")) in LANGUAGES:
        speak(response, language)
    return response
