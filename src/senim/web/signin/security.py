"""Where I am signed in, and by what I sign in: devices, passkeys, phone, provider, password."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from senim.base.words import say
from senim.people import keys, signed_in
from senim.rules.fields import F0
from senim.schools.queries import COUNTRY_ZONE
from senim.web.door import plain, time_of
from senim.web.session import require_step_up
from senim.web.signin import provider
from senim.web.signin.forms import language
from senim.web.signin.places import place_of_record


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device, F0 towards its owner."""

    id: F0[str]
    system: F0[str]
    browser: F0[str]
    network: F0[str]
    since: F0[date]
    last_day: F0[date]
    here: F0[bool]


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One passkey, F0 towards its owner."""

    id: F0[int]
    name: F0[str]
    since: F0[date]
    last_day: F0[date | None]


@dataclass(frozen=True, slots=True)
class SecurityPage:
    """The page. provider: the identity provider's name, empty where there is none."""

    devices: F0[Sequence[DeviceLine]]
    passkeys: F0[Sequence[KeyLine]]
    phone: F0[bool]
    provider: F0[str]
    linked: F0[bool]

    @property
    def others(self) -> int:
        """How many other devices are signed in."""
        return sum(not device.here for device in self.devices)


@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in and by what (GET); end one of them (POST)."""
    if request.method == "POST":
        return _act(request, request.POST.get("do", ""))
    account = cast(Any, request.user)
    page = SecurityPage(
        devices=[
            DeviceLine(
                str(device.id),
                device.system,
                device.browser,
                device.network,
                device.since.astimezone(COUNTRY_ZONE).date(),
                device.last_day,
                device.here,
            )
            for device in signed_in.devices(account.id, here=request.session.session_key or "")
        ],
        passkeys=[
            KeyLine(
                key.id,
                key.name,
                key.since.astimezone(COUNTRY_ZONE).date(),
                key.last_used.astimezone(COUNTRY_ZONE).date() if key.last_used else None,
            )
            for key in keys.passkeys(account.id)
        ],
        phone=keys.has_phone(account.id),
        provider=provider.name(),
        linked=keys.is_linked(account.id),
    )
    return plain(request, "signin/security.html", page)


def _act(request: HttpRequest, wish: str) -> HttpResponse:
    account = cast(Any, request.user)
    told: dict[str, Any] = {
        "actor": cast(Any, request).actor,
        "at": time_of(request),
        "school_id": place_of_record(request, account),
    }
    here = request.session.session_key or ""
    if wish == "end":
        if not signed_in.end(account, _uuid(request), here=here, **told):
            raise Http404
    elif wish == "end_all":
        require_step_up(request)
        signed_in.end(account, None, here=here, **told)
    elif wish == "remove_passkey":
        require_step_up(request)
        if not keys.remove_passkey(account, _number(request), **told):
            raise Http404
    elif wish == "unlink":
        require_step_up(request)
        keys.unlink(account, **told)
    else:
        raise Http404
    messages.success(request, say(f"security.done.{wish}", language()))
    return redirect("security")


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise Http404 from None


def _number(request: HttpRequest) -> int:
    text = request.POST.get("id", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
