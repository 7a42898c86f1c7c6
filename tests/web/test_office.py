"""The office sees its own school's roll, on record; nobody else's office sees it."""

import pytest

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

    assert FirstCard.objects.count() == 8  # five pupils, three guardians; not the restricted ones
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
