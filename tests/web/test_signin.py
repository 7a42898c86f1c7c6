"""Signing in and out: by any name one goes by, and nowhere but where one may go."""

import re
from ipaddress import ip_network
from typing import Any

import pytest
from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from pytest_django import Settings

from senim.base.words import LANGUAGES, say
from senim.ledger import guard
from senim.ledger import queries as ledger
from senim.people import hashers
from senim.people.models import Account
from senim.web.signin.devices import origin_of
from tests.cast import PASSWORD, Cast
from tests.web.signing import SECOND, SIGN_IN, faults_on, next_code, sign_in, signed_in_as, visitor


@pytest.mark.usefixtures("cast")
class TestPassword:
    @pytest.mark.parametrize("login", ["pupil", " PUPIL "])
    def test_lets_a_pupil_in_by_name(self, login: str) -> None:
        client = visitor()

        answer = sign_in(client, login)

        assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
        assert signed_in_as(client) == "pupil"

    @pytest.mark.parametrize(
        "login",
        ["+77011234567", "8 701 123 45 67", "8(701)123-45-67", "7011234567", "Mother@Example.org"],
    )
    def test_lets_a_mother_in_by_phone_or_mail_however_typed(self, login: str) -> None:
        client = visitor()

        sign_in(client, login)

        assert signed_in_as(client) == "mother"

    def test_is_answered_alike_for_an_unknown_name_and_a_wrong_password(self) -> None:
        unknown = sign_in(visitor(), "aaaaa", "wrong")
        mistaken = sign_in(visitor(), "pupil", "wrong")

        pages = [
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
            for answer in (unknown, mistaken)
        ]
        assert unknown.status_code == mistaken.status_code == 422
        assert pages[0].replace("aaaaa", "pupil") == pages[1]
        assert faults_on(pages[0]) == [say("refusal.sign_in_wrong", "en")]

    def test_costs_one_hash_whoever_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        work: list[str] = []

        def counted(name: str) -> None:
            real = getattr(hashers.Argon2id19MiB, name)

            def count(*given: Any) -> Any:
                work.append(name)
                return real(*given)

            monkeypatch.setattr(hashers.Argon2id19MiB, name, count)

        counted("encode")
        counted("verify")
        spent = []
        for login in ("aaaaa", "pupil", "+77011234568", "mother@example.org"):
            work.clear()
            sign_in(visitor(), login, "wrong")
            spent.append(len(work))

        assert spent == [1, 1, 1, 1]

    def test_is_kept_as_argon2id_of_19_mib(self) -> None:
        assert make_password("x").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")

    @pytest.mark.parametrize("password", ["", "!", PASSWORD])
    def test_opens_no_account_that_never_chose_one(self, password: str) -> None:
        with guard.lifted("a test"):
            Account.objects.filter(username="pupil").update(password=make_password(None))
        client = visitor()

        answer = sign_in(client, "pupil", password)

        assert answer.status_code == 422
        assert signed_in_as(client) is None

    def test_opens_no_closed_account_and_closing_ends_its_sessions(self) -> None:
        inside = visitor()
        sign_in(inside, "pupil")
        with guard.lifted("a test"):
            Account.objects.filter(username="pupil").update(is_active=False)

        assert sign_in(visitor(), "pupil").status_code == 422
        assert SIGN_IN in inside.get("/home/")["Location"]

    @pytest.mark.parametrize("login", ["", "pu\0pil", "x" * 300])
    def test_asks_for_a_name_where_none_can_be_read(self, login: str) -> None:
        answer = sign_in(visitor(), login)

        assert answer.status_code == 422
        assert faults_on(answer.content.decode()) == [say("signin.fault.login", "en")]

    def test_is_never_sent_back(self) -> None:
        answer = sign_in(visitor(), "pupil", "a secret of mine")

        assert "a secret of mine" not in answer.content.decode()

    def test_writes_no_ledger_entry_and_sends_no_mail(self, cast: Cast) -> None:
        before = ledger.entries(cast.schools["birch"])

        sign_in(visitor(), "pupil")
        sign_in(visitor(), "mother@example.org", "wrong")

        assert ledger.entries(cast.schools["birch"]) == before
        assert mail.outbox == []

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_has_a_page_in_each_language(self, lang: str) -> None:
        client = Client()
        client.cookies["senim_language"] = lang

        page = client.get(SIGN_IN).content.decode()

        assert f'<html lang="{lang}"' in page
        assert say("signin.login", lang) in page

    def test_needs_the_token_of_its_form(self) -> None:
        client = Client(enforce_csrf_checks=True)

        answer = sign_in(client, "pupil")

        assert answer.status_code == 403
        assert say("trouble.forbidden.title", "kk") in answer.content.decode()


@pytest.mark.usefixtures("cast")
class TestGoingOn:
    def test_leads_to_the_page_one_came_for(self) -> None:
        client = visitor()
        asked = client.get("/hat/?a=1")
        assert asked["Location"] == f"{SIGN_IN}?next=/hat/%3Fa%3D1"

        page = client.get(asked["Location"]).content.decode()
        answer = sign_in(client, "pupil", next="/hat/?a=1")

        assert 'name="next" value="/hat/?a=1"' in page
        assert answer["Location"] == "/hat/?a=1"

    def test_leads_there_through_the_second_factor(self, with_phone: tuple[str, list[str]]) -> None:
        client = visitor()
        assert sign_in(client, "teacher", next="/hat/")["Location"] == SECOND

        answer = client.post(SECOND, {"code": next_code(with_phone[0])})

        assert answer["Location"] == "/hat/"

    @pytest.mark.parametrize(
        "evil",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "javascript:alert(1)",
            "http://127.0.0.1/",
            "https://testserver.evil.example/",
        ],
    )
    def test_leads_nowhere_else(self, evil: str) -> None:
        by_form, by_address = visitor(), visitor()

        first = sign_in(by_form, "pupil", next=evil)
        second = by_address.post(
            SIGN_IN, {"login": "pupil", "password": PASSWORD}, query_params={"next": evil}
        )
        third = by_form.get(SIGN_IN, {"next": evil})

        assert {a["Location"] for a in (first, second, third)} == {reverse("home")}

    def test_a_form_sent_too_late_leads_to_sign_in_alone(self) -> None:
        assert visitor().post("/hat/", {"hat": "x"})["Location"] == SIGN_IN


