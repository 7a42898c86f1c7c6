"""Staff give a code from their phone; until they do, nothing opens."""

from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.urls import NoReverseMatch, reverse

from senim.base.words import say
from senim.config.wall import POLICIES
from senim.people import services as people
from tests.cast import AT, Cast
from tests.web.signing import (
    HOUR,
    SECOND,
    SET_UP,
    SIGN_IN,
    SPARE,
    faults_on,
    next_code,
    secret_on,
    set_up,
    sign_in,
    signed_in_as,
    totp,
    visitor,
    wrong,
)


def closed_paths() -> list[str]:
    """Return every address of the signed-in that needs nothing but its name."""
    found = []
    for name, policy in POLICIES.items():
        try:
            found += [] if policy.public or policy.half_signed_in else [reverse(name)]
        except NoReverseMatch:
            continue
    return found


@pytest.mark.usefixtures("cast")
class TestSecondFactor:
    def test_is_set_up_by_staff_before_anything_else(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        secret, codes = set_up(client)

        assert len(set(codes)) == 10
        assert client.get("/home/")["Location"] == reverse("today")
        assert secret not in str(Authenticator.objects.values_list("data"))

    def test_owed_leaves_nothing_open(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        asked = [(path, client.get(path)) for path in closed_paths()]
        asked += [(path, client.post(path)) for path in closed_paths()]

        assert len(asked) >= 20
        for path, answer in asked:
            if path.startswith(("/api/", "/sync/")):
                assert answer.status_code in (401, 405), path
            else:
                assert answer.status_code == 405 or answer["Location"] == SET_UP, path

    @pytest.mark.parametrize("who", ["pupil", "mother"])
    def test_is_not_asked_of_families(self, who: str) -> None:
        client = visitor()
        sign_in(client, who)

        assert client.get("/home/")["Location"] == reverse("diary")
        assert client.get(SET_UP)["Location"] == reverse("home")
        assert not Authenticator.objects.exists()

    def test_is_not_set_up_by_a_wrong_code(self) -> None:
        client = visitor()
        sign_in(client, "teacher")
        secret = secret_on(client.get(SET_UP).content.decode())

        answer = client.post(SET_UP, {"code": wrong(totp(secret))})

        assert answer.status_code == 422
        assert faults_on(answer.content.decode()) == [say("signin.fault.code_wrong", "en")]
        assert secret_on(answer.content.decode()) == secret
        assert not Authenticator.objects.exists()
        assert client.get("/home/")["Location"] == SET_UP

    def test_set_up_elsewhere_meanwhile_asks_to_sign_in_with_it(self) -> None:
        early, late = visitor(), visitor()
        sign_in(early, "teacher")
        sign_in(late, "teacher")
        set_up(early)

        answer = late.get(SET_UP)

        assert answer["Location"] == SIGN_IN
        assert signed_in_as(late) is None

    @pytest.mark.usefixtures("with_phone")
    def test_stands_between_the_password_and_the_page(self) -> None:
        client = visitor()

        answer = sign_in(client, "teacher")

        assert answer["Location"] == SECOND
        assert signed_in_as(client) is None
        assert client.get("/home/")["Location"].startswith(SIGN_IN)
        assert client.get(SECOND).status_code == 200

    def test_lets_in_by_the_phones_code(self, with_phone: tuple[str, list[str]]) -> None:
        client = visitor()
        sign_in(client, "teacher")
        code = next_code(with_phone[0])

        answer = client.post(SECOND, {"code": f"{code[:3]} {code[3:]}"})

        assert answer["Location"] == reverse("home")
        assert client.get("/home/")["Location"] == reverse("today")

    def test_refuses_a_wrong_code_and_closes_after_five(
        self, with_phone: tuple[str, list[str]]
    ) -> None:
        client = visitor()
        sign_in(client, "teacher")
        code = next_code(with_phone[0])

        said = [
            faults_on(client.post(SECOND, {"code": attempt}).content.decode())
            for attempt in (*[wrong(code)] * 5, code)
        ]

        assert said[:5] == [[say("signin.fault.code_wrong", "en")]] * 5
        assert said[5] == [say("refusal.tries_spent", "en", n=3)]
        assert signed_in_as(client) is None

    def test_takes_each_code_once(self, with_phone: tuple[str, list[str]]) -> None:
        code = next_code(with_phone[0])
        clients = [visitor(), visitor()]
        for client in clients:
            sign_in(client, "teacher")
            client.post(SECOND, {"code": code})

        assert [signed_in_as(client) for client in clients] == ["teacher", None]

    def test_takes_each_spare_code_once(self, with_phone: tuple[str, list[str]]) -> None:
        clients = [visitor(), visitor()]
        for client in clients:
            sign_in(client, "teacher")
            client.post(SECOND, {"code": with_phone[1][3]})

        assert [signed_in_as(client) for client in clients] == ["teacher", None]

    def test_of_another_person_is_worth_nothing(self, with_phone: tuple[str, list[str]]) -> None:
        other = visitor()
        sign_in(other, "homeroom")
        set_up(other)
        client = visitor()
        sign_in(client, "homeroom")

        answer = client.post(SECOND, {"code": next_code(with_phone[0])})

        assert answer.status_code == 422

    def test_shows_spare_codes_once(self) -> None:
        client = visitor()
        sign_in(client, "teacher")
        _, codes = set_up(client)

        page = client.get(SPARE).content.decode()

        assert not [code for code in codes if f"{code[:4]} {code[4:]}" in page]
        assert say("signin.spare.shown", "en") in unescape(page)

    @pytest.mark.usefixtures("with_phone")
    def test_page_asks_again_when_the_field_is_missing(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        assert client.post(SECOND, {"else": "x"})["Location"] == SECOND

    def test_without_a_password_before_it_leads_to_sign_in(self) -> None:
        assert visitor().get(SECOND)["Location"] == SIGN_IN
        assert visitor().post(SECOND, {"code": "123456"})["Location"] == SIGN_IN

    def test_is_owed_again_after_twelve_hours(self, cast: Cast) -> None:
        client = cast.client("teacher")
        session = client.session
        past = (AT - 12 * HOUR).timestamp()
        session["account_authentication_methods"] = [{"method": "mfa", "at": past}]
        session.save()

        assert client.get("/hat/")["Location"] == SET_UP

    @pytest.mark.usefixtures("with_phone")
    def test_can_be_cleared_for_a_lost_phone(self, cast: Cast) -> None:
        people.clear_second_factor(cast.account("teacher").id)
        client = visitor()

        sign_in(client, "teacher")

        assert client.get("/home/")["Location"] == SET_UP
