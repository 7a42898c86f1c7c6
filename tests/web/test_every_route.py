"""What holds on every route there is, whoever asks: headers, tokens, methods, the second factor."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from senim.config.wall import POLICIES
from senim.ledger import guard
from senim.rules.policies import Policy
from tests.cast import PASSWORD, Cast
from tests.web.signing import SET_UP, sign_in, visitor

SAMPLE = {"UUIDConverter": UUID(int=7), "IntConverter": 1, "StringConverter": "x"}
HEADERS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
}
DATA_ROUTES = ("/api/", "/sync/")


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, a sample address) of every route of the URLconf."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(getattr(pattern.pattern, "_route", pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, path)
        elif isinstance(pattern, URLPattern):
            for name, converter in pattern.pattern.converters.items():
                kind = type(converter).__name__
                sample = SAMPLE.get(kind) or _fitting(converter.regex)
                path = _put(path, name, str(sample))
            yield str(pattern.name), f"/{path}"


def _put(path: str, name: str, sample: str) -> str:
    start, _, rest = path.partition("<")
    inner, _, after = rest.partition(">")
    if inner.rpartition(":")[2] == name:
        return start + sample + after
    return f"{start}<{inner}>{_put(after, name, sample)}"


def _fitting(regex: str) -> str:
    """Return a text for a converter of our own: a day, a week, a number."""
    found = [text for text in ("2026-11-18", "2026-W47", "1", "x") if _matches(regex, text)]
    return found[0] if found else "x"


def _matches(regex: str, text: str) -> bool:
    return re.fullmatch(regex, text) is not None


NOT_A_CHANGE = ("ledger_", "django_session", "people_signin", "people_throttle")
"""That somebody looked or came is noted at a GET; the day a device was last used is among it."""
ROUTES = sorted(addresses())


def asked(client: Client, *, but: str = "") -> Iterator[tuple[str, Policy, str, Any]]:
    """Yield what every route answers to every method of its row, and to one that is not."""
    for name, path in ROUTES:
        if name == but:
            continue
        policy = POLICIES[name]
        for method in sorted(policy.methods | {"GET", "POST", "PUT"}):
            yield f"{method} {path}", policy, method, client.generic(method, path)


def test_all_routes_are_asked() -> None:
    assert {name for name, _ in ROUTES} == set(POLICIES)
    assert len(ROUTES) > 40
    assert not [path for _, path in ROUTES if "<" in path]


class TestHeaders:
    @pytest.mark.parametrize("who", ["", "pupil", "deputy", "official", "half"])
    def test_are_on_every_answer(self, cast: Cast, settings: Settings, who: str) -> None:
        settings.SENIM_ORIGIN = "https://senim.example"
        client = Client(raise_request_exception=False)
        if who:
            key = "teacher" if who == "half" else who
            client.cookies = cast.client(key, second_factor=who != "half").cookies

        wanting = [
            (called, header)
            for called, _, _, answer in asked(client)
            for header in HEADERS | {"Strict-Transport-Security"}
            if header not in answer
        ]
        assert wanting == []

    def test_are_on_errors_too(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError

        client = cast.client("deputy")
        client.raise_request_exception = False
        missing = client.get("/no/such/page/")
        monkeypatch.setattr("senim.web.session.home", broken)
        monkeypatch.setattr("senim.config.wall.wear", broken)
        fault = client.get("/home/")

        assert (missing.status_code, fault.status_code) == (404, 500)
        for answer in (missing, fault):
            assert set(answer.headers) >= HEADERS
            assert answer["Cache-Control"] == "no-store"

    @pytest.mark.usefixtures("db")
    def test_let_nobody_frame_a_page_or_send_its_address_away(self) -> None:
        answer = Client().get("/sign-in/")

        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"

    @pytest.mark.parametrize("who", ["pupil", "deputy"])
    def test_keep_every_answer_to_the_signed_in_out_of_caches(self, cast: Cast, who: str) -> None:
        client = cast.client(who)

        kept = [
            called
            for called, _, _, answer in asked(client)
            if "no-store" not in answer.get("Cache-Control", "") and called != "POST /sign-out/"
        ]
        assert kept == []

    @pytest.mark.usefixtures("db")
    def test_promise_no_https_where_there_is_none(self, settings: Settings) -> None:
        settings.SENIM_ORIGIN = "http://localhost:8000"

        assert "Strict-Transport-Security" not in Client().get("/")


class TestUnsafeMethods:
    @pytest.mark.parametrize("who", ["", "pupil", "deputy"])
    def test_need_a_token_on_every_route(self, cast: Cast, who: str) -> None:
        client = Client(enforce_csrf_checks=True)
        if who:
            client.cookies = cast.client(who).cookies

        passed = [
            (path, answer.status_code)
            for name, path in ROUTES
            if "POST" in POLICIES[name].methods
            for answer in [client.post(path)]
            # a demo's doors are not there at all
            if answer.status_code not in (403, 404)
        ]
        assert passed == []

    @pytest.mark.parametrize("who", ["pupil", "deputy", "clerk"])
    def test_alone_change_anything(self, cast: Cast, who: str) -> None:
        client = cast.client(who, confirmed=True)
        client.get("/home/")
        written = []
        for name, path in ROUTES:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(path)
            for query in queries.captured_queries:
                table = guard._WRITE.match(query["sql"])
                if table and not table[1].startswith(NOT_A_CHANGE):
                    written.append((name, table[1]))

        assert written == []


class TestHalfSignedIn:
    @pytest.mark.usefixtures("cast")
    def test_sees_nothing_on_any_route(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        for called, policy, method, answer in asked(client, but="account_logout"):
            if policy.public or called.split()[1] == SET_UP or method not in policy.methods:
                continue
            if any(called.split()[1].startswith(prefix) for prefix in DATA_ROUTES):
                assert answer.status_code == 401, called
            else:
                assert answer.status_code in (302, 404), called
                if answer.status_code == 302:
                    assert answer["Location"] == "/second-factor/set-up/", called

    @pytest.mark.usefixtures("with_phone")
    def test_with_a_phone_is_nobody_on_any_route(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        for called, policy, method, answer in asked(client, but="account_logout"):
            if policy.public or method not in policy.methods:
                continue
            assert answer.status_code in (302, 401, 404), called
            if answer.status_code == 302:
                assert answer["Location"].startswith("/sign-in/"), called

    def test_gains_nothing_by_a_session_from_before_the_factor(
        self, with_phone: tuple[str, list[str]]
    ) -> None:
        client = visitor()
        sign_in(client, "teacher")
        replayed = visitor()
        replayed.cookies["senim_session"] = client.cookies["senim_session"].value
        client.post("/second-factor/", {"code": with_phone[1][0]})
        assert client.get("/home/")["Location"] == "/today/"

        assert replayed.get("/home/")["Location"].startswith("/sign-in/")

    @pytest.mark.usefixtures("cast")
    def test_gains_nothing_by_confirming_the_password_again(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        answer = client.post("/confirm/", {"password": PASSWORD, "next": "/today/"})

        assert answer["Location"] == "/second-factor/set-up/"
        assert client.get("/me/security/passkey/")["Location"] == "/second-factor/set-up/"


class TestCookies:
    @pytest.mark.usefixtures("cast")
    def test_of_the_session_are_closed_to_scripts_and_to_other_sites(self) -> None:
        client = visitor()
        sign_in(client, "pupil")

        for name in ("senim_session", "senim_device"):
            cookie = client.cookies[name]
            assert cookie["httponly"], name
            assert cookie["samesite"] == "Lax", name
        assert client.cookies["senim_session"]["secure"] == ""
