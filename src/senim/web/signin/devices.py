"""Where a try to sign in comes from: the network, and whether this browser is an old acquaintance.

The cookie holds a random name and a mark for each of the last accounts that signed in; it opens
nothing and names nobody. It keeps strangers' guesses from locking the owner out.
"""

import ipaddress
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from senim.base import clock
from senim.people import signed_in
from senim.people.signing_in import Origin, device_mark

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
COOKIE = "senim_device"
SALT = "senim.device"
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}
BROWSERS = {
    "YaBrowser": "Яндекс Браузер",
    "SamsungBrowser": "Samsung Internet",
    "OPR/": "Opera",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
"""Marks of what a browser says it is, the more particular first."""
AGE = timedelta(days=365)
ACCOUNTS = 12


def origin_of(request: HttpRequest) -> Origin:
    """Return where a request comes from."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return Origin(_network(request))
    return Origin(_network(request), kept["device"], frozenset(kept["marks"]))


def remember(request: HttpRequest, response: HttpResponse, account_id: UUID) -> None:
    """Let the browser know this account from now on."""
    origin = origin_of(request)
    device = origin.device or secrets.token_urlsafe(16)
    mark = device_mark(device, account_id)
    marks = [mark, *sorted(origin.marks - {mark})][:ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps({"device": device, "marks": marks}, salt=SALT),
        max_age=AGE,
        httponly=True,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )


def note(request: HttpRequest, account_id: UUID) -> None:
    """Note that an account signed in here, in words its owner knows."""
    agent = request.headers.get("User-Agent", "")
    records = request.session.get("account_authentication_methods", [])
    if request.session.session_key is None:
        request.session.save()
    signed_in.note(
        account_id,
        cast(str, request.session.session_key),
        signed_in.Seen(_named(agent, SYSTEMS), _named(agent, BROWSERS), _roughly(request)),
        method=str(records[-1]["method"]) if records else "password",
        at=clock.machine_now(),
    )


def _named(agent: str, kinds: Mapping[str, str]) -> str:
    return next((kind for mark, kind in kinds.items() if mark in agent), "")


def _roughly(request: HttpRequest) -> str:
    """Return half of the address, which names a provider and no household."""
    address = address_of(request)
    if address is None or address.is_private:
        return ""
    half = ipaddress.ip_network((address, 16 if address.version == 4 else 32), strict=False)
    shown = str(half.network_address)
    return f"{shown.rsplit('.', 2)[0]}.…" if address.version == 4 else f"{shown.rstrip(':')}:…"


def address_of(request: HttpRequest) -> Address | None:
    """Return the address asked from: what the last proxy we trust was told, else the connection's.

    Read from the right, since what stands left of a stranger is the stranger's own word.
    """
    address = _address(request.META.get("REMOTE_ADDR", ""))
    told = request.headers.get("X-Forwarded-For", "").split(",")
    while told and (address is None or _is_trusted(address)):
        further = _address(told.pop().strip())
        if further is None:
            break
        address = further
    return address


def _network(request: HttpRequest) -> str:
    """Return the address asked from; of IPv6 the /64, which is one household."""
    address = address_of(request)
    if address is None:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.SENIM_TRUSTED_PROXIES)


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
