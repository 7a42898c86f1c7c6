"""Every page of the table, asked for by everybody, with every method: who sees which string.

The expectations stand in `table.py`, which imports nothing from `senim`.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from senim.config import wall
from senim.journal import services as journal
from senim.ledger import cases
from senim.ledger import queries as ledger
from senim.ledger import services as ledger_write
from senim.ledger.models import Reading
from senim.privacy import reading
from senim.privacy import services as privacy
from tests.access import table
from tests.access.table import PERSONAS, Row
from tests.cast import AT, PUPILS, TODAY, Cast
from tests.openings import OPENINGS, worn

ROWS = (*table.ROWS, *table.diary_rows(), *table.OFFICE_ROWS)
ROWS = (*ROWS, *table.looked_rows(), *table.CASE_ROWS, *table.OPENING_ROWS)
CHILDREN = {
    "mother": ("pupil", "sister", "brother"),
    "mother_hidden": ("hidden", "fourth_pupil"),
}
STRIPS = {"emergency": {"name:pupil"}, "official_with_case": {"name:pupil"}}
"""Whose name the strip of an opening says on every page under it, that of a refusal too."""

METHODS = ("get", "head", "post", "put", "patch", "delete")
PLANTS = (
    ("algebra", "teacher", 3, ("pupil", "classmate")),
    ("history", "homeroom", 4, ("pupil", "classmate")),
    ("algebra_8a", "teacher_parent", 3, ("sister",)),
    ("algebra_p7", "teacher_elsewhere", 3, ("brother",)),
)


def planted_mark(subject: str, pupil: str) -> str:
    return f"canary {subject} of {pupil} zq"


@pytest.fixture
def planted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Plant a comment no page says by itself into every mark, and return all planted strings.

    Nothing is sealed here; a proof is a text that names its entry.
    """
    monkeypatch.setattr("senim.ledger.sealing.queries.proof", lambda entry: f"proof of {entry}")
    strings = {f"name:{key}": name for key, (name, _, _) in PUPILS.items()}
    for subject, teacher, number, pupils in PLANTS:
        school = "poplar" if subject.endswith("p7") else "birch"
        scores = {
            cast.member(pupil, school): journal.Score(9, planted_mark(subject, pupil))
            for pupil in pupils
        }
        key = journal.LessonKey(cast.classes[subject], TODAY, number)
        journal.save_lesson(
            key, journal.LessonSave(scores=scores), actor=cast.actor(teacher), at=AT
        )
        strings |= {f"mark:{subject}:{pupil}": planted_mark(subject, pupil) for pupil in pupils}
    return strings | {"asked": planted_case(cast)}


def planted_case(cast: Cast) -> str:
    """Let the head look at the pupil, and the mother ask about it."""
    thing = ledger_write.Thing("member", cast.member("pupil"), cast.schools["birch"])
    head, mother = cast.actor("head"), cast.actor("mother")
    look_id = ledger_write.look(thing, actor=head, at=AT, event="journal.diary.looked")
    said = "canary question zq"
    reader = reading.reader(thing.id, actor=mother, at=AT)
    privacy.ask(reader, look_id, said, actor=mother, at=AT)
    return said


@pytest.fixture
def persona(cast: Cast) -> Callable[[str], Client]:
    """Return a way to become one of the table's personas."""

    def become(name: str) -> Client:
        who, hat = PERSONAS[name]
        if not who:
            return Client()
        if hat == "guardian":
            hat = f"guardian:{cast.people[who].user_id}"
        if hat == "stolen":
            hat = f"office:{cast.schools['birch']}"
        if hat in OPENINGS:
            hat = worn(hat, cast)
        client = cast.client(who, hat=hat, second_factor=name != "half_signed_in")
        if name == "pupil_at_the_teachers_screen":
            hours_ago(client, 3)
        return client

    return become


def hours_ago(client: Client, hours: int) -> None:
    """Let the sign-in of a session lie some hours back."""
    session = client.session
    past = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    session["account_authentication_methods"] = [
        {**method, "at": past} for method in session["account_authentication_methods"]
    ]
    session.save()


