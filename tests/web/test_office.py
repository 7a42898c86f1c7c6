"""The office sees its own school's roll, on record; nobody else's office sees it."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from senim.ledger import queries as ledger
from senim.people.models import FirstCard
from tests.cast import Cast

PAGES = ("", "people/", "classes/", "timetable/", "imports/", "cards/")


@pytest.mark.parametrize("page", PAGES)
def test_every_office_page_opens_for_those_who_keep_the_roll(page: str, cast: Cast) -> None:
    for key in ("deputy", "head", "clerk"):
        assert cast.client(key).get(f"/office/{page}").status_code == 200, key


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("key", ["teacher", "mother", "pupil", "ex_deputy", "official"])
def test_outsiders_find_no_office(page: str, key: str, cast: Cast) -> None:
    assert cast.client(key).get(f"/office/{page}").status_code == 404


def test_the_roll_is_searched_without_kazakh_letters(cast: Cast) -> None:
    found = cast.client("clerk").get("/office/people/?q=калиева").content.decode()

    assert "Қалиева Томирис" in found
    assert "Ким Алина" not in found


def test_the_roll_of_one_class_holds_nobody_else(cast: Cast) -> None:
    page = f"/office/people/?class={cast.classes['8a']}"

    found = cast.client("deputy").get(page).content.decode()

    assert "Мартынов Егор" in found
    assert "Қалиева Томирис" not in found


def test_a_look_at_the_roll_is_on_record(cast: Cast) -> None:
    cast.client("clerk").get("/office/people/")

    (look,) = ledger.entries(cast.schools["birch"], kinds=["look"])
    assert (look.event, look.user_id) == ("schools.roll.looked", cast.people["clerk"].user_id)


def test_cards_are_printed_once_for_pupils_and_their_guardians(cast: Cast) -> None:
    client = cast.client("clerk")

    made = client.post("/office/cards/", {"class": str(cast.classes["7a"])}).content.decode()
    again = client.get(f"/office/cards/?class={cast.classes['7a']}").content.decode()

    # Five pupils, four guardians; not the restricted ones, nor her whose identity is protected.
    assert FirstCard.objects.count() == 9
    assert "Мәлік Назым" not in made
    assert "Канарина Мәдина" in made
    assert "Канарин Ерлан" not in made
    assert "Канарина Мәдина" not in again
    events = [entry.event for entry in ledger.entries(cast.schools["birch"], kinds=["change"])]
    assert events == ["people.cards.issued"]


def test_no_card_is_made_for_a_class_of_another_school(cast: Cast) -> None:
    cast.client("clerk").post("/office/cards/", {"class": str(cast.classes["p7"])})

    assert FirstCard.objects.count() == 0


def test_the_timetable_shows_the_class_asked_for(cast: Cast) -> None:
    page = f"/office/timetable/?class={cast.classes['7a']}"

    found = cast.client("deputy").get(page).content.decode()

    assert "Algebra" in found
    assert "Сейітова Гүлнар" in found


def link_phone(cast: Cast, *keys: str) -> None:
    for key in keys:
        Authenticator.objects.create(user=cast.account(key), type="totp", data={})


def linked(cast: Cast, key: str) -> bool:
    return Authenticator.objects.filter(user=cast.account(key)).exists()


def page_of(cast: Cast, key: str, school: str = "birch") -> str:
    return f"/office/people/{cast.member(key, school)}/"


def allow(cast: Cast, by: str, key: str, **form: str) -> Any:
    form = {"do": "phone", "sure": "1", **form}
    return cast.client(by, confirmed=True).post(page_of(cast, key), form)


def changes(cast: Cast) -> list[str]:
    return [entry.event for entry in ledger.entries(cast.schools["birch"], kinds=["change"])]


def test_staff_cards_are_for_who_teaches_or_holds_a_post_now(cast: Cast) -> None:
    made = cast.client("head").post("/office/cards/", {"class": "staff"}).content.decode()

    holders = set(FirstCard.objects.values_list("account__username", flat=True))
    teachers = {"teacher", "homeroom", "other_teacher", "teacher_parent"}
    assert holders == teachers | {"deputy", "head", "clerk"}
    assert "Бекова Раушан" in made
    assert "Кравцова Нина" not in made
    assert changes(cast) == ["people.cards.issued"]


def test_a_second_factor_is_still_owed_with_a_card_says_the_page(cast: Cast) -> None:
    page = cast.client("clerk").get("/office/cards/?class=staff").content.decode()

    assert "staff need the code from their phone" in page


def test_the_people_list_leads_to_each_person(cast: Cast) -> None:
    assert page_of(cast, "pupil") in cast.client("clerk").get("/office/people/").content.decode()


def test_a_persons_page_says_who_they_are_on_record(cast: Cast) -> None:
    page = cast.client("clerk").get(page_of(cast, "pupil")).content.decode()

    for words in ("Канарина Аружан", "7 «Ә»", "Канарина Мәдина"):
        assert words in page
    (look,) = ledger.entries(cast.schools["birch"], kinds=["look"])
    assert (look.event, look.subject_id) == ("schools.person.looked", cast.member("pupil"))


@pytest.mark.parametrize("key", ["brother", "teacher_elsewhere"])
def test_a_person_of_another_school_is_not_found_on_record(key: str, cast: Cast) -> None:
    for form in ({"do": "card"}, {"do": "phone", "sure": "1"}):
        answer = cast.client("head").post(page_of(cast, key, "poplar"), form)
        assert answer.status_code == 404

    refused = ledger.entries(cast.schools["poplar"], kinds=["refused"])
    assert [entry.subject_id for entry in refused] == [cast.member(key, "poplar")] * 2
    assert FirstCard.objects.count() == 0


def test_who_left_the_school_is_not_found(cast: Cast) -> None:
    assert cast.client("head").get(page_of(cast, "ex_teacher")).status_code == 404


def test_one_card_is_made_and_shown_once(cast: Cast) -> None:
    client = cast.client("clerk")

    made = client.post(page_of(cast, "pupil"), {"do": "card"}).content.decode()

    assert FirstCard.objects.get().account == cast.account("pupil")
    assert "first-card" in made
    assert 'class="first-card"' not in client.get(page_of(cast, "pupil")).content.decode()
    assert changes(cast) == ["people.cards.issued"]


@pytest.mark.parametrize(
    ("by", "key"), [("clerk", "teacher"), ("head", "deputy"), ("deputy", "clerk")]
)
def test_a_second_factor_is_cleared_by_who_may(by: str, key: str, cast: Cast) -> None:
    link_phone(cast, key, "homeroom")

    assert allow(cast, by, key).status_code == 200

    assert not linked(cast, key)
    assert linked(cast, "homeroom")
    (entry,) = ledger.entries(cast.schools["birch"], kinds=["change"])
    assert entry.event == "people.second_factor.cleared"
    assert entry.subject_id == cast.account(key).id


@pytest.mark.parametrize(
    ("by", "key", "words"),
    [
        ("clerk", "head", "only the head or a deputy head"),
        ("clerk", "deputy", "only the head or a deputy head"),
        ("head", "head", "You cannot let yourself"),
        ("clerk", "clerk", "You cannot let yourself"),
    ],
)
def test_a_second_factor_is_kept_from_who_may_not(
    by: str, key: str, words: str, cast: Cast
) -> None:
    link_phone(cast, key)

    answer = allow(cast, by, key)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert linked(cast, key)
    assert changes(cast) == []


def test_a_second_factor_is_kept_until_the_box_is_ticked(cast: Cast) -> None:
    link_phone(cast, "teacher")

    assert allow(cast, "clerk", "teacher", sure="").status_code == 422
    assert linked(cast, "teacher")


@pytest.mark.parametrize("key", ["teacher", "pupil"])
def test_nothing_is_cleared_where_no_phone_is_linked(key: str, cast: Cast) -> None:
    assert allow(cast, "head", key).status_code == 422
    assert changes(cast) == []


@pytest.mark.parametrize("key", ["teacher", "mother", "pupil", "ex_deputy", "official"])
def test_outsiders_find_no_person_and_change_nothing(key: str, cast: Cast) -> None:
    link_phone(cast, "homeroom")

    assert cast.client(key).get(page_of(cast, "homeroom")).status_code == 404
    assert allow(cast, key, "homeroom").status_code == 404
    assert linked(cast, "homeroom")


def test_a_clerk_makes_no_card_by_which_to_be_the_head(cast: Cast) -> None:
    clerk, head = cast.client("clerk"), cast.client("head")
    page = f"/office/people/{cast.member('deputy')}/"

    refused = clerk.post(page, {"do": "card"})
    clerk.post("/office/cards/", {"class": "staff"})
    above = {cast.account(key).id for key in ("head", "deputy", "clerk")}

    assert refused.status_code == 422
    assert not FirstCard.objects.filter(account_id__in=above).exists()
    assert FirstCard.objects.filter(account=cast.account("teacher")).exists()
    assert head.post(page, {"do": "card"}).status_code == 200
    assert FirstCard.objects.filter(account=cast.account("deputy")).count() == 1
