"""A held account sees why and what next in all its sessions; another lets it go on."""

from typing import Any

import pytest
from django.test import Client

from senim.base.ids import uuid7
from senim.ledger import services as ledger
from senim.ledger import tripwire
from senim.ledger.models import Case, Entry
from tests.cast import AT, TODAY, Cast

OFFICE = ("/office/", "/office/people/", "/office/cards/", "/office/cases/")


def hold(cast: Cast, key: str, *, hat: str = "") -> Case:
    thing = ledger.Thing("org", cast.schools["birch"], cast.schools["birch"])
    tripwire.hold(thing, "hour", actor=cast.actor(key, hat=hat), at=AT)
    return Case.objects.get(kind=Case.Kind.HELD)


def operation(cast: Cast) -> dict[str, Any]:
    return {
        "op_id": str(uuid7()),
        "kind": "journal.lesson.save",
        "age_ms": 0,
        "body": {
            "class_id": str(cast.classes["algebra"]),
            "date": str(TODAY),
            "number": 3,
            "topic": "Roots",
        },
    }


@pytest.mark.parametrize("key", ["clerk", "deputy"])
@pytest.mark.parametrize("page", OFFICE)
def test_all_sessions_of_a_held_account_see_only_why(key: str, page: str, cast: Cast) -> None:
    sessions = [cast.client(key), cast.client(key)]
    case = hold(cast, key)

    for session in sessions:
        answer = session.get(page)
        text = answer.content.decode()
        assert answer.status_code == 403
        assert "Your account is held" in text
        assert f"Case {case.number}" in text
        assert "19 November 2026" in text
        assert "Канарина" not in text
        assert "/sign-out/" in text


def test_the_api_says_by_code_that_the_account_is_held(cast: Cast) -> None:
    client = cast.client("deputy")
    hold(cast, "deputy")

    answer = client.get(f"/api/v1/diary/{cast.member('pupil')}/week")

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "account_held"


def test_whoever_is_not_held_sees_pages_as_before(cast: Cast) -> None:
    hold(cast, "deputy")

    assert cast.client("clerk").get("/office/people/").status_code == 200


def test_a_held_account_still_teaches_its_own_classes(cast: Cast) -> None:
    hold(cast, "teacher")
    client = cast.client("teacher")

    assert client.get(f"/register/{cast.classes['algebra']}/").status_code == 200
    sent = client.post(
        "/sync/v1/operations", {"operations": [operation(cast)]}, content_type="application/json"
    )
    assert sent.json()["answers"][0]["status"] == "applied"


def test_a_held_account_can_sign_out(cast: Cast) -> None:
    client = cast.client("clerk")
    hold(cast, "clerk")

    client.post("/sign-out/")

    assert "_auth_user_id" not in client.session


def test_crossing_a_limit_on_a_page_answers_with_the_page_of_held_accounts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("senim.rules.tripwire.MOST_AT_ONCE", 1)

    answer = cast.client("clerk").get("/office/people/")

    assert answer.status_code == 403
    assert "Your account is held" in answer.content.decode()
    assert Case.objects.filter(kind=Case.Kind.HELD).count() == 1
    assert not Entry.objects.filter(kind="look", event="schools.roll.looked").exists()


def answer_case(client: Client, case: Case) -> Any:
    return client.post(f"/office/cases/{case.id}/", {"answer": "She closed a term; we spoke."})


def test_the_head_lets_the_account_go_on_by_answering_its_case(cast: Cast) -> None:
    case = hold(cast, "deputy")

    answer_case(cast.client("head", confirmed=True), case)

    assert cast.client("deputy").get("/office/people/").status_code == 200


def test_the_head_is_asked_who_they_are_first(cast: Cast) -> None:
    case = hold(cast, "deputy")

    answer_case(cast.client("head"), case)

    assert cast.client("deputy").get("/office/people/").status_code == 403


@pytest.mark.parametrize("key", ["clerk", "teacher", "mother", "head_elsewhere", "official"])
def test_nobody_else_lets_it_go_on(key: str, cast: Cast) -> None:
    case = hold(cast, "deputy")

    assert answer_case(cast.client(key, confirmed=True), case).status_code == 404
    assert cast.client("deputy").get("/office/people/").status_code == 403


def test_the_case_names_whose_account_it_is(cast: Cast) -> None:
    case = hold(cast, "deputy")

    text = cast.client("head").get(f"/office/cases/{case.id}/").content.decode()

    assert "Нұрланова Қарлығаш" in text
    assert "within an hour" in text
