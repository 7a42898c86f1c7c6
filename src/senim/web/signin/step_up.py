"""The page that asks once more who one is, before identifiers, special fields and keys of accounts.

A form sent too early is not lost: its fields travel through the question, sealed for its sender,
and come out as one button that sends them. Nothing of it is kept on the server.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from cryptography.exceptions import InvalidTag
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from senim.base import clock
from senim.base.sealed import seal, unseal
from senim.base.words import say
from senim.people import keys, signing_in
from senim.rules.errors import Invalid
from senim.rules.fields import F0
from senim.web import session
from senim.web.door import plain
from senim.web.signin import passkeys
from senim.web.signin.forms import a_password, language, said
from senim.web.signin.second_factor import CodeForm, code_faults

LONGEST_WISH = 200_000
WISH_LIVES = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class StepUpPage:
    """The question. wish: a form sent too early, sealed; lost: it could not be carried along.

    code: the account has a phone linked. demo: entered by a door that knows no password. asked: the
    options by which a passkey may answer.
    """

    next: F0[str]
    wish: F0[str] = ""
    lost: F0[bool] = False
    code: F0[bool] = False
    demo: F0[bool] = False
    asked: F0[str] = ""
    faults: F0[Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WishPage:
    """The answer was good: the form sent too early, to be sent by a button. Its sender's own."""

    path: F0[str]
    fields: F0[Sequence[tuple[str, str]]]


def ask(request: HttpRequest) -> HttpResponse:
    """Answer a request that came too early: a page is asked for again, a form comes along."""
    if request.path.startswith(("/api/", "/sync/")):
        return JsonResponse({"code": "step_up"}, status=403)
    if request.method in ("GET", "HEAD"):
        return redirect(f"{reverse('step_up')}?next={quote(request.get_full_path())}")
    wish = _seal_wish(request)
    return _page(request, request.path, wish=wish, lost=not wish, status=403)


@never_cache
@sensitive_post_parameters("password", "code")
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the proof and lead back; the session goes on under a new name."""
    goes_to = session.safe_next(request, reverse("home"))
    wish = request.POST.get("wish", "")
    if request.method != "POST":
        return _page(request, goes_to)
    method, faults = _proof(request)
    if faults:
        status = 429 if "spent" in faults else 422
        faults.pop("spent", None)
        return _page(request, goes_to, wish=wish, faults=faults, status=status)
    _record(request, method)
    found = _unseal_wish(request, wish)
    if found is None:
        return redirect(goes_to)
    return plain(request, "signin/wish.html", found)


def _page(
    request: HttpRequest,
    goes_to: str,
    *,
    wish: str = "",
    lost: bool = False,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    account = cast(Any, request.user)
    page = StepUpPage(
        next=goes_to,
        wish=wish,
        lost=lost,
        code=keys.has_phone(account.id),
        demo=_is_demo_session(request),
        asked=passkeys.asked_of(account),
        faults=dict(faults or {}),
    )
    return plain(request, "signin/step_up.html", page, status=status)


def _is_demo_session(request: HttpRequest) -> bool:
    """Say whether one came in by a demo's door, which the wall opens in a demo alone."""
    records = get_authentication_records(request, cast(Any, request.user))
    return any(record["method"] == "demo" for record in records)


def _proof(request: HttpRequest) -> tuple[str, dict[str, str]]:
    """Return by what the owner showed themselves, and the words for what is wrong with it."""
    if "demo" in request.POST and _is_demo_session(request):
        return "demo", {}
    if "credential" in request.POST:
        return "mfa", _weigh_passkey(request)
    if "code" in request.POST:
        return "mfa", _weigh_code(request)
    return "password", _weigh_password(request)


def _weigh_code(request: HttpRequest) -> dict[str, str]:
    form = CodeForm({"code": request.POST["code"]}, user=cast(Any, request.user))
    return {} if form.is_valid() else code_faults(form)


def _weigh_passkey(request: HttpRequest) -> dict[str, str]:
    try:
        passkeys.weigh(cast(Any, request.user), passkeys.answer_of(request))
    except Invalid as refusal:
        return {"password": said(refusal)}
    return {}


def _weigh_password(request: HttpRequest) -> dict[str, str]:
    given = a_password()
    password = request.POST.get("password", "")
    if not password or len(password) > cast(int, given.max_length):
        return {"password": say("signin.fault.password", language())}
    try:
        signing_in.confirm_password(cast(Any, request.user), password, at=clock.machine_now())
    except Invalid as refusal:
        spent = {"spent": ""} if refusal.code == "tries_spent" else {}
        return {"password": said(refusal), **spent}
    return {}


def _record(request: HttpRequest, method: str) -> None:
    """Note the proof in the session; of earlier ones of its kind only the sign-in's stays."""
    account = cast(Any, request.user)
    kept = [
        record
        for record in get_authentication_records(request, account)
        if not record.get("reauthenticated")
    ]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
    record_authentication(request, account, method, reauthenticated=True)
    session.rename(request)


def _seal_wish(request: HttpRequest) -> str:
    """Return a form sealed for its sender, or nothing where files or its size forbid it."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    told = {
        "at": clock.machine_now().isoformat(),
        "path": request.get_full_path(),
        "fields": fields,
    }
    text = json.dumps(told, ensure_ascii=False)
    if request.FILES or len(text) > LONGEST_WISH:
        return ""
    sealed = seal(text, table="web_step_up", column="wish", row=cast(Any, request.user).id)
    return urlsafe_b64encode(sealed).decode()


def _unseal_wish(request: HttpRequest, wish: str) -> WishPage | None:
    """Return the form that was sealed for this person within the hour, or None."""
    row = cast(Any, request.user).id
    try:
        sealed = urlsafe_b64decode(wish.encode())
        told = json.loads(unseal(sealed, table="web_step_up", column="wish", row=row))
    except (ValueError, InvalidTag):
        return None
    if clock.machine_now() - datetime.fromisoformat(told["at"]) > WISH_LIVES:
        return None
    return WishPage(told["path"], tuple((name, value) for name, value in told["fields"]))
