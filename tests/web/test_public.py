"""The public pages open to anyone, in three languages, and promise only what is built."""

from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import senim
from senim.base import installation
from senim.base.clock import now
from senim.base.models import Installation
from senim.base.words import LANGUAGES, say
from senim.web.public.founding import ORDER, cases
from senim.web.public.front import DOORS, FIRST_DOOR, PERSONAS, front_page

CASES = Path(senim.__file__).parent / "web" / "public" / "cases"

pytestmark = pytest.mark.django_db


def in_language(lang: str) -> Client:
    """Return a visitor who chose a language."""
    client = Client()
    client.cookies["senim_language"] = lang
    return client


def page_at(path: str, lang: str = "kk") -> str:
    """Return the text of a page with its entities resolved."""
    return unescape(in_language(lang).get(path).content.decode())


def test_every_case_file_is_shown() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} == set(ORDER)
    assert set(DOORS.values()) == set(ORDER)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", ORDER)
def test_a_case_opens_in_each_language(lang: str, slug: str) -> None:
    one = next(one for one in cases() if one.slug == slug)

    page = page_at(f"/founding/{slug}/", lang)

    assert f'<html lang="{lang}"' in page
    for said in one.statements:
        assert f'id="{said.id}"' in page
    assert page.count(say("founding.no_answer", lang)) == sum(
        1 for said in one.statements if said.about and not said.answer
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_of_cases_leads_to_each(lang: str) -> None:
    page = page_at("/founding/", lang)

    assert all(f'href="/founding/{slug}/"' in page for slug in ORDER)


def test_an_unknown_case_is_not_found() -> None:
    assert Client().get("/founding/no-such-case/").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_door_without_a_room_says_what_will_be_there(lang: str) -> None:
    page = page_at("/", lang)

    for key in DOORS.keys() - {FIRST_DOOR}:
        assert say(f"front.{key}.soon", lang) in page
        assert say(f"front.{key}.door", lang) not in page


def test_the_front_page_offers_no_people_outside_a_demo() -> None:
    assert 'name="persona"' not in page_at("/")


def test_the_front_page_of_a_demo_offers_its_people() -> None:
    installation.stamp(Installation.Kind.DEMO, at=now())

    page = page_at("/")

    assert [name for name in PERSONAS if f'name="persona" value="{name}"' not in page] == []


def test_the_mother_enters_on_a_phone_in_kazakh() -> None:
    installation.stamp(Installation.Kind.DEMO, at=now())

    page = page_at("/", "en")

    assert page.count('name="language" value="kk"><input type="hidden" name="next"') == 1
    assert f'value="{reverse("diary")}?phone"' in page


def test_a_built_room_opens_its_door() -> None:
    page = front_page({"hub": "/promises/"}, demo=False)

    assert [door.key for door in page.doors if door.open] == ["hub"]
