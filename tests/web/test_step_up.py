"""Before what is guarded most, one shows once more that it is oneself; no form is lost by it."""

import re
import time
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from senim.base.words import say
from senim.ledger import queries as ledger
from senim.web import session
from senim.web.signin import step_up
from tests.cast import PASSWORD, Cast
from tests.web.signing import faults_on, next_code, set_up, sign_in, signed_in_as, visitor

CONFIRM = "/confirm/"


def staled(client: Client, *, minutes: float = 11) -> Client:
    """Return the client as it would be some minutes later."""
    kept = client.session
    for record in kept["account_authentication_methods"]:
        record["at"] -= minutes * 60
    kept.save()
    return client


def hidden(page: str) -> list[tuple[str, str]]:
    """Return the hidden fields of a page's own form, without its token."""
    form = page.partition('id="main"')[2].partition("</main>")[0]
    found = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)"', form)
    return [(n, unescape(v)) for n, v in found if n != "csrfmiddlewaretoken"]


@pytest.fixture
def teacher(with_phone: tuple[str, list[str]]) -> tuple[Client, str]:
    """Return a teacher who signed in long ago, and the secret of their phone."""
    client = visitor()
    sign_in(client, "teacher")
    client.post("/second-factor/", {"code": next_code(with_phone[0])})
    return staled(client), with_phone[0]


def cleared(cast: Cast) -> int:
    changes = ledger.entries(cast.schools["birch"], kinds=["change"])
    return sum(entry.event == "people.second_factor.cleared" for entry in changes)


def ask_to_clear(cast: Cast, client: Client) -> Any:
    page = f"/office/people/{cast.member('teacher')}/"
    return client.post(page, {"do": "phone", "sure": "1"})


@pytest.mark.usefixtures("with_phone")
class TestAWish:
    def test_is_not_done_before_the_question_is_answered(self, cast: Cast) -> None:
        answer = ask_to_clear(cast, cast.client("head"))

        assert answer.status_code == 403
        assert say("signin.step_up.waits", "en") in unescape(answer.content.decode())
        assert Authenticator.objects.filter(user=cast.account("teacher")).exists()
        assert cleared(cast) == 0

    def test_is_sent_by_one_button_after_it(self, cast: Cast) -> None:
        client = cast.client("head")
        asked = hidden(ask_to_clear(cast, client).content.decode())

        page = client.post(CONFIRM, {**dict(asked), "password": PASSWORD}).content.decode()
        wish = hidden(page)
        target = re.search(r'class="form" method="post" action="(.*?)"', page)
        assert cleared(cast) == 0
        assert target
        client.post(target[1], dict(wish))

        assert wish == [("do", "phone"), ("sure", "1")]
        assert cleared(cast) == 1

    def test_comes_along_through_a_wrong_answer(self, cast: Cast) -> None:
        client = cast.client("head")
        asked = dict(hidden(ask_to_clear(cast, client).content.decode()))

        again = client.post(CONFIRM, {**asked, "password": "wrong"})

        assert again.status_code == 422
        assert faults_on(again.content.decode()) == [say("refusal.password_wrong", "en")]
        assert dict(hidden(again.content.decode())) == asked

    def test_of_another_person_opens_nothing(self, cast: Cast) -> None:
        asked = dict(hidden(ask_to_clear(cast, cast.client("head")).content.decode()))

        answer = cast.client("deputy").post(CONFIRM, {**asked, "password": PASSWORD})

        assert answer.status_code == 302

    @pytest.mark.parametrize("wish", ["", "nonsense", "AAAA", "ә"])
    def test_that_cannot_be_read_is_no_wish(self, cast: Cast, wish: str) -> None:
        client = cast.client("head")

        answer = client.post(CONFIRM, {"wish": wish, "password": PASSWORD, "next": "/office/"})

        assert answer["Location"] == "/office/"

    def test_with_a_file_is_said_to_be_lost(self, cast: Cast) -> None:
        request: Any = RequestFactory().post("/x/", {"f": SimpleUploadedFile("a", b"a")})
        request.user = cast.account("head")
        request.session = cast.client("head").session
        request.actor, request.LANGUAGE_CODE = None, "en"

        page = unescape(step_up.ask(request).content.decode())

        assert say("signin.step_up.lost", "en") in page
        assert 'name="wish"' not in page

    def test_sent_by_a_program_is_answered_without_a_page(self) -> None:
        request = RequestFactory().post("/sync/v1/operations")

        assert step_up.ask(request).status_code == 403


