"""A password is chosen by a printed card, and changed by who knows it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from senim.base.words import say
from senim.ledger import guard
from senim.ledger import queries as ledger
from senim.ledger import services as ledger_services
from senim.people import services as people
from senim.people.models import Account, FirstCard
from tests.cast import AT, PASSWORD, Cast
from tests.web.signing import (
    CARD,
    CHANGE,
    NEW,
    SECOND,
    SET_UP,
    SIGN_IN,
    faults_on,
    sign_in,
    signed_in_as,
    visitor,
)


@pytest.fixture
def card(cast: Cast) -> Callable[[str], people.PrintedCard]:
    """Return a way to print a first-time card for one of the cast."""

    def issue(key: str, *, at: datetime = AT) -> people.PrintedCard:
        account = cast.account(key)
        thing = ledger_services.Thing("account", account.id, cast.schools["birch"])
        with ledger_services.entry("people.cards.issued", thing, actor=None, at=at):
            return people.issue_card(account.id, at=at)

    return issue


def use(client: Client, printed: people.PrintedCard, **more: str) -> Any:
    form = {"login": printed.username, "code": printed.code, "new": NEW, "again": NEW, **more}
    return client.post(CARD, form)


@pytest.mark.usefixtures("cast")
class TestFirstCard:
    def test_lets_its_holder_choose_a_password_and_in(
        self, cast: Cast, card: Callable[[str], people.PrintedCard]
    ) -> None:
        printed, client = card("pupil"), visitor()
        inside = visitor()
        sign_in(inside, "pupil")

        answer = use(client, printed, code=printed.code.lower().replace("-", " "))

        assert answer["Location"] == reverse("home")
        assert signed_in_as(client) == "pupil"
        assert sign_in(visitor(), "pupil", NEW).status_code == 302
        assert sign_in(visitor(), "pupil", PASSWORD).status_code == 422
        assert inside.get("/home/")["Location"].startswith(SIGN_IN)
        used = ledger.entries(cast.schools["birch"], subject_id=cast.account("pupil").id)[-1]
        assert used.event == "people.card.used"

    def test_works_once(self, cast: Cast, card: Callable[[str], people.PrintedCard]) -> None:
        printed = card("pupil")
        use(visitor(), printed)
        client = visitor()

        answer = use(client, printed, new="another good one", again="another good one")

        assert faults_on(answer.content.decode()) == [say("refusal.card_wrong", "en")]
        assert signed_in_as(client) is None
        assert cast.account("pupil").check_password(NEW)

    def test_closes_after_five_wrong_codes(
        self, cast: Cast, card: Callable[[str], people.PrintedCard]
    ) -> None:
        printed, client = card("pupil"), visitor()
        for _ in range(5):
            use(client, printed, code="AAAA-BBBB-CCCC")

        answer = use(client, printed)

        assert faults_on(answer.content.decode()) == [say("refusal.card_wrong", "en")]
        assert cast.account("pupil").check_password(PASSWORD)
        events = [e.event for e in ledger.entries(cast.schools["birch"], kinds=["change"])]
        assert events.count("people.card.missed") == 5

    def test_stays_open_after_four(self, card: Callable[[str], people.PrintedCard]) -> None:
        printed, client = card("pupil"), visitor()
        for _ in range(4):
            use(client, printed, code="AAAA-BBBB-CCCC")

        assert use(client, printed).status_code == 302

    def test_is_too_old_after_fourteen_days(
        self,
        card: Callable[[str], people.PrintedCard],
        settings: Settings,
    ) -> None:
        printed = card("pupil")
        settings.SENIM_NOW = (AT + timedelta(days=14)).isoformat()
        assert use(visitor(), printed).status_code == 422

        settings.SENIM_NOW = (AT + timedelta(days=13, hours=23)).isoformat()
        assert use(visitor(), printed).status_code == 302

    def test_ends_when_another_is_printed(self, card: Callable[[str], people.PrintedCard]) -> None:
        first = card("pupil")
        card("pupil")

        assert use(visitor(), first).status_code == 422

    def test_of_another_person_opens_nothing(
        self, card: Callable[[str], people.PrintedCard]
    ) -> None:
        printed = card("classmate")

        assert use(visitor(), printed, login="pupil").status_code == 422
        card("pupil")
        assert use(visitor(), printed, login="pupil").status_code == 422

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"new": "short", "again": "short"}, "refusal.password_too_short"),
            ({"new": "1234567890", "again": "1234567890"}, "refusal.password_too_common"),
            ({"again": "something else"}, "signin.fault.differ"),
            ({"code": ""}, "signin.fault.code"),
            ({"new": ""}, "signin.fault.new"),
        ],
    )
    def test_says_what_to_mend_and_costs_no_try_for_it(
        self,
        cast: Cast,
        card: Callable[[str], people.PrintedCard],
        typed: dict[str, str],
        field: str,
    ) -> None:
        printed, client = card("pupil"), visitor()

        answer = use(client, printed, **typed)

        assert answer.status_code == 422
        assert say(field, "en") in faults_on(answer.content.decode())
        assert FirstCard.objects.get(account=cast.account("pupil")).wrong_tries == 0
        assert NEW not in answer.content.decode()

    def test_asks_nobodys_name_the_same_as_a_wrong_code(self) -> None:
        form = {"code": "AAAA-BBBB-CCCC", "new": NEW, "again": NEW}

        answers = [visitor().post(CARD, {"login": name, **form}) for name in ("aaaaa", "pupil")]

        said = [faults_on(answer.content.decode()) for answer in answers]

        assert said == [[say("refusal.card_wrong", "en")]] * 2

    def test_of_staff_still_owes_the_second_factor(
        self, card: Callable[[str], people.PrintedCard]
    ) -> None:
        client = visitor()

        use(client, card("teacher"))

        assert client.get("/home/")["Location"] == SET_UP

    @pytest.mark.usefixtures("with_phone")
    def test_of_staff_does_not_replace_the_phone(
        self,
        card: Callable[[str], people.PrintedCard],
    ) -> None:
        client = visitor()

        answer = use(client, card("teacher"))

        assert answer["Location"] == SECOND
        assert signed_in_as(client) is None

    def test_leaves_whoever_was_signed_in_there(
        self, card: Callable[[str], people.PrintedCard]
    ) -> None:
        client = visitor()
        sign_in(client, "mother")
        client.get("/home/")

        use(client, card("pupil"))

        assert signed_in_as(client) == "pupil"
        assert client.session.get("senim_person") is None


def test_a_sheet_of_cards_speaks_each_readers_language(cast: Cast) -> None:
    with guard.lifted("a test"):
        for key, lang in (("pupil", "kk"), ("classmate", "ru"), ("mother", "en")):
            Account.objects.filter(username=key).update(language=lang)

    sheet = cast.client("clerk").post("/office/cards/", {"class": str(cast.classes["7a"])})

    cards = re.findall(
        r'<li class="first-card" lang="(\w\w)">(.*?)</dl>', sheet.content.decode(), re.DOTALL
    )
    by_login = {re.findall(r"<dd>(.*?)</dd>", text)[0]: (lang, text) for lang, text in cards}
    for key, lang in (("pupil", "kk"), ("classmate", "ru"), ("mother", "en")):
        assert by_login[key][0] == lang
        assert say("signin.sheet.title", lang) in by_login[key][1]


def test_a_printed_card_works_as_it_is_printed(cast: Cast) -> None:
    sheet = cast.client("clerk").post("/office/cards/", {"class": str(cast.classes["7a"])})
    printed = re.findall(r"<dd>(.*?)</dd>", sheet.content.decode())
    code = printed[printed.index("pupil") + 1]
    client = visitor()

    client.post(CARD, {"login": "pupil", "code": code, "new": NEW, "again": NEW})

    assert signed_in_as(client) == "pupil"


@pytest.mark.usefixtures("cast")
class TestChangingThePassword:
    def test_asks_for_the_present_one(self, cast: Cast) -> None:
        client = cast.client("pupil")

        answer = client.post(CHANGE, {"old": "wrong", "new": NEW, "again": NEW})

        assert faults_on(answer.content.decode()) == [say("refusal.password_wrong", "en")]
        assert cast.account("pupil").check_password(PASSWORD)

    def test_keeps_this_session_ends_the_others_and_is_on_record(self, cast: Cast) -> None:
        here, there = visitor(), visitor()
        for client in (here, there):
            sign_in(client, "pupil")

        answer = here.post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW})

        assert answer["Location"] == reverse("home")
        assert here.get("/home/")["Location"] == reverse("diary")
        assert there.get("/home/")["Location"].startswith(SIGN_IN)
        [entry] = ledger.entries(cast.schools["birch"], subject_id=cast.account("pupil").id)
        assert entry.event == "people.password.changed"
        assert entry.user_id == cast.people["pupil"].user_id

    def test_of_a_guardian_is_on_record_with_a_wards_school(self, cast: Cast) -> None:
        cast.client("mother_elsewhere").post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW})

        account = cast.account("mother_elsewhere")
        [entry] = ledger.entries(cast.schools["poplar"], subject_id=account.id)
        assert entry.event == "people.password.changed"

    def test_of_one_without_a_hat_works_as_well(self, cast: Cast) -> None:
        client = cast.client("nobody")

        answer = client.post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW})

        assert answer.status_code == 302
        assert cast.account("nobody").check_password(NEW)

    def test_refuses_a_weak_one(self, cast: Cast) -> None:
        answer = cast.client("pupil").post(
            CHANGE, {"old": PASSWORD, "new": "1234567890", "again": "1234567890"}
        )

        assert faults_on(answer.content.decode()) == [say("refusal.password_too_common", "en")]

    def test_is_closed_after_five_guesses(self, cast: Cast) -> None:
        client = cast.client("pupil")
        for _ in range(5):
            client.post(CHANGE, {"old": "wrong", "new": NEW, "again": NEW})

        answer = client.post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW})

        assert answer.status_code == 429
        assert cast.account("pupil").check_password(PASSWORD)

    def test_is_closed_to_staff_who_owe_the_second_factor(self, cast: Cast) -> None:
        client = visitor()
        sign_in(client, "teacher")

        answer = client.post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW})

        assert answer["Location"] == SET_UP
        assert cast.account("teacher").check_password(PASSWORD)

    def test_is_for_the_signed_in(self) -> None:
        assert visitor().get(CHANGE)["Location"].startswith(SIGN_IN)
