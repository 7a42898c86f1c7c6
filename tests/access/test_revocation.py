"""S4: when the fact ends the next request is refused, and what devices still hold is told why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from senim.base.ids import uuid7
from senim.journal.models import LessonEntry
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.people.models import Guardianship
from senim.rules.errors import NotFound
from senim.schools import openings as services
from senim.schools.models import Enrollment, Role
from tests import openings
from tests.cast import AT, TODAY, Cast

pytestmark = pytest.mark.django_db


def end_rows(cast: Cast, rows: Callable[[], Any]) -> None:
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        assert rows().update(ends=TODAY)


def end_teaching(cast: Cast, who: str = "teacher") -> None:
    member = cast.member(who)
    end_rows(cast, lambda: Enrollment.objects.in_entry().filter(member_id=member))


def operation(cast: Cast) -> dict[str, Any]:
    named = {"class_id": str(cast.classes["algebra"]), "date": str(TODAY), "number": 3}
    body = {**named, "topic": "canary topic zq"}
    return {"op_id": str(uuid7()), "kind": "journal.lesson.save", "age_ms": 5000, "body": body}


def send(client: Client, *operations: Any) -> Any:
    return client.post(
        "/sync/v1/operations", {"operations": list(operations)}, content_type="application/json"
    )


def at_minutes(monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    """Let the clock stand some minutes after the cast's morning."""
    monkeypatch.setattr(settings, "SENIM_NOW", (AT + timedelta(minutes=minutes)).isoformat())


def test_the_end_of_an_assignment_closes_the_next_request(cast: Cast) -> None:
    client, page = cast.client("teacher"), f"/register/{cast.classes['algebra']}/"
    assert client.get(page).status_code == 200

    end_teaching(cast)

    assert client.get(page).status_code == 404


def test_the_end_of_a_guardianship_closes_the_next_request(cast: Cast) -> None:
    client, page = cast.client("mother"), f"/diary/{cast.member('pupil')}/"
    assert client.get(page).status_code == 200

    user = cast.people["mother"].user_id
    end_rows(cast, lambda: Guardianship.objects.in_entry().filter(guardian_id=user))

    assert client.get(page).status_code == 404


def test_the_end_of_a_post_closes_the_next_request(cast: Cast) -> None:
    client = cast.client("clerk")
    assert client.get("/office/people/").status_code == 200

    user = cast.people["clerk"].user_id
    end_rows(cast, lambda: Role.objects.in_entry().filter(user_id=user))

    assert client.get("/office/people/").status_code == 404


@pytest.mark.parametrize("kind", ["emergency", "case", "support"])
def test_an_opening_ends_by_itself_at_its_instant(
    kind: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = {"emergency": 30, "case": 60, "support": 240}[kind]
    who = {"emergency": "other_teacher", "case": "official", "support": "support"}[kind]
    opened = {
        "emergency": lambda: openings.emergency(cast, who),
        "case": lambda: openings.case(cast),
        "support": lambda: openings.support(cast),
    }[kind]()
    client, page = cast.client(who, hat=f"{kind}:{opened}"), f"/diary/{cast.member('pupil')}/"
    methods = [{"method": "mfa", "at": (AT + timedelta(hours=4)).timestamp(), "type": "totp"}]
    session = client.session
    session["account_authentication_methods"] = methods
    session.save()

    at_minutes(monkeypatch, minutes - 1 / 60)
    assert client.get(page).status_code == 200
    at_minutes(monkeypatch, minutes)
    over = client.get(page)

    assert over.status_code == 404
    assert b"The access is over" in over.content
    assert not client.session.get("senim_hat", "").startswith(kind)


def test_an_opening_ended_early_closes_the_next_request(cast: Cast) -> None:
    opened = openings.emergency(cast, "other_teacher")
    page = f"/diary/{cast.member('pupil')}/"
    client = cast.client("other_teacher", hat=f"emergency:{opened}")
    other = cast.client("other_teacher", hat=f"emergency:{opened}")
    assert other.get(page).status_code == 200

    assert client.post("/opened/end/").status_code == 302

    assert other.get(page).status_code == 404
    assert client.get("/home/")["Location"] == "/today/"


def test_nobody_wears_anothers_opening(cast: Cast) -> None:
    opened = openings.emergency(cast, "other_teacher")
    page = f"/diary/{cast.member('pupil')}/"

    for who in ("teacher", "clerk", "mother_elsewhere", "official", "support", "nobody"):
        assert cast.client(who, hat=f"emergency:{opened}").get(page).status_code in (302, 404), who
    for hat in ("case", "support"):
        client = cast.client("other_teacher", hat=f"{hat}:{opened}")
        assert client.get(page).status_code == 404


def test_an_opening_ends_with_the_post_it_rests_on(cast: Cast) -> None:
    opened = openings.emergency(cast, "other_teacher")
    client = cast.client("other_teacher", hat=f"emergency:{opened}")
    page = f"/diary/{cast.member('pupil')}/"
    assert client.get(page).status_code == 200

    end_teaching(cast, "other_teacher")

    assert client.get(page).status_code == 404


def test_support_stops_while_sealing_is_late(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = openings.support(cast)
    client = cast.client("support", hat=f"support:{opened}")
    page = f"/register/{cast.classes['algebra']}/"
    assert client.get(page).status_code == 200

    monkeypatch.setattr("senim.ledger.sealing.queries.STALE_AFTER", timedelta(seconds=-1))

    assert client.get(page).status_code == 404
    assert cast.client("teacher").get(page).status_code == 200


def test_what_devices_hold_of_a_teacher_who_lost_every_class_is_refused_one_by_one(
    cast: Cast,
) -> None:
    client = cast.client("teacher")
    end_teaching(cast)

    answers = send(client, operation(cast), operation(cast)).json()["answers"]

    assert [(one["status"], one["code"]) for one in answers] == [("refused", "access_ended")] * 2
    assert LessonEntry.objects.count() == 0
    refused = ledger_read.entries(cast.schools["birch"], kinds=["refused"])
    assert [one.event for one in refused] == ["journal.lesson.saved"] * 2
    assert {one.user_id for one in refused} == {cast.people["teacher"].user_id}


def test_so_it_is_on_a_later_day_and_under_another_hat(cast: Cast) -> None:
    client = cast.client("teacher_parent", hat=f"guardian:{cast.people['teacher_parent'].user_id}")
    end_teaching(cast, "teacher_parent")
    bare = cast.client("ex_teacher")
    session = bare.session
    del session["senim_hat"]
    session.save()

    for sender in (client, bare):
        answers = send(sender, operation(cast)).json()["answers"]
        assert [one["code"] for one in answers] == ["access_ended"]


def test_who_still_teaches_is_not_refused_for_wearing_another_hat(cast: Cast) -> None:
    hat = f"guardian:{cast.people['teacher_parent'].user_id}"

    response = send(cast.client("teacher_parent", hat=hat), operation(cast))

    assert response.status_code == 404
    assert ledger_read.entries(cast.schools["birch"], kinds=["refused"]) == ()


def test_who_never_taught_finds_no_road_for_operations(cast: Cast) -> None:
    for who in ("mother", "pupil", "clerk", "official", "support", "nobody"):
        assert send(cast.client(who), operation(cast)).status_code == 404, who


def test_only_the_holder_or_the_lead_ends_an_opening(cast: Cast) -> None:
    opened = openings.emergency(cast, "other_teacher")
    for who in ("teacher", "clerk", "head_elsewhere", "official"):
        with pytest.raises(NotFound):
            services.end(opened, actor=cast.actor(who), at=AT)

    services.end(opened, actor=cast.actor("deputy"), at=AT)
