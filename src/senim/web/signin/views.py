"""Signing in and out, choosing a password by a first-time card, and changing it."""

from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from senim.base import clock
from senim.base.words import say
from senim.people import passwords, signed_in, signing_in
from senim.people import services as people
from senim.rules.errors import Invalid
from senim.web.door import plain, time_of
from senim.web.session import safe_next
from senim.web.signin import provider
from senim.web.signin.devices import origin_of
from senim.web.signin.forms import (
    ChangePasswordForm,
    FirstCardForm,
    FormPage,
    SignInForm,
    faults_of,
    language,
    said,
    typed,
)
from senim.web.signin.places import place_of_record

FIELD_OF = {
    "card_wrong": "code",
    "password_wrong": "old",
    "sign_in_wrong": "login",
    "tries_spent": "login",
}
"""Beside which field a refusal stands; the rest are about the new password."""


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by name, e-mail or phone and password."""
    if request.user.is_authenticated:
        return redirect(safe_next(request, reverse("home")))
    if request.method != "POST":
        clear_login(request)  # of a sign-in left half-way, which somebody else may find
        return _page(request, "signin/sign_in.html")
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, "signin/sign_in.html", faults_of(form))
    try:
        account = signing_in.sign_in(
            form.cleaned_data["login"],
            form.cleaned_data["password"],
            origin=origin_of(request),
            at=clock.machine_now(),
        )
    except Invalid as refusal:
        return _refused(request, "signin/sign_in.html", refusal)
    return _enter(request, account, "password")


@never_cache
@sensitive_post_parameters("code", "new", "again")
def first_card(request: HttpRequest) -> HttpResponse:
    """Let a person choose a password by the card the school printed, and in."""
    if request.method != "POST":
        return _page(request, "signin/first_card.html")
    form = FirstCardForm(request.POST)
    if not form.is_valid():
        return _page(request, "signin/first_card.html", faults_of(form))
    login, password = form.cleaned_data["login"], form.cleaned_data["new"]
    try:
        passwords.require_strong(password, username=login)
        with signing_in.tries([signing_in.by_network(origin_of(request))], at=clock.machine_now()):
            account = people.use_card(
                login,
                form.cleaned_data["code"],
                password,
                at=time_of(request),
                school_id=place_of_record(request, signing_in.account_named(login)),
            )
    except Invalid as refusal:
        return _refused(request, "signin/first_card.html", refusal)
    return _enter(request, account, "card")


@never_cache
@sensitive_post_parameters("old", "new", "again")
def change_password(request: HttpRequest) -> HttpResponse:
    """Let a signed-in person choose another password; their other devices are signed out."""
    if request.method != "POST":
        return _page(request, "signin/change_password.html")
    form = ChangePasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, "signin/change_password.html", faults_of(form))
    account = cast(Any, request.user)
    try:
        passwords.require_strong(form.cleaned_data["new"], username=account.username)
        signing_in.confirm_password(account, form.cleaned_data["old"], at=clock.machine_now())
        passwords.change_password(
            account,
            form.cleaned_data["new"],
            actor=cast(Any, request).actor,
            at=time_of(request),
            school_id=place_of_record(request, account),
        )
    except Invalid as refusal:
        return _refused(request, "signin/change_password.html", refusal)
    before = request.session.session_key
    update_session_auth_hash(request, account)
    here = request.session.session_key or ""
    signed_in.renamed(before or "", here)
    signed_in.forget_others(account.id, here=here)
    messages.success(request, say("signin.change.done", language()))
    return redirect("home")


def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget everything of this session; what waits on the device to be delivered stays there.

    Its script says `clear` once nothing waits. The cookie by which the device is known stays too:
    it opens nothing, and keeps strangers' guesses from locking the owner out.
    """
    signed_in.forget([request.session.session_key or ""])
    logout(request)
    response = redirect("front")
    storage = ', "storage"' if request.POST.get("clear") == "1" else ""
    response["Clear-Site-Data"] = f'"cache"{storage}'
    return response


def _enter(request: HttpRequest, account: Any, method: str) -> HttpResponse:
    """Go on to the second factor or in; nothing of an earlier session comes along."""
    goes_to = safe_next(request, "")
    request.session.flush()
    record_authentication(request, account, method)
    return cast(HttpResponse, perform_login(request, account, redirect_url=goes_to or None))


def _page(
    request: HttpRequest, template: str, faults: dict[str, str] | None = None, status: int = 422
) -> HttpResponse:
    page = FormPage(typed(request, "login"), faults or {}, safe_next(request, ""), provider.name())
    return plain(request, template, page, status=status if faults else 200)


def _refused(request: HttpRequest, template: str, refusal: Invalid) -> HttpResponse:
    status = 429 if refusal.code == "tries_spent" else 422
    return _page(request, template, {FIELD_OF.get(refusal.code, "new"): said(refusal)}, status)
