"""An operation is done once, by whoever may, at the time it was made; nothing is lost silently."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from senim.base.ids import uuid7
from senim.journal.models import Attendance, LessonEntry, LineItem, ResultFact
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.ledger.models import Operation
from senim.schools import services as schools
from senim.schools.models import Enrollment
from tests.cast import AT, TODAY, Cast

DAY_MS = 24 * 60 * 60 * 1000


def lesson(
    cast: Cast, *, op_id: UUID | None = None, age_ms: int = 0, **body: Any
) -> dict[str, Any]:
    named = {"class_id": str(cast.classes["algebra"]), "date": str(TODAY), "number": 3}
    return {
        "op_id": str(op_id or uuid7()),
        "kind": "journal.lesson.save",
        "age_ms": age_ms,
        "body": {**named, **body},
    }


def scores(cast: Cast, **by_key: int | None) -> dict[str, Any]:
    return {"scores": {str(cast.member(key)): {"points": p} for key, p in by_key.items()}}


def post(client: Client, *operations: Any) -> Any:
    return client.post(
        "/sync/v1/operations", {"operations": list(operations)}, content_type="application/json"
    )


def answers(client: Client, *operations: Any) -> list[dict[str, Any]]:
    response = post(client, *operations)
    assert response.status_code == 200
    found: list[dict[str, Any]] = response.json()["answers"]
    return found


def events(cast: Cast, kind: str = "change") -> list[str]:
    entries = ledger_read.entries(cast.schools["birch"], kinds=[kind])
    return [entry.event for entry in entries if entry.event.startswith("journal.")]


def facts() -> list[ResultFact]:
    return list(ResultFact.objects.system(reason="test"))


def move_teacher(cast: Cast) -> None:
    """End the teacher's algebra today and give them history instead."""
    school, member = cast.schools["birch"], cast.member("teacher")
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        Enrollment.objects.in_entry().filter(member_id=member).update(ends=TODAY)
        history = cast.classes["history"]
        seat = schools.NewEnrollment(school, history, member, "teacher", TODAY)
        schools.add_enrollments([seat], at=AT)


def test_an_operation_is_done_and_answered(cast: Cast) -> None:
    operation = lesson(
        cast,
        topic="Теңдеулер",
        attendance_taken=True,
        presence={str(cast.member("classmate")): {"presence": "absent", "reason": "ill"}},
        **scores(cast, pupil=9),
    )

    (done,) = answers(cast.client("teacher"), operation)

    assert done == {
        "op_id": operation["op_id"],
        "status": "applied",
        "cells": [
            {
                "item": str(LineItem.objects.get().id),
                "member": str(cast.member("pupil")),
                "points": 9,
                "fact": str(facts()[0].id),
                "differs": False,
            }
        ],
        "presence": [
            {
                "member": str(cast.member("classmate")),
                "presence": "absent",
                "reason": "ill",
                "differs": False,
            }
        ],
    }
    assert LessonEntry.objects.get().topic == "Теңдеулер"
    assert events(cast) == ["journal.lesson.saved"]


def test_the_same_operation_twice_changes_nothing(cast: Cast) -> None:
    client = cast.client("teacher")
    operation = lesson(cast, **scores(cast, pupil=9))

    first = answers(client, operation)
    later = {**operation, "age_ms": 90_000}
    again = answers(client, later, later)

    assert again == first * 2
    assert len(facts()) == 1
    assert events(cast) == ["journal.lesson.saved"]
    assert Operation.objects.count() == 1


def test_the_same_id_with_another_body_is_refused(cast: Cast) -> None:
    client, op_id = cast.client("teacher"), uuid7()
    answers(client, lesson(cast, op_id=op_id, **scores(cast, pupil=9)))

    (refused,) = answers(client, lesson(cast, op_id=op_id, **scores(cast, pupil=3)))

    assert (refused["status"], refused["code"]) == ("refused", "operation_differs")
    assert [f.score for f in facts()] == [9]


def test_an_event_happened_when_it_was_made(cast: Cast) -> None:
    operation = lesson(cast, age_ms=90_000, **scores(cast, pupil=9)) | {"time_uncertain": True}

    answers(cast.client("teacher"), operation)

    (fact,) = facts()
    assert fact.event_at == AT - timedelta(seconds=90)
    assert (fact.recorded_at, fact.time_uncertain) == (AT, True)


