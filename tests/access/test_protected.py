"""Protected identity and a court's restriction hold on every route, for everybody, in every output.

Canaries: name, IIN, address and phone of a girl of 8 «А» and of her mother. The routes are taken
from the program, so that a page made tomorrow is asked for too.
"""

import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from senim.base.ids import uuid7
from senim.config.checks import routes
from senim.journal.models import Result
from senim.journal.services import LessonKey, LessonSave, Score, save_lesson
from senim.ledger import services as ledger
from senim.people import protection
from senim.people.models import FirstCard
from senim.rules.access import Hat, Relation, Tie, Viewer
from senim.schools import rolls
from senim.schools.models import Enrollment, Member
from tests import openings
from tests.access.table import PERSONAS
from tests.access.test_matrix import text_of
from tests.cast import ADDRESSES, AT, HIDDEN, IINS, PHONES, TODAY, Cast

pytestmark = pytest.mark.django_db
GIRL, MOTHER = "Мәлік Ақбота", "Мәлік Назым"
SECRETS = {*(d[key] for d in (IINS, ADDRESSES, PHONES) for key in HIDDEN)}
CANARIES = {GIRL, MOTHER, "Ақбота", "Назым", *SECRETS}
SCHOOL = "Қайың мектебі"
TEACHERS = {"teacher_parent_as_teacher", "other_teacher"}
LEADS = {"deputy", "head"}
ALLOWED: dict[str, set[str]] = {
    **{key: {GIRL, "Ақбота"} for key in TEACHERS},
    **{key: {GIRL, MOTHER, "Ақбота", "Назым"} for key in LEADS},
    "hidden": {GIRL, "Ақбота"},
    "mother_hidden": {GIRL, MOTHER, "Ақбота", "Назым"},
}
"""What of the canaries a page opened without a form may hold; IIN, address, phone: for nobody."""
SEARCHES = ("office/people/?q=мәлік", "office/people/?q=ақбота", "office/people/?q=назым")


def pages(cast: Cast) -> Iterator[str]:
    """Yield every route of the program, about the protected girl, her class, her mother's son."""
    members = [cast.member(key) for key in ("hidden", "fourth_pupil")]
    classes = [cast.classes[key] for key in ("8a", "algebra_8a", "history_8a")]
    for name, pattern in routes():
        if name.startswith(("account", "mfa", "usersessions", "socialaccount")):
            continue
        address = re.sub(r"<day:\w+>", TODAY.isoformat(), pattern)
        address = re.sub(r"<int:\w+>", "3", re.sub(r"<slug:\w+>", "kelisim", address))
        address = re.sub(r"<uuid:(entry|case)_id>", str(UUID(int=1)), address)
        named = ("member_id", members), ("class_id", classes)
        places = [ids for key, ids in named if f"<uuid:{key}>" in address]
        for one in places[0] if places else [None]:
            yield "/" + re.sub(r"<uuid:\w+>", str(one), address)
    yield from (f"/{search}" for search in SEARCHES)
    yield f"/office/people/?class={cast.classes['8a']}"
    yield f"/office/cards/?class={cast.classes['8a']}"


def become(name: str, cast: Cast) -> Client:
    who, hat = PERSONAS[name]
    if not who:
        return Client(raise_request_exception=False)
    worn = {"guardian": f"guardian:{cast.people[who].user_id}"}
    worn["stolen"] = f"office:{cast.schools['birch']}"
    opened = openings.worn(hat, cast) if hat in openings.OPENINGS else ""
    client = cast.client(
        who, hat=opened or worn.get(hat, ""), second_factor=name != "half_signed_in", confirmed=True
    )
    client.raise_request_exception = False  # the page of an error is an output as well
    return client


def mark(cast: Cast) -> None:
    """Give the girl points in both subjects, so that registers of her class have a column."""
    for subject, teacher in (("algebra_8a", "teacher_parent"), ("history_8a", "other_teacher")):
        lesson = LessonKey(cast.classes[subject], TODAY, 3)
        scores = {cast.member(key): Score(9, "") for key in ("hidden", "sister")}
        save_lesson(lesson, LessonSave(scores=scores), actor=cast.actor(teacher), at=AT)


def found_in(text: str, *, among: set[str] = CANARIES) -> set[str]:
    return {canary for canary in among if canary in text}


