"""What a session holds besides who is signed in: the hats, the one worn, and how long it lives.

Staff live twelve hours from their second factor and not a minute more; who still owes it, a quarter
of an hour; pupils and guardians sixty days from the last day they came.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from senim.base import clock
from senim.people import queries as people
from senim.people import signed_in
from senim.rules.access import STAFF_HATS, TEMPORARY_HATS, Hat
from senim.rules.fields import F0
from senim.schools import queries as schools
from senim.web.door import plain, time_of

STAFF_SESSION = timedelta(hours=12)
HALF_SESSION = timedelta(minutes=15)
STEP_UP = timedelta(minutes=10)
SECOND_FACTORS = ("mfa", "demo")
PROOFS = ("password", "card", *SECOND_FACTORS)
"""By what a person shows that it is they, as the session's records call it."""
HOME_OF = {
    Hat.TEACHER: "today",
    Hat.PUPIL: "diary",
    Hat.GUARDIAN: "diary",
    Hat.OFFICE: "office",
    Hat.OFFICIAL: "region",
    Hat.EMERGENCY: "opened",
    Hat.SUPPORT: "opened",
    Hat.CASE: "opened",
}


class StepUpNeeded(Exception):
    """What was asked for opens only to who has just shown that it is they; the wall asks them."""


@dataclass(frozen=True, slots=True)
class Hats:
    """The page of one's hats; the shell lists them. none: this person has no hat today."""

    none: F0[bool] = False


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the local path the request asks to go on to, else the default."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    return wished if is_local(request, wished) else default


def is_local(request: HttpRequest, url: str) -> bool:
    """Say whether an address stays on the host that was asked."""
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def today_of(request: HttpRequest) -> date:
    """Return the civil day on which a person's own facts are read."""
    return time_of(request).astimezone(schools.COUNTRY_ZONE).date()


def second_factor_given(request: HttpRequest) -> bool:
    """Say whether a second factor was given within the last twelve hours (or a demo door used)."""
    oldest = (time_of(request) - STAFF_SESSION).timestamp()
    return any(
        m.get("method") in SECOND_FACTORS and not m.get("reauthenticated") and m["at"] > oldest
        for m in get_authentication_records(request, cast(Any, request.user))
    )


def stepped_up(request: HttpRequest) -> bool:
    """Say whether the account's owner showed within the last ten minutes that it is they.

    By password, card, code or passkey; counted on the machine's own time.
    """
    oldest = (clock.machine_now() - STEP_UP).timestamp()
    return any(
        m.get("method") in PROOFS and m["at"] > oldest
        for m in get_authentication_records(request, cast(Any, request.user))
    )


def require_step_up(request: HttpRequest) -> None:
    """Raise StepUpNeeded unless the owner has just shown that it is they.

    The wall answers it with a page that asks and leads back; what a form carried comes along.
    Call it before anything is written.
    """
    if not stepped_up(request):
        raise StepUpNeeded


def dress(request: HttpRequest, user_id: UUID, *, on: date) -> bool:
    """Put the person's name and hats of a day into the session; False when they have none.

    The hat worn stays on while it is among them. Once a day this also lengthens the session.
    """
    session = request.session
    choices = schools.hats(user_id, on=on, at=time_of(request))
    if not choices:
        session.pop("senim_hat", None)
        return False
    named = schools.schools(choice.school_id for choice in choices if choice.school_id)
    if session.get("senim_day") != on.isoformat() and session.session_key:
        signed_in.used(session.session_key, on=on)
    session["senim_day"] = on.isoformat()
    session["senim_person"] = people.shown_name(user_id)
    session["senim_hats"] = [
        [
            f"{choice.hat}:{choice.id}",
            choice.post or choice.hat.value,
            named[choice.school_id].name if choice.school_id else {},
        ]
        for choice in choices
    ]
    keys = [key for key, _, _ in session["senim_hats"]]
    if session.get("senim_hat") not in keys:
        before = session.pop("senim_hat_before", None)
        session["senim_hat"] = before if before in keys else keys[0]
    return True


def put_on(request: HttpRequest, opening: Hat, access_id: UUID) -> None:
    """Put on the hat of an opening just made; what was worn before comes back when it is over."""
    worn = request.session.get("senim_hat", "")
    if worn.partition(":")[0] not in TEMPORARY_HATS:
        request.session["senim_hat_before"] = worn
    request.session["senim_hat"] = f"{opening}:{access_id}"
    dress(request, cast(Any, request.user).user_id, on=today_of(request))


def rename(request: HttpRequest) -> None:
    """Let the session go on under a new name."""
    before = request.session.session_key
    request.session.cycle_key()
    signed_in.renamed(before or "", request.session.session_key or "")


def needs_dressing(request: HttpRequest, *, on: date) -> bool:
    """Say whether the session is new, or of an earlier day."""
    day = on.isoformat()
    return "senim_hat" not in request.session or request.session.get("senim_day", day) != day


def set_life(request: HttpRequest, user_id: UUID | None) -> None:
    """Set how long the session of a person who just signed in lives."""
    on = today_of(request)
    hats = schools.hats(user_id, on=on, at=time_of(request)) if user_id else ()
    holds_post = bool(user_id and schools.posts_of([user_id], on=on))
    if not holds_post and not any(choice.hat in STAFF_HATS for choice in hats):
        request.session.set_expiry(None)
    elif second_factor_given(request):
        request.session.set_expiry(STAFF_SESSION)
    else:
        request.session.set_expiry(HALF_SESSION)


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of the hat worn; tell who has none where to ask."""
    actor = cast(Any, request).actor
    if actor is None:
        return plain(request, "signin/hats.html", Hats(none=True))
    return redirect(HOME_OF[actor.viewer.hat])


def hat(request: HttpRequest) -> HttpResponse:
    """Show one's hats, or put on another: never one whose facts are not in force."""
    user_id = cast(Any, request.user).user_id
    if not (user_id and dress(request, user_id, on=today_of(request))):
        return plain(request, "signin/hats.html", Hats(none=True))
    if request.method == "POST":
        return _put_on(request, request.POST.get("hat", ""))
    if len(request.session["senim_hats"]) == 1:
        return redirect("home")
    return plain(request, "signin/hats.html", Hats())


def _put_on(request: HttpRequest, wished: str) -> HttpResponse:
    if wished not in [key for key, _, _ in request.session["senim_hats"]]:
        raise Http404
    request.session["senim_hat"] = wished
    return redirect(HOME_OF[Hat(wished.partition(":")[0])])
