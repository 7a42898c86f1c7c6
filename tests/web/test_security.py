"""People see where they are signed in and sign out there; what is not theirs is not found."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from senim.base.words import say
from senim.ledger import queries as ledger
from senim.people import keys, signed_in
from senim.people.models import ProviderLink, SignIn
from senim.web.signin.devices import note
from tests.cast import AT, PASSWORD, Cast
from tests.web.signing import CHANGE, NEW, SIGN_IN, sign_in, signed_in_as, visitor
from tests.web.test_step_up import staled

PAGE = "/me/security/"
CHROME = "Mozilla/5.0 (Linux; Android 14; SM-A15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def at_home(login: str = "pupil", agent: str = CHROME, address: str = "95.56.113.77") -> Client:
    client = visitor(headers={"User-Agent": agent}, REMOTE_ADDR=address)  # type: ignore[arg-type]
    sign_in(client, login)
    return client


def entries(cast: Cast) -> list[str]:
    return [entry.event for entry in ledger.entries(cast.schools["birch"], kinds=["change"])]


def id_of(client: Client) -> str:
    return str(SignIn.objects.get(session_key=client.session.session_key).id)


@pytest.mark.usefixtures("cast")
class TestTheList:
    def test_tells_devices_in_plain_words_and_this_one_first(self) -> None:
        at_home(agent=FIREFOX)
        here = at_home()

        page = here.get(PAGE).content.decode()

        names = re.findall(r'<p class="strong">([^<]*?)\s*<', page)
        assert names[:1] == ["Android, Chrome"]
        assert "Windows, Firefox" in page
        assert page.count(f">{say('security.here', 'en')}<") == 1

    def test_tells_of_the_network_no_more_than_half(self) -> None:
        here = at_home()

        page = here.get(PAGE).content.decode()

        assert "95.56.…" in page
        assert "113.77" not in page
        assert not SignIn.objects.filter(network__contains="113").exists()

    @pytest.mark.parametrize(
        ("address", "kept"),
        [("95.56.113.77", "95.56.…"), ("2001:4860:1:2::9", "2001:4860:…"), ("192.168.1.4", "")],
    )
    def test_keeps_half_an_address(self, cast: Cast, address: str, kept: str) -> None:
        client = visitor()
        sign_in(client, "pupil")
        SignIn.objects.all().delete()
        request: Any = RequestFactory().get("/", REMOTE_ADDR=address)
        request.session = client.session

        note(request, cast.account("pupil").id)

        assert SignIn.objects.get().network == kept

    def test_holds_nobody_elses_devices(self) -> None:
        at_home("classmate", agent=FIREFOX)

        assert "Firefox" not in at_home().get(PAGE).content.decode()

    def test_forgets_sessions_that_are_over(self) -> None:
        other = at_home(agent=FIREFOX)
        Session.objects.filter(session_key=other.session.session_key).delete()

        assert "Firefox" not in at_home().get(PAGE).content.decode()

    def test_is_for_the_signed_in(self) -> None:
        assert visitor().get(PAGE)["Location"].startswith(SIGN_IN)

    def test_keeps_its_line_when_the_session_gets_another_name(self, cast: Cast) -> None:
        here = at_home()
        staled(here).post("/confirm/", {"password": PASSWORD})

        (device,) = signed_in.devices(cast.account("pupil").id, here=str(here.session.session_key))
        assert device.here


@pytest.mark.usefixtures("cast")
class TestSigningOutElsewhere:
    def test_takes_effect_on_the_next_request_and_is_on_record(self, cast: Cast) -> None:
        other, here = at_home(agent=FIREFOX), at_home()

        here.post(PAGE, {"do": "end", "id": id_of(other)})

        assert other.get("/home/")["Location"].startswith(SIGN_IN)
        assert signed_in_as(here) == "pupil"
        assert entries(cast) == ["people.session.ended"]

    def test_everywhere_leaves_this_one_alone(self, cast: Cast) -> None:
        others, here = [at_home(agent=FIREFOX) for _ in range(3)], at_home()
        stranger = at_home("classmate")

        here.post(PAGE, {"do": "end_all"})

        assert [signed_in_as(c) for c in (*others, here, stranger)] == [
            *(None, None, None),
            *("pupil", "classmate"),
        ]
        assert entries(cast) == ["people.session.ended"]

    def test_everywhere_asks_who_one_is_after_ten_minutes(self) -> None:
        other, here = at_home(agent=FIREFOX), staled(at_home())

        assert here.post(PAGE, {"do": "end_all"}).status_code == 403
        assert signed_in_as(other) == "pupil"

    def test_of_somebody_else_is_not_found(self, cast: Cast) -> None:
        other, here = at_home("classmate"), at_home()

        assert here.post(PAGE, {"do": "end", "id": id_of(other)}).status_code == 404
        assert signed_in_as(other) == "classmate"
        assert entries(cast) == []

    @pytest.mark.parametrize(
        "form", [{}, {"do": "x"}, {"do": "end"}, {"do": "end", "id": "1"}, {"do": "remove_passkey"}]
    )
    def test_of_nothing_is_not_found(self, form: dict[str, str]) -> None:
        assert at_home().post(PAGE, form).status_code == 404

    def test_is_done_by_another_password(self) -> None:
        other, here = at_home(agent=FIREFOX), at_home()

        here.post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW})

        assert other.get("/home/")["Location"].startswith(SIGN_IN)
        assert "Firefox" not in here.get(PAGE).content.decode()
        assert "Chrome" in here.get(PAGE).content.decode()

    def test_by_a_request_of_a_session_just_ended_brings_nothing_back(self) -> None:
        other, here = at_home(agent=FIREFOX), at_home()
        key = other.session.session_key
        here.post(PAGE, {"do": "end", "id": id_of(other)})

        other.get("/home/")
        other.get("/me/security/")

        assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.usefixtures("cast")
class TestSigningOut:
    def test_clears_the_cache_and_keeps_storage_without_its_script(self) -> None:
        answer = at_home().post("/sign-out/")

        assert answer["Clear-Site-Data"] == '"cache"'

    def test_clears_storage_once_nothing_waits(self) -> None:
        assert (
            at_home().post("/sign-out/", {"clear": "1"})["Clear-Site-Data"] == '"cache", "storage"'
        )

    def test_takes_the_line_from_the_list(self) -> None:
        here = at_home()
        here.post("/sign-out/")

        assert not SignIn.objects.exists()

    def test_leaves_the_device_known(self) -> None:
        here = at_home()
        here.post("/sign-out/")

        assert here.cookies["senim_device"].value
        assert "cookies" not in here.post("/sign-out/").get("Clear-Site-Data", "")


class TestLinks:
    def test_are_one_persons_and_keep_no_name_of_the_provider(self, cast: Cast) -> None:
        told: dict[str, Any] = {"actor": None, "at": AT, "school_id": cast.schools["birch"]}
        pupil, classmate = cast.account("pupil"), cast.account("classmate")

        assert keys.link(pupil, "https://id.example", "subject-1", **told)
        assert keys.link(pupil, "https://id.example", "subject-1", **told)
        assert not keys.link(classmate, "https://id.example", "subject-1", **told)

        assert keys.account_of("https://id.example", "subject-1", "") == pupil
        assert keys.account_of("https://other.example", "subject-1", "") is None
        assert "subject-1" not in str(list(ProviderLink.objects.values_list()))

    def test_end_on_record(self, cast: Cast) -> None:
        told: dict[str, Any] = {"actor": None, "at": AT, "school_id": cast.schools["birch"]}
        keys.link(cast.account("pupil"), "https://id.example", "s", **told)

        at_home().post(PAGE, {"do": "unlink"})

        assert not keys.is_linked(cast.account("pupil").id)
        assert entries(cast) == ["people.provider.linked", "people.provider.unlinked"]