@pytest.mark.parametrize("name", PERSONAS)
def test_a_protected_person_is_in_no_output_but_those_named(
    name: str, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    mark(cast)
    client = become(name, cast)
    caplog.set_level(logging.DEBUG)

    answers = {address: client.get(address) for address in pages(cast)}
    found = {address: found_in(text_of(answer)) for address, answer in answers.items()}
    leaks = {address: seen - ALLOWED.get(name, set()) for address, seen in found.items()}

    assert len(answers) > 30
    assert [address for address, answer in answers.items() if answer.status_code == 500] == []
    assert {address: leak for address, leak in leaks.items() if leak} == {}
    assert bool(set().union(*found.values())) is (name in ALLOWED)
    assert not found_in(caplog.text)


@pytest.mark.parametrize("name", PERSONAS)
def test_no_form_brings_a_protected_person_out(name: str, cast: Cast) -> None:
    client = become(name, cast)
    sent: dict[str, Any] = {
        "do": "open_address",
        "purpose": "record",
        "whose": "pupil",
        "class": str(cast.classes["8a"]),
        "q": "Мәлік",
    }
    may = ALLOWED.get(name, set()) | (SECRETS if name in LEADS | {"mother_hidden"} else set())

    for address in pages(cast):
        if address.startswith(("/language", "/demo", "/sign-out", "/hat")):
            continue
        found = found_in(text_of(client.post(address, sent))) - may
        assert not found, f"{name} at {address}"


def test_the_ledger_names_nobody(cast: Cast) -> None:
    for key in ("head", "clerk", "mother_hidden"):
        client = become(key, cast)
        for address in pages(cast):
            client.get(address)
    head, path = become("head", cast), f"/office/people/{cast.member('hidden')}/"
    for do in ("open_iin", "open_address"):
        assert head.post(path, {"do": do, "purpose": "safety"}).status_code == 200

    rows = [
        value
        for model in apps.get_app_config("ledger").get_models()
        for row in model._default_manager.values_list()
        for value in row
    ]
    said = "\n".join(
        bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v)
        for v in rows
    )

    assert len(rows) > 100
    assert not found_in(said)


def test_a_clerk_counts_those_a_clerk_sees(cast: Cast) -> None:
    def counted(key: str) -> tuple[int, int, int]:
        viewer, school = cast.actor(key).viewer, cast.schools["birch"]
        asked: dict[str, Any] = {"school_year": 2027, "on": TODAY}
        eighth = cast.classes["8a"]
        sizes = {one.id: one.pupils for one in rolls.class_lines(viewer, school, **asked)}
        listed = rolls.roll(viewer, school, on=TODAY, class_id=eighth)
        return rolls.counts(viewer, school, **asked).pupils, sizes[eighth], listed.total

    assert counted("clerk") == (7, 2, 2)
    assert counted("head") == (8, 3, 3)


def test_to_a_clerk_a_protected_pupil_is_as_one_who_does_not_exist(cast: Cast) -> None:
    def answer(member: UUID) -> tuple[int, str]:
        response = become("clerk", cast).get(f"/office/people/{member}/")
        return response.status_code, text_of(response).replace(str(member), "")

    there, nowhere = answer(cast.member("hidden")), answer(UUID(int=7))

    assert there[0] == nowhere[0] == 404
    strip = re.compile(r'value="\w{64}"|nonce-\S+')
    assert strip.sub("", there[1]) == strip.sub("", nowhere[1])


def test_a_clerk_prints_no_card_of_the_protected(cast: Cast) -> None:
    page = f"/office/cards/?class={cast.classes['8a']}"
    form = {"class": str(cast.classes["8a"])}

    made = become("clerk", cast).post(page, form).content.decode()
    by_clerk = FirstCard.objects.count()
    by_head = become("head", cast).post(page, form).content.decode()

    assert by_clerk == 3  # two pupils and the mother of one of them
    assert not found_in(made)
    assert {GIRL, MOTHER} <= found_in(by_head)


@pytest.mark.parametrize("key", ["hidden", "mother_hidden"])
def test_when_the_protection_ends_the_clerk_sees_again(key: str, cast: Cast) -> None:
    school, person = cast.schools["birch"], cast.people[key].user_id
    thing = ledger.Thing("user", person, school)
    with ledger.entry("people.protection.ended", thing, actor=None, at=AT):
        protection.end(person, on=TODAY)
    page = "/office/people/" if key == "hidden" else person_page("fourth_pupil", cast)

    assert cast.people[key].name in become("clerk", cast).get(page).content.decode()


def person_page(key: str, cast: Cast) -> str:
    return f"/office/people/{cast.member(key)}/"


