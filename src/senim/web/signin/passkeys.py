"""Passkeys: added by who just showed who they are, used instead of a password or after it.

The ceremony is allauth's and fido2's; whoever signs in by a passkey alone was asked for a finger, a
face or a PIN by their device, so it stands for both factors.
"""

import json
from dataclasses import dataclass, field
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from senim.base import clock
from senim.base.words import say
from senim.people import keys, signing_in
from senim.rules.errors import Invalid
from senim.rules.fields import F0
from senim.web import session
from senim.web.door import plain, time_of
from senim.web.signin.devices import origin_of
from senim.web.signin.forms import language
from senim.web.signin.places import place_of_record

LONGEST_NAME = 40
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class AddPage:
    """The page that adds a passkey. options: the ceremony's, as JSON for the browser."""

    options: F0[str]
    faults: F0[dict[str, str]] = field(default_factory=dict)


def as_json(options: Any) -> str:
    """Return a ceremony's options as JSON."""
    return json.dumps(options, default=dict)


def asked_of(account: Any) -> str:
    """Return the options by which an account may answer with its passkey; empty without one."""
    return as_json(auth.begin_authentication(account)) if keys.passkeys(account.id) else ""


def answer_of(request: HttpRequest) -> Any:
    """Return the credential a browser answered with. Raises Invalid("passkey_wrong")."""
    text = request.POST.get("credential", "")
    try:
        found = json.loads(text) if len(text) <= LONGEST_ANSWER else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid("passkey_wrong")
    return found


def weigh(account: Any, answer: Any) -> Authenticator:
    """Return the passkey that answered. Raises Invalid("passkey_wrong")."""
    try:
        auth.parse_authentication_response(answer)
        found = auth.complete_authentication(account, answer)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        raise Invalid("passkey_wrong") from None
    found.record_usage()
    return found


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Add a passkey to the account; its owner has just shown that it is they."""
    session.require_step_up(request)
    account = cast(Any, request.user)
    if request.method != "POST":
        options = as_json(auth.begin_registration(account, passwordless=True))
        return plain(request, "signin/passkey_add.html", AddPage(options))
    name = request.POST.get("name", "").strip()[:LONGEST_NAME] or say(
        "security.passkey.unnamed", language()
    )
    try:
        answer = answer_of(request)
        auth.parse_registration_response(answer)
        made = auth.complete_registration(answer)
        verified = made.is_user_verified()
    except (Invalid, ValidationError, ValueError, KeyError, TypeError, AttributeError):
        verified = False
    if not verified:
        options = as_json(auth.begin_registration(account, passwordless=True))
        page = AddPage(options, {"name": say("refusal.passkey_wrong", language())})
        return plain(request, "signin/passkey_add.html", page, status=422)
    keys.add_passkey(
        account,
        lambda: auth.WebAuthn.add(account, name, answer),
        actor=cast(Any, request).actor,
        at=time_of(request),
        school_id=place_of_record(request, account),
    )
    return redirect(reverse("security"))


@never_cache
def options(request: HttpRequest) -> HttpResponse:
    """Begin a sign-in by passkey: the browser asks the device for any passkey of ours."""
    return HttpResponse(as_json(auth.begin_authentication(None)), content_type="application/json")


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by a passkey alone."""
    goes_to = session.safe_next(request, "")
    at = clock.machine_now()
    try:
        with signing_in.tries([signing_in.by_network(origin_of(request))], at=at):
            answer = answer_of(request)
            account = _owner(answer)
            weigh(account, answer)
    except Invalid as refusal:
        status = 429 if refusal.code == "tries_spent" else 422
        words = say(f"refusal.{refusal.code}", language(), **refusal.facts)
        return JsonResponse({"words": words}, status=status)
    request.session.flush()
    # "passwordless" is how allauth's own step knows that no further factor is owed
    record_authentication(request, account, "mfa", type="webauthn", passwordless=True)
    response = perform_login(request, account, redirect_url=goes_to or None)
    told = JsonResponse({"goes_to": response["Location"]})
    told.cookies.update(response.cookies)
    return told


def _owner(answer: Any) -> Any:
    """Return the account a passkey says it is of; the ceremony then proves it."""
    try:
        account: Any = auth.extract_user_from_response(answer)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        raise Invalid("passkey_wrong") from None
    if not account.is_active:
        raise Invalid("passkey_wrong")
    return account