@pytest.mark.parametrize(
    ("age_ms", "code"), [(-1, "event_in_future"), (60 * DAY_MS + 1, "event_too_old")]
)
def test_an_impossible_age_is_refused_in_words(cast: Cast, age_ms: int, code: str) -> None:
    (refused,) = answers(cast.client("teacher"), lesson(cast, age_ms=age_ms, topic="x"))

    assert (refused["status"], refused["code"]) == ("refused", code)
    assert refused["place"] == "$.operations[0].age_ms"
    assert refused["words"]
    assert LessonEntry.objects.count() == 0


def test_an_operation_of_sixty_days_ago_is_still_taken(cast: Cast) -> None:
    (done,) = answers(cast.client("teacher"), lesson(cast, age_ms=60 * DAY_MS, topic="x"))

    assert done["status"] == "applied"


def test_a_refused_operation_holds_back_no_other(cast: Cast) -> None:
    done = answers(
        cast.client("teacher"),
        lesson(cast, topic="бірінші"),
        lesson(cast, **scores(cast, pupil=11)),
        lesson(cast, homework="соңғы"),
    )

    assert [a["status"] for a in done] == ["applied", "refused", "applied"]
    assert done[1]["code"] == "points_out_of_range"
    assert done[1]["words"] == "11 points cannot be given: enter 1 to 10."
    assert LessonEntry.objects.get().homework == "соңғы"
    assert facts() == []


@pytest.mark.parametrize(
    ("broken", "code", "place"),
    [
        ({"kind": "journal.lesson.drop"}, "operation_kind", "$.operations[1].kind"),
        ({"age_ms": "now"}, "operation_shape", "$.operations[1].age_ms"),
        ({"op_id": "7"}, "operation_shape", "$.operations[1].op_id"),
        ({"more": 1}, "operation_shape", "$.operations[1]"),
        ({"body": 7}, "operation_shape", "$.operations[1].body"),
        ({"body": {"class_id": "x"}}, "operation_shape", "$.operations[1].body.class_id"),
    ],
)
def test_a_malformed_operation_is_told_its_place(
    cast: Cast, broken: dict[str, Any], code: str, place: str
) -> None:
    good = lesson(cast, topic="x")

    done = answers(cast.client("teacher"), good, {**lesson(cast, topic="y"), **broken})

    assert done[0]["status"] == "applied"
    assert (done[1]["status"], done[1]["code"], done[1]["place"]) == ("refused", code, place)


def test_a_fault_deep_in_a_body_is_told_its_place(cast: Cast) -> None:
    member = str(cast.member("pupil"))
    operation = lesson(cast, presence={member: {"presence": "asleep"}})

    (refused,) = answers(cast.client("teacher"), operation)

    assert refused["place"].startswith("$.operations[0].body.presence[")
    assert refused["hint"].startswith("Invalid enum value")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "json_broken"),
        (b"{", "json_broken"),
        (b"\xff\xfe", "json_broken"),
        (b"[]", "operation_shape"),
        (b'{"operations": 7}', "operation_shape"),
        (b"{}", "operation_shape"),
        (json.dumps({"operations": [1] * 201}).encode(), "operations_too_many"),
    ],
)
def test_a_malformed_batch_is_a_problem(cast: Cast, sent: bytes, code: str) -> None:
    response = cast.client("teacher").post(
        "/sync/v1/operations", sent, content_type="application/json"
    )

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code


def test_words_come_in_the_readers_language(cast: Cast) -> None:
    client = cast.client("teacher")
    client.cookies["senim_language"] = "kk"

    (refused,) = answers(client, lesson(cast, **scores(cast, pupil=11)))

    assert refused["words"] == "11 балл қоюға болмайды: 1–10 аралығында енгізіңіз."