def test_only_who_leads_reads_of_a_protected_guardian(cast: Cast) -> None:
    page = person_page("fourth_pupil", cast)

    assert MOTHER in become("head", cast).get(page).content.decode()
    by_clerk = become("clerk", cast).get(page).content.decode()
    assert MOTHER not in by_clerk
    assert "Қалиев Серік" in by_clerk


def test_the_other_guardian_does_not_learn_where_a_protected_one_lives(cast: Cast) -> None:
    page = f"/diary/{cast.member('fourth_pupil')}/about/"
    form = {"do": "open_address", "whose": "pupil"}

    father = become("father_of_fourth", cast)
    mother = become("mother_hidden", cast)

    assert "not on file" in father.get(page).content.decode()
    assert father.post(page, form).status_code == 404
    assert ADDRESSES["fourth_pupil"] in mother.post(page, form).content.decode()


def test_a_clerk_does_not_learn_where_a_protected_guardian_lives(cast: Cast) -> None:
    page, clerk = person_page("fourth_pupil", cast), become("clerk", cast)
    form = {"do": "open_address", "purpose": "record"}
    change = {"do": "change_address", "address": ADDRESSES["fourth_pupil"]}

    assert "not on file" in clerk.get(page).content.decode()
    assert clerk.post(page, form).status_code == 404
    assert clerk.post(page, change).status_code == 422
    assert ADDRESSES["fourth_pupil"] in become("head", cast).post(page, form).content.decode()


def test_a_restricted_guardian_learns_nothing_of_a_protected_child(cast: Cast) -> None:
    father = become("father_of_hidden", cast)

    for address in pages(cast):
        text = text_of(father.get(address))
        found = found_in(text, among={*CANARIES, SCHOOL, str(cast.schools["birch"])})
        assert not found, address
    assert cast.actor("father_of_hidden").viewer.ties == ()


def test_a_guardian_left_marks_alone_is_told_no_school_and_no_teacher(cast: Cast) -> None:
    father, child = become("father_by_order", cast), cast.member("classmate")
    known = {SCHOOL, str(cast.schools["birch"]), "Сейітова", "Оразбаев", "Дәулет Салтанат"}
    paths = [
        f"/diary/{child}/?week=2026-W47",
        f"/diary/{child}/term/",
        f"/api/v1/diary/{child}/week?week=2026-W47",
        "/diary/",
        "/home/",
        "/hat/",
    ]

    for path in paths:
        response = father.get(path, follow=True)
        assert response.status_code == 200, path
        assert not found_in(text_of(response), among=known), path
    for path in (f"/diary/{child}/about/", f"/looked/{child}/"):
        assert father.get(path).status_code == 404


def test_a_restricted_guardian_is_not_led_to_the_new_school(cast: Cast) -> None:
    father, brother = become("father_restricted", cast), cast.member("brother", "poplar")

    for path in ("/diary/", "/home/", "/hat/", f"/diary/{brother}/", f"/looked/{brother}/"):
        text = text_of(father.get(path, follow=True))
        assert "Терек мектебі" not in text, path
        assert str(cast.schools["poplar"]) not in text, path


@pytest.mark.parametrize("name", ["support", "clerk", "head"])
def test_support_reads_a_school_without_the_protected(name: str, cast: Cast) -> None:
    relation = {"support": Relation.SUPPORT, "clerk": Relation.KEEPS_ROLL, "head": Relation.LEADS}
    school = cast.schools["birch"]
    tie = Tie(relation[name], school, school, TODAY)
    viewer = Viewer(uuid7(), Hat.SUPPORT, TODAY, (tie,))
    mark(cast)

    named = Member.objects.seen_by(viewer).values_list("shown_name", flat=True)
    seats = Enrollment.objects.seen_by(viewer).values_list("member_id", flat=True)
    results = Result.objects.seen_by(viewer).values_list("member_id", flat=True)

    assert (GIRL in named) is (name == "head")
    assert (cast.member("hidden") in seats) is (name == "head")
    assert (cast.member("hidden") in results) is (name == "head")
    assert "Канарина Еркем" in named
    assert (cast.member("sister") in results) is (name != "clerk")


def test_a_protection_holds_from_its_first_day_to_its_last(cast: Cast) -> None:
    person = cast.people["hidden"].user_id
    before, first = date(2026, 11, 1), date(2026, 11, 2)

    assert protection.orders([person], on=before) == {}
    assert list(protection.orders([person], on=first)) == [person]


def test_the_debug_page_is_off() -> None:
    assert settings.DEBUG is False
