"""The data tracker: who used a person's data, for the state's portal, by Estonia's contract 2.1.0.

The X-Road security server stands in front and says who asks; only its addresses are answered. See
docs/reference/data-tracker.md.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

import msgspec
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse

from senim.api.door import answer, time_of
from senim.api.problems import problem
from senim.base.words import in_language, say
from senim.privacy import tracking
from senim.privacy.tracking import Usage
from senim.rules import iin
from senim.rules.errors import Invalid, NotFound

MOST = 1000
LARGEST = 2**31 - 1
CODE = re.compile(r"KZ([0-9]{12})")
WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Told(msgspec.Struct, frozen=True, rename="camel"):
    """One usage."""

    logtime: str
    action: str
    receiver_code: str
    receiver_name: str
    receiver_system: str = "Senim"


class Found(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of findUsage."""

    total_usages: int
    usages: list[Told]


@dataclass(frozen=True, slots=True)
class Asked:
    """What findUsage is asked."""

    asker: str
    subject: str
    starts: datetime
    ends: datetime
    offset: int
    limit: int


def find_usage(request: HttpRequest) -> HttpResponse:
    """Tell a person, or their guardian, who used the person's data: 400 where it is not theirs."""
    _from_server(request)
    at, lang = time_of(request), "kk"
    try:
        asked = _asked(request, at)
        found = tracking.usages(
            asked.asker, asked.subject, starts=asked.starts, ends=asked.ends, at=at
        )
    except (Invalid, NotFound):
        # One answer for every reason: a code that nobody has reads like one that is not yours.
        return problem(Invalid("tracker_request"), lang, status=400)
    shown = found[asked.offset : asked.offset + asked.limit]
    return _whole(answer(Found(len(found), [_told(usage, lang) for usage in shown])))


def usage_period(request: HttpRequest) -> HttpResponse:
    """Tell from when on usages are kept; they can be asked for up to now."""
    _from_server(request)
    return _whole(answer({"periodStart": _instant(tracking.kept_since() or time_of(request))}))


def heartbeat(request: HttpRequest) -> HttpResponse:
    """Tell whether usages can be asked for."""
    _from_server(request)
    try:
        tracking.kept_since()
    except DatabaseError:
        return _whole(answer({"status": "FAIL", "message": "The database does not answer"}))
    return _whole(answer({"status": "OK", "message": "API is ready"}))


def _from_server(request: HttpRequest) -> None:
    """Raise Http404 unless a security server of ours asks."""
    try:
        here = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a socket file has no address
        raise Http404 from None
    if not any(here in network for network in settings.SENIM_TRACKER_SERVERS):
        raise Http404


def _whole(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, at: datetime) -> Asked:
    """Return what is asked. Raises Invalid."""
    if any(len(request.GET.getlist(name)) > 1 for name in request.GET):
        raise Invalid("tracker_request")
    given = request.GET
    return Asked(
        _iin(request.headers.get("X-Road-UserId", "")),
        _iin(given.get("userCode", "")),
        _moment(given.get("periodStart"), EARLIEST),
        min(_moment(given.get("periodEnd"), at), at),
        _number(given.get("offset"), 0),
        min(_number(given.get("limit"), MOST), MOST),
    )


def _iin(code: str) -> str:
    met = CODE.fullmatch(code)
    if met is None:
        raise Invalid("tracker_request")
    return iin.read_iin(met[1])


def _moment(text: str | None, default: datetime) -> datetime:
    """Return an RFC 3339 instant, as near as entries can be. Raises Invalid."""
    if text is None:
        return default
    if not INSTANT.fullmatch(text):
        raise Invalid("tracker_request")
    try:
        return min(max(datetime.fromisoformat(text.upper()), EARLIEST), LATEST)
    except ValueError:
        raise Invalid("tracker_request") from None


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not WHOLE.fullmatch(text) or not 0 <= int(text) <= LARGEST:
        raise Invalid("tracker_request")
    return int(text)


def _told(usage: Usage, lang: str) -> Told:
    action = say(f"event.{usage.event}", lang)
    return Told(
        _instant(usage.at),
        say("tracker.refused", lang, action=action) if usage.refused else action,
        usage.receiver_code,
        in_language(usage.receiver_name, lang),
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