@pytest.mark.usefixtures("cast")
class TestTries:
    def test_run_out_for_strangers_but_not_on_a_device_once_used(self) -> None:
        owner = visitor()
        sign_in(owner, "pupil")
        owner.post("/sign-out/")
        stranger = visitor()
        for _ in range(10):
            sign_in(stranger, "pupil", "wrong")

        refused, entered = sign_in(stranger, "pupil"), sign_in(owner, "pupil")

        assert refused.status_code == 429
        assert faults_on(refused.content.decode()) == [say("refusal.tries_spent", "en", n=3)]
        assert signed_in_as(stranger) is None
        assert entered.status_code == 302
        assert signed_in_as(owner) == "pupil"

    def test_are_not_spent_by_signing_in(self) -> None:
        for _ in range(12):
            assert sign_in(visitor(), "pupil").status_code == 302

    def test_of_one_account_leave_the_next_alone(self) -> None:
        client = visitor()
        for _ in range(11):
            sign_in(client, "pupil", "wrong")

        assert sign_in(client, "classmate").status_code == 302

    def test_a_forged_device_is_no_old_acquaintance(self, cast: Cast) -> None:
        owner = visitor()
        sign_in(owner, "pupil")
        value = owner.cookies["senim_device"].value

        request = RequestFactory().get("/")
        request.COOKIES["senim_device"] = value
        assert origin_of(request).knows(cast.account("pupil"))
        assert not origin_of(request).knows(cast.account("classmate"))
        request.COOKIES["senim_device"] = f"x{value}"
        assert not origin_of(request).knows(cast.account("pupil"))

    def test_a_device_remembers_everyone_of_a_family(self, cast: Cast) -> None:
        client = visitor()
        for login in ("pupil", "sister", "mother"):
            sign_in(client, login)
            client.post("/sign-out/")

        request = RequestFactory().get("/")
        request.COOKIES["senim_device"] = client.cookies["senim_device"].value
        knows = [origin_of(request).knows(cast.account(k)) for k in ("pupil", "sister", "mother")]

        assert knows == [True, True, True]

    @pytest.mark.parametrize(
        ("address", "forwarded", "network"),
        [
            ("203.0.113.7", "", "203.0.113.7"),
            ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
            ("127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "nonsense", "127.0.0.1"),
            ("127.0.0.1", "198.51.100.1, 10.9.0.2", "198.51.100.1"),
            ("10.9.0.2", "203.0.113.1, 198.51.100.1", "198.51.100.1"),
            ("10.8.0.2", "198.51.100.1", "10.8.0.2"),
            ("10.9.0.2", "198.51.100.1, nonsense", "10.9.0.2"),
            ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
            ("", "", "unknown"),
        ],
    )
    def test_are_counted_by_the_network_that_asks(
        self, address: str, forwarded: str, network: str, settings: Settings
    ) -> None:
        settings.SENIM_TRUSTED_PROXIES = tuple(map(ip_network, ("127.0.0.0/8", "10.9.0.0/16")))
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=address)

        assert origin_of(request).network == network


@pytest.mark.usefixtures("cast")
class TestSigningOut:
    def test_ends_the_session_for_good(self) -> None:
        client = visitor()
        sign_in(client, "pupil")
        key = client.session.session_key

        answer = client.post("/sign-out/")

        assert answer["Location"] == reverse("front")
        assert not Session.objects.filter(session_key=key).exists()
        assert client.get("/home/")["Location"].startswith(SIGN_IN)

    @pytest.mark.usefixtures("with_phone")
    def test_is_not_needed_of_a_sign_in_left_half_way(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        client.get(SIGN_IN)

        assert client.get(SECOND)["Location"] == SIGN_IN

    def test_is_pressed_not_followed(self) -> None:
        client = visitor()
        sign_in(client, "pupil")

        assert client.get("/sign-out/").status_code == 405
        assert signed_in_as(client) == "pupil"


OURS = {
    "account_login",
    "account_logout",
    "account_change_password",
    "mfa_authenticate",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
}


def names_of(patterns: list[Any]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        inner = getattr(pattern, "url_patterns", None)
        found |= names_of(inner) if inner is not None else {pattern.name}
    return found


def test_no_route_of_allauth_exists_but_ours() -> None:
    theirs = names_of(account_urls.urlpatterns) | names_of(mfa_urls.urlpatterns)
    here = names_of(get_resolver().url_patterns)

    assert {"account_signup", "account_reset_password", "mfa_deactivate_totp"} <= theirs
    assert theirs & here == OURS


def test_a_visitor_cannot_sign_up_by_any_address(db: None) -> None:
    for path in ("/sign-up/", "/accounts/signup/", "/signup/", "/accounts/password/reset/"):
        assert visitor().get(path).status_code == 404