@pytest.mark.usefixtures("cast")
class TestTheQuestion:
    def test_leads_back_to_the_page_it_kept(self, teacher: tuple[Client, str]) -> None:
        client, _ = teacher

        page = client.get(CONFIRM, {"next": "/today/?day=1"}).content.decode()
        answer = client.post(CONFIRM, {**dict(hidden(page)), "password": PASSWORD})

        assert answer["Location"] == "/today/?day=1"

    def test_leads_nowhere_else(self, teacher: tuple[Client, str]) -> None:
        answer = teacher[0].post(CONFIRM, {"next": "https://evil.example/", "password": PASSWORD})

        assert answer["Location"] == reverse("home")

    def test_takes_the_phones_code(self, teacher: tuple[Client, str]) -> None:
        client, secret = teacher
        code = next_code(secret)
        assert client.post(CONFIRM, {"code": code}).status_code == 422  # it signed in with it

        signed = client.session["account_authentication_methods"]
        assert not [r for r in signed if r["at"] > time.time() - 600]

    def test_changes_the_sessions_name_and_nothing_of_its_life(
        self, teacher: tuple[Client, str]
    ) -> None:
        client, _ = teacher
        key, ends = client.session.session_key, client.session["_session_expiry"]

        client.post(CONFIRM, {"password": PASSWORD})

        assert client.session.session_key != key
        assert client.session["_session_expiry"] == ends
        assert signed_in_as(client) == "teacher"

    def test_is_answered_five_times_wrongly_and_no_more(self, teacher: tuple[Client, str]) -> None:
        client, _ = teacher
        answers = [client.post(CONFIRM, {"password": "wrong"}).status_code for _ in range(6)]

        assert answers == [422] * 5 + [429]
        assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 429

    @pytest.mark.parametrize("password", ["", "x" * 300])
    def test_asks_for_a_password_where_none_can_be_one(
        self, teacher: tuple[Client, str], password: str
    ) -> None:
        answer = teacher[0].post(CONFIRM, {"password": password})

        assert faults_on(answer.content.decode()) == [say("signin.fault.password", "en")]

    def test_has_no_button_of_the_demo_for_who_signed_in(self, teacher: tuple[Client, str]) -> None:
        client, _ = teacher

        assert client.post(CONFIRM, {"demo": "1"}).status_code == 422

    def test_is_closed_to_who_owes_a_second_factor(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        assert client.post(CONFIRM, {"password": PASSWORD})["Location"].startswith("/second-factor")


@pytest.mark.usefixtures("cast")
class TestConfirmed:
    def of(self, client: Client) -> bool:
        request: Any = RequestFactory().get("/")
        request.session = client.session
        from senim.people.models import Account

        request.user = Account.objects.get(id=client.session["_auth_user_id"])
        return session.stepped_up(request)

    def test_one_is_for_ten_minutes_from_the_sign_in(self) -> None:
        client = visitor()
        sign_in(client, "pupil")

        assert self.of(client)
        assert self.of(staled(client, minutes=9.5))
        assert not self.of(staled(client, minutes=1))

    def test_one_is_by_setting_up_a_phone(self) -> None:
        client = visitor()
        sign_in(client, "homeroom")
        staled(client)

        set_up(client)

        assert self.of(client)

    def test_a_fixed_time_makes_nobody(self, cast: Cast, settings: Settings) -> None:
        client = staled(cast.client("head", confirmed=True))
        settings.SENIM_NOW = "2020-01-01T00:00:00+00:00"

        assert not self.of(client)

    def test_by_another_accounts_records_nobody_is(self, cast: Cast) -> None:
        client = cast.client("head", confirmed=True)
        kept = client.session
        kept["account_authentication_methods_user"] = str(cast.account("deputy").id)
        kept.save()

        assert not self.of(client)
        assert client.get("/office/")["Location"].startswith("/second-factor/")

    def test_again_the_second_factor_is_no_younger(self, cast: Cast) -> None:
        client = cast.client("head")
        kept = client.session
        kept["account_authentication_methods"] = [
            {"method": "mfa", "at": time.time(), "reauthenticated": True}
        ]
        kept.save()

        assert client.get("/office/")["Location"].startswith("/second-factor/")
