"""One entry a change, one a look; an operation named by its client is done once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from senim.base.ids import uuid7
from senim.ledger import queries
from senim.ledger import services as ledger
from senim.ledger.models import Entry, Opening, Operation, Outgoing
from senim.rules.access import Subject
from senim.rules.canonical import commitment
from senim.rules.errors import Invalid, NotFound
from senim.schools.models import Org
from tests.cast import AT, TODAY, Cast


def thing(cast: Cast) -> ledger.Thing:
    return ledger.Thing("klass", cast.classes["algebra"], cast.schools["birch"])


def change(cast: Cast, name: str = "canary") -> None:
    with ledger.entry("schools.org.named", thing(cast), actor=cast.actor("head"), at=AT) as draft:
        Org.objects.filter(id=cast.schools["birch"]).update(identifier=name)
        draft.facts = {"identifier": name}
        draft.tell("org.changed", id=str(cast.schools["birch"]))


def test_a_change_leaves_one_entry_whose_commitment_opens(cast: Cast) -> None:
    change(cast)

    (line,) = queries.entries(cast.schools["birch"], kinds=["change"])
    row, opening = Entry.objects.get(id=line.id), Opening.objects.get(id=line.id)
    assert line.user_id == cast.people["head"].user_id
    assert (
        commitment({"identifier": "canary"}, salt=bytes(opening.salt))
        in bytes(row.canonical).decode()
    )
    assert "canary" not in bytes(row.canonical).decode()


def test_a_change_and_its_message_share_the_transaction(cast: Cast) -> None:
    change(cast)

    assert [o.topic for o in Outgoing.objects.all()] == ["org.changed"]


def test_a_change_that_fails_leaves_neither_rows_nor_entry(cast: Cast) -> None:
    def fail() -> None:
        with ledger.entry("schools.org.named", thing(cast), actor=None, at=AT):
            Org.objects.filter(id=cast.schools["birch"]).update(identifier="half")
            raise Invalid("card_wrong")

    with pytest.raises(Invalid):
        fail()

    assert not Org.objects.filter(identifier="half").exists()
    assert queries.entries(cast.schools["birch"], kinds=["change"]) == ()


def once(cast: Cast, op_id: UUID, body: dict[str, Any], key: str = "teacher") -> dict[str, Any]:
    def do() -> dict[str, Any]:
        change(cast)
        return {"done": len(queries.entries(cast.schools["birch"], kinds=["change"]))}

    school = cast.schools["birch"]
    return ledger.once(op_id, body, actor=cast.actor(key), school_id=school, at=AT, do=do)


def test_the_same_operation_twice_changes_nothing_and_answers_the_same(cast: Cast) -> None:
    op_id = uuid7()

    first, second = once(cast, op_id, {"a": 1}), once(cast, op_id, {"a": 1})

    assert first == second
    assert len(queries.entries(cast.schools["birch"], kinds=["change"])) == 1


def test_the_same_name_with_another_body_is_refused(cast: Cast) -> None:
    op_id = uuid7()
    once(cast, op_id, {"a": 1})

    with pytest.raises(Invalid, match="operation_differs"):
        once(cast, op_id, {"a": 2})


def test_an_outsider_cannot_read_an_answer_by_guessing_its_name(cast: Cast) -> None:
    op_id = uuid7()
    once(cast, op_id, {"a": 1})

    with pytest.raises(NotFound):
        once(cast, op_id, {"a": 1}, key="teacher_elsewhere")


def test_an_operation_that_is_refused_can_be_sent_again(cast: Cast) -> None:
    op_id = uuid7()

    def refuse() -> dict[str, Any]:
        raise Invalid("card_wrong")

    with pytest.raises(Invalid):
        ledger.once(
            op_id,
            {"a": 1},
            actor=cast.actor("teacher"),
            school_id=cast.schools["birch"],
            at=AT,
            do=refuse,
        )

    assert not Operation.objects.filter(id=op_id).exists()
    assert once(cast, op_id, {"a": 1})["done"] == 1


def test_work_with_ones_own_class_is_one_look_a_day(cast: Cast) -> None:
    me, event = cast.actor("teacher"), "journal.lesson.looked"
    for day, minutes in ((TODAY, 0), (TODAY, 5), (TODAY + timedelta(days=1), 24 * 60)):
        at = AT + timedelta(minutes=minutes)
        ledger.daily_look(thing(cast), actor=me, at=at, day=day, event=event)

    assert len(queries.entries(cast.schools["birch"], kinds=["look"])) == 2


def test_showing_to_somebody_without_a_tie_is_refused_and_recorded(cast: Cast) -> None:
    subject = Subject(cast.schools["birch"], frozenset({cast.classes["algebra"]}))

    with pytest.raises(NotFound):
        ledger.show(
            object(),
            subject=subject,
            thing=thing(cast),
            actor=cast.actor("teacher_elsewhere"),
            at=AT,
            event="journal.lesson.looked",
        )

    (line,) = queries.entries(cast.schools["birch"], kinds=["refused"])
    assert line.user_id == cast.people["teacher_elsewhere"].user_id