def test_two_authors_are_told_that_they_differ(cast: Cast) -> None:
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        Enrollment.objects.in_entry().create(
            school_id=school,
            klass_id=cast.classes["algebra"],
            member_id=cast.member("other_teacher"),
            role="teacher",
            starts=TODAY,
            date_last_modified=AT,
        )
    answers(cast.client("teacher"), lesson(cast, age_ms=5000, **scores(cast, pupil=9)))

    (done,) = answers(cast.client("other_teacher"), lesson(cast, **scores(cast, pupil=4)))

    assert done["status"] == "differs"
    assert (done["cells"][0]["points"], done["cells"][0]["differs"]) == (9, True)


def test_a_register_operation_writes_its_cells(cast: Cast) -> None:
    client = cast.client("teacher")
    (first,) = answers(client, lesson(cast, **scores(cast, pupil=9)))
    cell = first["cells"][0]
    body = {
        "class_id": str(cast.classes["algebra"]),
        "cells": {cell["item"]: {cell["member"]: {"points": 10, "seen": cell["fact"]}}},
    }

    (done,) = answers(
        client,
        {"op_id": str(uuid7()), "kind": "journal.register.save", "age_ms": 0, "body": body},
    )

    assert (done["status"], done["cells"][0]["points"]) == ("applied", 10)
    assert events(cast) == ["journal.lesson.saved", "journal.register.saved"]


@pytest.mark.parametrize("outsider", ["other_teacher", "homeroom", "teacher_elsewhere"])
def test_an_outsiders_operation_is_refused_and_on_record(cast: Cast, outsider: str) -> None:
    (refused,) = answers(cast.client(outsider), lesson(cast, topic="x"))

    assert (refused["status"], refused["code"]) == ("refused", "access_ended")
    assert LessonEntry.objects.count() == 0
    assert (events(cast), events(cast, "refused")) == ([], ["journal.lesson.saved"])


def test_access_lost_meanwhile_is_refused_once(cast: Cast) -> None:
    client = cast.client("teacher")
    operation = lesson(cast, age_ms=DAY_MS, **scores(cast, pupil=9))
    move_teacher(cast)

    refused = answers(client, operation) + answers(client, operation)

    assert {a["code"] for a in refused} == {"access_ended"}
    assert events(cast, "refused") == ["journal.lesson.saved"]
    assert facts() == []


def test_a_class_that_does_not_exist_reads_as_one_that_is_closed(cast: Cast) -> None:
    operation = lesson(cast, topic="x")
    operation["body"]["class_id"] = str(uuid7())

    (refused,) = answers(cast.client("teacher"), operation)

    assert refused["code"] == "access_ended"


def test_another_accounts_operation_is_not_told_of(cast: Cast) -> None:
    operation = lesson(cast, topic="x")
    answers(cast.client("teacher"), operation)

    (refused,) = answers(cast.client("homeroom"), operation)

    assert (refused["status"], refused["code"]) == ("refused", "not_found")


@pytest.mark.parametrize("key", ["mother", "pupil", "deputy", "clerk", "official"])
def test_only_teachers_have_this_road(cast: Cast, key: str) -> None:
    assert post(cast.client(key), lesson(cast, topic="x")).status_code == 404


def test_whoever_has_not_signed_in_is_told_so(cast: Cast) -> None:
    half = cast.client("teacher", second_factor=False)

    assert post(Client(), lesson(cast, topic="x")).status_code == 401
    assert post(half, lesson(cast, topic="x")).status_code == 401
    assert LessonEntry.objects.count() == 0


def test_a_request_without_its_token_is_refused(cast: Cast) -> None:
    signed_in = cast.client("teacher")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies

    assert post(strict, lesson(cast, topic="x")).status_code == 403
    assert LessonEntry.objects.count() == 0


def test_reading_this_road_is_not_allowed(cast: Cast) -> None:
    assert cast.client("teacher").get("/sync/v1/operations").status_code == 405


def test_a_broken_save_leaves_neither_rows_nor_the_operation(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("senim.ledger.services.Outgoing.objects.bulk_create", break_down)
    client = cast.client("teacher")

    with pytest.raises(RuntimeError), transaction.atomic():
        post(client, lesson(cast, **scores(cast, pupil=9)))

    assert (LessonEntry.objects.count(), Operation.objects.count(), facts()) == (0, 0, [])
    assert Attendance.objects.system(reason="test").count() == 0
