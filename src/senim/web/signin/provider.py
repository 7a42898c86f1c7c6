"""Signing in by the national identity provider: only who is known already, only if it is set up.

A person is found by the link they made after signing in by password, else by the IIN the provider
vouches for. No account is ever made. When the provider is down the sign-in page says so, and
password, passkey and printed codes go on working.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from senim.base import clock
from senim.base.words import say
from senim.people import keys, signing_in
from senim.rules.errors import Invalid
from senim.web import session
from senim.web.door import time_of
from senim.web.signin.devices import origin_of
from senim.web.signin.forms import language
from senim.web.signin.oidc import (
    AnswerRefused,
    Client,
    Conversation,
    ProviderDown,
    Question,
    new_question,
)
from senim.web.signin.places import place_of_record

logger = logging.getLogger("senim.signing_in")
KEPT = "senim_provider"


def name() -> str:
    """Return the provider as people call it; empty where none is set up."""
    if not (settings.SENIM_OIDC_ISSUER and settings.SENIM_OIDC_CLIENT_ID):
        return ""
    return settings.SENIM_OIDC_NAME or "OpenID"


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the provider to sign in."""
    return _ask(request, back=reverse("account_login"), goes_to=session.safe_next(request, ""))


@never_cache
def link(request: HttpRequest) -> HttpResponse:
    """Lead to the provider to link the account; its owner has just shown that it is they."""
    session.require_step_up(request)
    account = str(cast(Any, request.user).id)
    return _ask(request, back=reverse("security"), goes_to="", account=account)


def _ask(request: HttpRequest, *, back: str, goes_to: str, account: str = "") -> HttpResponse:
    if not name():
        raise Http404
    question = new_question()
    try:
        address = Conversation(_client()).address(question)
    except ProviderDown as fault:
        logger.warning("the identity provider cannot be asked: %s", fault)
        return _say(request, "down", back)
    request.session[KEPT] = {**asdict(question), "goes_to": goes_to, "account": account}
    return redirect(address)


@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    """Take what the browser brings back from the provider."""
    if not name():
        raise Http404
    kept = request.session.pop(KEPT, None)
    if not kept or request.GET.get("state") != kept["state"] or "code" not in request.GET:
        return _say(request, "refused", reverse("account_login"))
    back = reverse("security" if kept["account"] else "account_login")
    question = Question(kept["state"], kept["nonce"], kept["verifier"])
    try:
        with signing_in.tries([signing_in.by_network(origin_of(request))], at=clock.machine_now()):
            claims = _claims(request.GET["code"], question)
    except ProviderDown as fault:
        logger.warning("the identity provider does not answer: %s", fault)
        return _say(request, "down", back)
    except Invalid as refusal:
        key = "refused" if refusal.code == "sign_in_wrong" else "spent"
        return _say(request, key, back)
    if kept["account"]:
        return _link(request, kept["account"], str(claims["sub"]))
    return _enter(request, claims, kept["goes_to"])


def _claims(code: str, question: Question) -> Mapping[str, Any]:
    try:
        return Conversation(_client()).claims(code, question)
    except AnswerRefused as fault:
        logger.warning("an answer of the identity provider was refused: %s", fault)
        raise Invalid("sign_in_wrong") from None


def _enter(request: HttpRequest, claims: Mapping[str, Any], goes_to: str) -> HttpResponse:
    iin = (
        str(claims.get(settings.SENIM_OIDC_IIN_CLAIM, "")) if settings.SENIM_OIDC_IIN_CLAIM else ""
    )
    account: Any = keys.account_of(settings.SENIM_OIDC_ISSUER, str(claims["sub"]), iin)
    if account is None:
        return _say(request, "nobody", reverse("account_login"))
    request.session.flush()
    record_authentication(request, account, "provider")
    if _is_strong(claims):
        # recorded as allauth's own step knows it, so that no further factor is asked
        record_authentication(request, account, "mfa", type="webauthn", passwordless=True)
    return cast(HttpResponse, perform_login(request, account, redirect_url=goes_to or None))


def _is_strong(claims: Mapping[str, Any]) -> bool:
    """Say whether the provider vouches for a second factor, by the words of the setting."""
    amr = claims.get("amr", ())
    said = {str(claims.get("acr", "")), *(map(str, amr) if isinstance(amr, list) else ())}
    return bool(said & settings.SENIM_OIDC_STRONG)


def _link(request: HttpRequest, account_id: str, subject: str) -> HttpResponse:
    account: Any = request.user
    if not account.is_authenticated or str(account.id) != account_id:
        return _say(request, "refused", reverse("account_login"))
    linked = keys.link(
        account,
        settings.SENIM_OIDC_ISSUER,
        subject,
        actor=None,
        at=time_of(request),
        school_id=place_of_record(request, account),
    )
    if not linked:
        messages.error(request, say("refusal.provider_taken", language()))
    return redirect("security")


def _say(request: HttpRequest, key: str, back: str) -> HttpResponse:
    messages.error(request, say(f"signin.provider.{key}", language(), name=name()))
    return redirect(back)


def _client() -> Client:
    path = settings.SENIM_OIDC_CLIENT_SECRET_FILE
    secret = Path(path).read_text().strip() if path else ""
    returns_to = f"{settings.SENIM_ORIGIN}{reverse('provider_return')}"
    return Client(settings.SENIM_OIDC_ISSUER, settings.SENIM_OIDC_CLIENT_ID, secret, returns_to)
