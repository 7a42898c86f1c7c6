"""The wall every request meets: headers, language, policy row, hat.

A route without a policy row answers "not found", whoever asks; a signed-in person whose hats do not
fit a row is told the same. What remains is decided by rows: see `rules.access`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from senim.api.policies import POLICIES as API_POLICIES
from senim.api.problems import problem
from senim.base import clock, installation
from senim.base.one_transaction import OneTransaction
from senim.ledger import tripwire
from senim.ledger.sealing import queries as sealing
from senim.rules.access import STAFF_HATS, TEMPORARY_HATS, Actor, Hat, Viewer
from senim.rules.errors import Held, NotFound, Refusal
from senim.rules.notes import encoded
from senim.rules.policies import Policy
from senim.schools import queries as schools
from senim.web import errors, held, session
from senim.web.policies import POLICIES as WEB_POLICIES
from senim.web.signin import step_up

POLICIES: dict[str, Policy] = {**WEB_POLICIES, **API_POLICIES}

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)

ANSWERS_IN_JSON = ("/api/", "/sync/")

HTTPS_FOR_TWO_YEARS = "max-age=63072000; includeSubDomains"

GetResponse = Callable[[HttpRequest], HttpResponse]


def headers(get_response: GetResponse) -> GetResponse:
    """Put the content security policy on every answer, and `no-store` on what is personal.

    A signed-in browser keeps no page of ours, whichever: an error page names its reader too. Data
    with a tag says itself how its one reader may keep it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if settings.SENIM_ORIGIN.startswith("https://"):
            response.setdefault("Strict-Transport-Security", HTTPS_FOR_TWO_YEARS)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("ETag"):
            response.headers["Cache-Control"] = "no-store"
        if request.path.startswith(ANSWERS_IN_JSON) and _is_json(response):
            _name_the_seal(response)
        return response

    return middleware


def _is_json(response: HttpResponse) -> bool:
    kind, _, _ = response.headers.get("Content-Type", "").partition(";")
    return kind.endswith("json")


def _name_the_seal(response: HttpResponse) -> None:
    """Say how far the ledger was sealed when this was answered, `size root` as in a checkpoint."""
    head = sealing.head()
    if head is not None:
        response.headers["Senim-Checkpoint"] = f"{head[0]} {encoded(head[1])}"


class PolicyWall:
    """Refuse whoever the policy row of the route does not let knock."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the decision falls once its route is known."""
        cast(Any, request).actor = None
        cast(Any, request).at = clock.now()
        cast(Any, request).opening_over = False
        cast(Any, request).transaction = OneTransaction()
        response = self.get_response(request)
        cast(Any, request).transaction.end(response.status_code)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Return an answer instead of the view's, or None to let it answer."""
        match = request.resolver_match
        policy = POLICIES.get(match.view_name) if match else None
        if policy is None or (policy.demo_only and not is_demo(request)):
            raise Http404
        if request.method not in policy.methods | {"OPTIONS"}:
            return HttpResponseNotAllowed(sorted(policy.methods))
        if policy.public:
            return None
        cast(Any, request).transaction.begin(view)
        return self._of_signed_in(request, policy)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Word a refusal: what one may not know of is not found, the rest is said."""
        if isinstance(exception, session.StepUpNeeded):
            return step_up.ask(request)
        if isinstance(exception, NotFound):
            return errors.not_found(request, exception)
        if isinstance(exception, Held):
            return _say_held(request)
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        return None

    def _of_signed_in(self, request: HttpRequest, policy: Policy) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        actor = wear(request, cast(Any, request).at)
        if cast(Any, request).opening_over and not policy.any_hat:
            return errors.opening_over(request)
        if policy.late and not (actor and actor.viewer.hat in policy.hats and actor.viewer.ties):
            actor = late(request, cast(Any, request).at) or actor
        if actor is None:
            if policy.any_hat:
                return None
            raise Http404
        if actor.viewer.hat in STAFF_HATS and not session.second_factor_given(request):
            return None if policy.half_signed_in else _ask_second_factor(request)
        stops = getattr(request.user, "is_held", False) and not policy.any_hat
        if stops and actor.viewer.hat not in tripwire.OWN_HATS:
            return _say_held(request)
        fits = actor.viewer.hat in policy.hats and (actor.viewer.ties or policy.late)
        if not policy.any_hat and not fits:
            raise Http404
        cast(Any, request).actor = actor
        return None


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(("/api/", "/sync/")):
        return HttpResponse(status=401)
    if request.method != "GET":
        return redirect(settings.LOGIN_URL)
    return redirect(f"{reverse(settings.LOGIN_URL)}?next={quote(request.get_full_path())}")


def _ask_second_factor(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(("/api/", "/sync/")):
        return HttpResponse(status=401)
    return redirect(reverse("mfa_activate_totp"))


def _say_held(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(("/api/", "/sync/")):
        lang = cast(Any, request).LANGUAGE_CODE
        return problem(Held("account_held"), lang, status=403)
    return held.page(request)


def is_demo(request: HttpRequest) -> bool:
    """Say whether this is a demo database asked from the loopback address, by no proxy."""
    here = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    passed_on = {"X-Forwarded-For", "Forwarded"} & set(request.headers)
    return here and not passed_on and installation.is_demo()


def wear(request: HttpRequest, at: datetime) -> Actor | None:
    """Return who acts: the signed-in account under the hat of this session, on today's facts.

    The session's hat is only a wish: a hat whose facts have ended makes an actor without ties. An
    opening that is over is taken off, and the person wears again what they have besides.
    """
    account = cast(Any, request.user)
    if account.user_id is None:
        return None
    on = at.astimezone(schools.COUNTRY_ZONE).date()
    if session.needs_dressing(request, on=on) and not session.dress(
        request, account.user_id, on=on
    ):
        return None
    actor = _under_its_hat(request, at, on)
    if actor.viewer.hat in TEMPORARY_HATS and not actor.viewer.ties:
        cast(Any, request).opening_over = True
        if not session.dress(request, account.user_id, on=on):
            return None
        actor = _under_its_hat(request, at, on)
    return actor


def _under_its_hat(request: HttpRequest, at: datetime, on: date) -> Actor:
    account = cast(Any, request.user)
    name, _, hat_id = request.session["senim_hat"].partition(":")
    seen = schools.viewer_under(account.user_id, hat=Hat(name), hat_id=UUID(hat_id), on=on, at=at)
    return Actor(account.id, seen, UUID(hat_id), cast(Any, request).LANGUAGE_CODE, _posts(request))


def _posts(request: HttpRequest) -> int:
    """Return at how many organisations the person holds a post, by the hats of this session."""
    hats = {key for key, *_ in request.session["senim_hats"]}
    return sum(Hat(key.partition(":")[0]) in (Hat.OFFICE, Hat.OFFICIAL) for key in hats)


def late(request: HttpRequest, at: datetime) -> Actor | None:
    """Return who taught once and teaches nothing now, as a teacher without a tie; else None.

    What their devices still hold is not lost without a word: each operation is refused on record.
    """
    account, on = cast(Any, request.user), at.astimezone(schools.COUNTRY_ZONE).date()
    member_id = schools.taught_once(account.user_id, on=on) if account.user_id else None
    if member_id is None:
        return None
    seen = Viewer(account.user_id, Hat.TEACHER, on)
    return Actor(account.id, seen, member_id, cast(Any, request).LANGUAGE_CODE)