def address(row: Row, cast: Cast) -> str:
    """Return the row's path with classes and members put in."""
    path = row.path
    for name, class_id in cast.classes.items():
        path = path.replace(f"{{{name}}}", str(class_id))
    for key, (_, school, _) in PUPILS.items():
        path = path.replace(f"{{member:{key}}}", str(cast.member(key, school)))
    if "{look}" in path or "{case}" in path:
        asked = cases.cases(cast.schools["birch"])
        (case,) = (one for one in asked if one.kind == cases.Case.Kind.LOOKS_WRONG)
        path = path.replace("{look}", str(case.subject_id)).replace("{case}", str(case.id))
    return path


def text_of(response: Any) -> str:
    return str(response.content.decode()) + "".join(f"{k}: {v}\n" for k, v in response.items())


def seen(response: Any, planted: dict[str, str]) -> set[str]:
    text = text_of(response)
    return {key for key, string in planted.items() if string in text}


@pytest.mark.parametrize("name", PERSONAS)
def test_everyone_sees_their_own_and_nothing_else(
    name: str, cast: Cast, planted: dict[str, str], persona: Callable[[str], Client]
) -> None:
    client = persona(name)
    own_name = {f"name:{name}"} & planted.keys() | STRIPS.get(name, set())
    children = {f"name:{child}" for child in CHILDREN.get(name, ())}

    for row in ROWS:
        Reading.objects.all().delete()  # the clock stands: a minute holds all that is asked here
        response = client.get(address(row, cast))
        found = seen(response, planted)
        where = f"{name} at {row.page} {row.path}: {response.status_code}"
        if name in row.allowed:
            expected = row.shows | row.some.get(name, frozenset())
            assert response.status_code == 200, where
            assert expected <= found, f"{where} misses {expected - found}"
            looked_at = {f"name:{key}" for key in PUPILS if f"{{member:{key}}}" in row.path}
            strangers = found - expected - own_name - children - looked_at
            assert not strangers, f"{where} leaks {strangers}"
        else:
            assert response.status_code in (302, 401, 404), where
            assert not found - own_name, f"{where} leaks {found}"


@pytest.mark.parametrize("method", [m for m in METHODS if m != "get"])
def test_no_other_method_opens_what_get_does_not(
    method: str, cast: Cast, planted: dict[str, str], persona: Callable[[str], Client]
) -> None:
    for name in PERSONAS:
        client = persona(name)
        for row in ROWS:
            if name in row.allowed:
                continue
            response = getattr(client, method)(address(row, cast))
            where = f"{method} by {name} at {row.page}: {response.status_code}"
            assert response.status_code in (302, 401, 404, 405), where
            found = seen(response, planted) - {f"name:{name}"} - STRIPS.get(name, set())
            assert not found, where


def test_what_is_not_open_looks_the_same_as_what_does_not_exist(
    cast: Cast, persona: Callable[[str], Client]
) -> None:
    def answer(class_id: UUID, page: str) -> tuple[int, str]:
        response = persona("teacher_elsewhere").get(page.format(class_id))
        body = response.content.decode().replace(str(class_id), "")
        return response.status_code, re.sub(r'value="\w{64}"', "", body)

    there = cast.classes["algebra"]
    nowhere = UUID(int=there.int ^ 1)

    for page in ("/lesson/{}/2026-11-18/3/", "/register/{}/"):
        assert answer(there, page) == answer(nowhere, page)


def test_a_refused_look_is_on_record_and_ones_own_is_not(
    cast: Cast, persona: Callable[[str], Client]
) -> None:
    school = cast.schools["birch"]
    member = cast.member("pupil")
    before = ledger.entries(school)

    persona("mother").get(f"/diary/{member}/")
    persona("pupil").get(f"/diary/{member}/")
    assert ledger.entries(school) == before

    persona("mother_elsewhere").get(f"/diary/{member}/")
    refused = ledger.entries(school, kinds=["refused"])
    assert [entry.subject_id for entry in refused] == [member]


def test_the_table_names_every_page_that_shows_people() -> None:
    told = {row.page for row in ROWS}
    personal = {
        name
        for name, policy in wall.POLICIES.items()
        if policy.hats
        and name not in {"today", "registers", "diary", "looked", "sync_operations", "end_opening"}
    }

    assert personal <= told


def test_the_matrix_is_wide_enough_and_stays_affordable() -> None:
    assert len(PERSONAS) >= 16
    assert len(ROWS) * len(PERSONAS) * len(METHODS) <= 15_000
