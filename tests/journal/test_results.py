"""Points are facts: nothing is overwritten, two authors are never merged silently."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from senim.journal.models import Category, LineItem, Result, ResultFact
from senim.journal.services import CellNow, LessonSave, Score, save_cells, save_lesson
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.rules.access import Actor
from senim.rules.errors import Invalid, NotFound
from tests.cast import AT, TODAY, Cast

MINUTE = timedelta(minutes=1)


def give(
    cast: Cast, actor: Actor, score: Score, *, minutes_ago: int = 0, key: str = "pupil"
) -> CellNow:
    saved = save_lesson(
        cast.lesson,
        LessonSave(scores={cast.member(key): score}),
        actor=actor,
        at=AT,
        event_at=AT - minutes_ago * MINUTE,
    )
    return saved.cells[0]


def result(cast: Cast, key: str = "pupil") -> Result:
    return Result.objects.system(reason="test").get(member_id=cast.member(key))


def facts() -> list[ResultFact]:
    return list(ResultFact.objects.system(reason="test").order_by("event_at", "id"))


@pytest.fixture
def sor(cast: Cast) -> LineItem:
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        return LineItem.objects.create(
            school_id=school,
            klass_id=cast.classes["algebra"],
            session_id=cast.sessions["birch2"],
            category=Category.SOR,
            number=1,
            date=TODAY,
            maximum=14,
            date_last_modified=AT,
        )


def test_the_first_points_are_one_set_fact(cast: Cast, teacher: Actor) -> None:
    now = give(cast, teacher, Score(9, "Жарайсың"), minutes_ago=2)

    row = result(cast)
    assert [(f.kind, f.score, f.event_at) for f in facts()] == [("set", 9, AT - 2 * MINUTE)]
    assert (row.score, row.comment, row.set_by_id) == (9, "Жарайсың", teacher.hat_id)
    assert (row.last_fact_id, now.fact_id) == (facts()[0].id, facts()[0].id)


def test_a_correction_keeps_what_was_there(cast: Cast, teacher: Actor) -> None:
    first = give(cast, teacher, Score(7), minutes_ago=5)

    give(cast, teacher, Score(8, reason="Қате бастым", seen=first.fact_id))

    assert [(f.kind, f.score) for f in facts()] == [("set", 7), ("correct", 8)]
    assert facts()[1].replaces_id == first.fact_id
    assert facts()[1].reason == "Қате бастым"
    assert result(cast).score == 8


def test_points_are_taken_back_by_an_annulment(cast: Cast, teacher: Actor) -> None:
    first = give(cast, teacher, Score(7), minutes_ago=5)

    now = give(cast, teacher, Score(None, seen=first.fact_id))

    assert [f.kind for f in facts()] == ["set", "annul"]
    assert (result(cast).score, now.points) == (None, None)


def test_a_comment_can_stand_without_points(cast: Cast, teacher: Actor) -> None:
    give(cast, teacher, Score(None, "Олимпиада, облыс"))

    assert [(f.kind, f.comment) for f in facts()] == [("note", "Олимпиада, облыс")]
    assert (result(cast).score, result(cast).comment) == (None, "Олимпиада, облыс")


def test_emptying_an_empty_cell_writes_nothing(cast: Cast, teacher: Actor) -> None:
    scores = {cast.member("pupil"): Score(None)}

    saved = save_lesson(cast.lesson, LessonSave(scores=scores), actor=teacher, at=AT)

    assert saved.cells == ()
    assert facts() == []


def test_repeating_oneself_adds_no_fact(cast: Cast, teacher: Actor) -> None:
    first = give(cast, teacher, Score(7))

    unseen = give(cast, teacher, Score(7))
    seen = give(cast, teacher, Score(7, seen=first.fact_id))

    assert len(facts()) == 1
    assert unseen == seen == first


def test_a_changed_comment_is_a_fact_of_its_own(cast: Cast, teacher: Actor) -> None:
    first = give(cast, teacher, Score(7, "a"), minutes_ago=1)

    give(cast, teacher, Score(7, "b", seen=first.fact_id))

    assert [f.comment for f in facts()] == ["a", "b"]
    assert result(cast).comment == "b"


def test_two_authors_who_did_not_see_one_another_differ(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    give(cast, teacher, Score(7, "a"), minutes_ago=5)

    now = give(cast, second_teacher, Score(9, "b"))

    row = result(cast)
    assert (now.points, now.differs) == (7, True)
    assert (row.score, row.comment, row.set_by_id, row.differs) == (7, "a", teacher.hat_id, True)
    assert len(facts()) == 2


def test_an_author_settles_a_difference_by_taking_the_others_points(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    give(cast, teacher, Score(7), minutes_ago=5)
    shown = give(cast, second_teacher, Score(9), minutes_ago=3)

    now = give(cast, second_teacher, Score(7, seen=shown.fact_id))

    assert (now.points, now.differs) == (7, False)
    assert len(facts()) == 3


def test_agreement_of_another_author_is_a_fact(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    give(cast, teacher, Score(7), minutes_ago=5)

    assert give(cast, second_teacher, Score(7)).differs is False
    assert [f.author_id for f in facts()] == [teacher.hat_id, second_teacher.hat_id]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_arrival_does_not_matter(
    cast: Cast, teacher: Actor, second_teacher: Actor, order: tuple[int, ...]
) -> None:
    said: Mapping[int, tuple[Actor, Score, int]] = {
        0: (teacher, Score(7), 9),
        1: (teacher, Score(8), 5),
        2: (second_teacher, Score(9), 7),
    }

    for place in order:
        actor, score, minutes_ago = said[place]
        give(cast, actor, score, minutes_ago=minutes_ago)

    row = result(cast)
    assert (row.score, row.set_by_id, row.differs) == (9, second_teacher.hat_id, True)


def test_a_fact_of_another_cell_was_not_seen_here(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    elsewhere = give(cast, teacher, Score(5), key="classmate")
    give(cast, teacher, Score(7), minutes_ago=5)

    now = give(cast, second_teacher, Score(9, seen=elsewhere.fact_id))

    assert now.differs is True
    assert facts()[-1].replaces_id is None


def test_an_event_is_never_later_than_its_record(cast: Cast, teacher: Actor) -> None:
    give(cast, teacher, Score(7), minutes_ago=-60)

    assert facts()[0].event_at == AT


def test_cells_of_two_columns_are_saved_with_one_entry(
    cast: Cast, teacher: Actor, sor: LineItem
) -> None:
    give(cast, teacher, Score(7))
    formative = LineItem.objects.get(category=Category.FORMATIVE)
    pupil, classmate = cast.member("pupil"), cast.member("classmate")

    now = save_cells(
        cast.classes["algebra"],
        {sor.id: {pupil: Score(0), classmate: Score(14)}, formative.id: {classmate: Score(10)}},
        actor=teacher,
        at=AT,
    )

    assert {(c.item_id, c.member_id): c.points for c in now} == {
        (sor.id, pupil): 0,
        (sor.id, classmate): 14,
        (formative.id, classmate): 10,
    }
    entries = ledger_read.entries(cast.schools["birch"], kinds=["change"])
    assert [e.event for e in entries if e.event.endswith("register.saved")] == [
        "journal.register.saved"
    ]


@pytest.mark.parametrize("points", [15, -1])
def test_summative_points_stay_within_their_maximum(
    cast: Cast, teacher: Actor, sor: LineItem, points: int
) -> None:
    cells = {sor.id: {cast.member("pupil"): Score(points)}}

    with pytest.raises(Invalid, match="points_out_of_range"):
        save_cells(cast.classes["algebra"], cells, actor=teacher, at=AT)

    assert facts() == []


@pytest.mark.parametrize("cells", [{}, {UUID(int=3): {}}])
def test_an_empty_save_is_refused(
    cast: Cast, teacher: Actor, cells: Mapping[UUID, Mapping[UUID, Score]]
) -> None:
    with pytest.raises(Invalid, match="nothing_to_save"):
        save_cells(cast.classes["algebra"], cells, actor=teacher, at=AT)


@pytest.mark.parametrize("outsider", ["homeroom", "other_teacher", "teacher_elsewhere", "mother"])
def test_an_outsider_writes_no_cell(cast: Cast, sor: LineItem, outsider: str) -> None:
    cells = {sor.id: {cast.member("pupil"): Score(9)}}

    with pytest.raises(NotFound):
        save_cells(cast.classes["algebra"], cells, actor=cast.actor(outsider), at=AT)

    assert facts() == []


def test_a_column_of_another_class_is_not_found(cast: Cast, sor: LineItem) -> None:
    cells = {sor.id: {cast.member("pupil"): Score(9)}}

    with pytest.raises(NotFound):
        save_cells(cast.classes["history"], cells, actor=cast.actor("homeroom"), at=AT)
