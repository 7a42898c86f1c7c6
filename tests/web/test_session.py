"""How long a session lives, and which of one's hats it wears."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from senim.base.words import say
from senim.ledger import guard
from senim.ledger import queries as ledger
from senim.schools.models import Enrollment
from tests.cast import AT, Cast
from tests.web.signing import HOUR, SECOND, SET_UP, next_code, set_up, sign_in, visitor


@pytest.mark.usefixtures("cast")
class TestSession:
    def test_of_a_pupil_lives_sixty_days_from_the_last_day_they_came(
        self, settings: Settings
    ) -> None:
        client = visitor()
        sign_in(client, "pupil")
        client.get("/home/")
        session = Session.objects.get(session_key=client.session.session_key)
        assert client.session.get_expiry_age() == 60 * 24 * 3600
        Session.objects.filter(pk=session.pk).update(
            expire_date=session.expire_date - 30 * 24 * HOUR
        )

        client.get("/home/")
        session.refresh_from_db()
        ripe = session.expire_date
        settings.SENIM_NOW = (AT + 24 * HOUR).isoformat()
        answer = client.get("/home/")
        session.refresh_from_db()

        assert session.expire_date > ripe + 29 * 24 * HOUR
        assert answer.cookies["senim_session"]["max-age"] == 60 * 24 * 3600

    def test_of_staff_lives_twelve_hours_however_busy(
        self, with_phone: tuple[str, list[str]]
    ) -> None:
        client = visitor()
        sign_in(client, "teacher")
        client.post(SECOND, {"code": next_code(with_phone[0])})
        ends = client.session["_session_expiry"]

        client.get("/home/")
        client.post("/hat/", {"hat": "none"})

        assert client.session["_session_expiry"] == ends
        assert 12 * 3600 - 60 < client.session.get_expiry_age() <= 12 * 3600

    def test_of_a_teacher_who_is_a_parent_is_one_of_staff(self) -> None:
        client = visitor()
        sign_in(client, "teacher_parent")
        set_up(client)

        assert client.session.get_expiry_age() <= 12 * 3600

    def test_without_the_second_factor_lives_a_quarter_of_an_hour(self) -> None:
        client = visitor()
        sign_in(client, "teacher")

        assert client.session.get_expiry_age() <= 15 * 60

    def test_takes_nothing_along_from_before(self) -> None:
        client = visitor()
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": AT.timestamp()}]
        session["senim_hat"] = "official:00000000-0000-0000-0000-000000000000"
        session.save()
        old_key = session.session_key

        sign_in(client, "teacher")

        assert client.session.session_key != old_key
        assert client.get("/home/")["Location"] == SET_UP

    def test_speaks_the_accounts_language_until_one_is_chosen(self) -> None:
        fresh, chooser = Client(), Client()
        chooser.cookies["senim_language"] = "ru"

        sign_in(fresh, "pupil")
        sign_in(chooser, "pupil")

        assert fresh.cookies["senim_language"].value == "en"
        assert chooser.cookies["senim_language"].value == "ru"


@pytest.mark.usefixtures("cast")
class TestHats:
    def parent(self) -> Client:
        client = visitor()
        sign_in(client, "teacher_parent")
        set_up(client)
        return client

    def test_are_shown_and_changed_by_who_has_several(self, cast: Cast) -> None:
        client = self.parent()
        guardian = f"guardian:{cast.people['teacher_parent'].user_id}"

        page = client.get("/hat/").content.decode()
        answer = client.post("/hat/", {"hat": guardian})

        assert guardian in page
        assert cast.people["teacher_parent"].hat in page
        assert answer["Location"] == reverse("diary")
        assert client.get("/home/")["Location"] == reverse("diary")

    @pytest.mark.parametrize("whose", ["teacher", "homeroom", "head"])
    def test_of_others_are_not_found(self, cast: Cast, whose: str) -> None:
        client = self.parent()
        worn = client.session["senim_hat"]

        answer = client.post("/hat/", {"hat": cast.people[whose].hat})

        assert answer.status_code == 404
        assert client.session["senim_hat"] == worn

    def test_that_ended_are_not_found(self, cast: Cast) -> None:
        client = cast.client("ex_deputy", hat=f"teacher:{cast.member('ex_deputy')}")

        answer = client.post("/hat/", {"hat": f"office:{cast.schools['birch']}"})

        assert "Location" not in answer
        assert say("signin.hats.none_title", "en") in answer.content.decode()

    def test_of_removed_rows_are_not_found(self, cast: Cast) -> None:
        seat = Enrollment.objects.system(reason="a test").filter(
            member_id=cast.member("teacher_parent")
        )
        with guard.lifted("a test"):
            seat.update(status="tobedeleted")
        client = cast.client(
            "teacher_parent", hat=f"guardian:{cast.people['teacher_parent'].user_id}"
        )

        answer = client.post("/hat/", {"hat": cast.people["teacher_parent"].hat})

        assert answer.status_code == 404

    def test_lead_home_who_has_one(self) -> None:
        client = visitor()
        sign_in(client, "pupil")

        assert client.get("/hat/")["Location"] == reverse("home")

    def test_change_nothing_but_the_session(self, cast: Cast) -> None:
        client = self.parent()
        before = ledger.entries(cast.schools["birch"])

        client.post("/hat/", {"hat": f"guardian:{cast.people['teacher_parent'].user_id}"})

        assert ledger.entries(cast.schools["birch"]) == before

    def test_missing_altogether_are_told_calmly(self) -> None:
        client = visitor()
        sign_in(client, "nobody")

        page = client.get("/home/").content.decode()

        assert say("signin.hats.none_title", "en") in page

    def test_of_the_day_are_read_anew_each_day(self, settings: Settings) -> None:
        client = visitor()
        sign_in(client, "pupil")
        client.get("/home/")
        settings.SENIM_NOW = (AT + timedelta(days=400)).isoformat()

        client.get("/home/")

        assert client.session["senim_day"] == "2027-12-23"
