"""Who may see and do what, tie by tie, against a table written from the law."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from senim.base.ids import uuid7
from senim.rules.access import (
    Action,
    Actor,
    Hat,
    Relation,
    Subject,
    Tie,
    Viewer,
    fields_open,
    is_daily_work,
    is_own,
    may,
    require,
    viewer,
)
from senim.rules.errors import NotFound
from senim.rules.fields import FieldClass as F

TODAY = date(2026, 11, 18)
SCHOOL, OTHER_SCHOOL = uuid7(), uuid7()
KLASS, HOMEROOM, OTHER_CLASS = uuid7(), uuid7(), uuid7()
PUPIL, OTHER_PUPIL = uuid7(), uuid7()
OF_PUPIL = Subject(SCHOOL, frozenset({HOMEROOM}), PUPIL)
OF_CLASS = Subject(SCHOOL, frozenset({KLASS, HOMEROOM}))
OF_SCHOOL = Subject(SCHOOL)

OPENS: dict[Relation, set[F]] = {
    Relation.SELF: {F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT, F.IDENTIFIER},
    Relation.WARD: {
        F.ROSTER,
        F.LEARNING,
        F.RECORD,
        F.CONTACT,
        F.IDENTIFIER,
        F.SPECIAL,
        F.LEDGER,
    },
    Relation.WARD_RESTRICTED: set(),
    Relation.TEACHES: {F.ROSTER, F.LEARNING},
    Relation.HOMEROOM: {F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT},
    Relation.LEADS: {F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT, F.IDENTIFIER, F.LEDGER},
    Relation.KEEPS_ROLL: {F.ROSTER, F.CONTACT, F.IDENTIFIER},
    Relation.OVERSEES: set(),
}
OPENS_OF_THE_PROTECTED: dict[Relation, set[F]] = {
    Relation.SELF: OPENS[Relation.SELF],
    Relation.WARD: {F.ROSTER, F.LEARNING, F.RECORD, F.SPECIAL, F.LEDGER},
    Relation.TEACHES: {F.ROSTER, F.LEARNING},
    Relation.HOMEROOM: {F.ROSTER, F.LEARNING, F.RECORD},
    Relation.LEADS: OPENS[Relation.LEADS],
}
WRITES: dict[Relation, set[Action]] = {
    Relation.WARD: {Action.OPEN_IDENTIFIER},
    Relation.TEACHES: {
        Action.RECORD_ATTENDANCE,
        Action.RECORD_REASON,
        Action.RECORD_RESULT,
        Action.WRITE_LESSON,
    },
    Relation.HOMEROOM: {Action.RECORD_REASON},
    Relation.KEEPS_ROLL: {Action.KEEP_ROLL, Action.OPEN_IDENTIFIER},
    Relation.LEADS: {Action.KEEP_ROLL, Action.OPEN_IDENTIFIER, Action.PROTECT},
}
TARGET = {
    Relation.SELF: PUPIL,
    Relation.WARD: PUPIL,
    Relation.WARD_RESTRICTED: PUPIL,
    Relation.TEACHES: KLASS,
    Relation.HOMEROOM: HOMEROOM,
    Relation.LEADS: SCHOOL,
    Relation.KEEPS_ROLL: SCHOOL,
    Relation.OVERSEES: SCHOOL,
}
REACHED = {
    Relation.SELF: OF_PUPIL,
    Relation.WARD: OF_PUPIL,
    Relation.WARD_RESTRICTED: OF_PUPIL,
    Relation.TEACHES: OF_CLASS,
    Relation.HOMEROOM: OF_CLASS,
    Relation.LEADS: OF_SCHOOL,
    Relation.KEEPS_ROLL: OF_SCHOOL,
    Relation.OVERSEES: OF_SCHOOL,
}


def tie(
    relation: Relation,
    target: UUID | None = None,
    *,
    school: UUID = SCHOOL,
    starts: date = TODAY,
    ends: date | None = None,
    by_order: frozenset[F] = frozenset(),
) -> Tie:
    return Tie(relation, school, target or TARGET[relation], starts, ends, by_order)


def who(*ties: Tie) -> Viewer:
    return viewer(uuid7(), hat=Hat.TEACHER, on=TODAY, facts=ties)


@pytest.mark.parametrize("relation", OPENS)
def test_a_tie_opens_what_the_law_says_and_no_more(relation: Relation) -> None:
    assert fields_open(who(tie(relation)), REACHED[relation]) == OPENS[relation]


@pytest.mark.parametrize("relation", OPENS)
def test_of_a_protected_person_a_tie_opens_what_is_named_and_no_more(relation: Relation) -> None:
    protected = replace(REACHED[relation], protected=True)

    opened = fields_open(who(tie(relation)), protected)

    assert opened == OPENS_OF_THE_PROTECTED.get(relation, set())


@pytest.mark.parametrize("relation", [Relation.SUPPORT, Relation.CASE, Relation.KEEPS_ROLL])
def test_of_a_protected_person_clerk_support_and_case_see_nothing(relation: Relation) -> None:
    target = PUPIL if relation is Relation.CASE else SCHOOL
    protected = Subject(SCHOOL, frozenset({HOMEROOM}), PUPIL, protected=True)

    assert fields_open(who(tie(relation, target)), protected) == frozenset()


def test_a_court_order_opens_nothing_of_a_protected_child() -> None:
    by_order = tie(Relation.WARD_RESTRICTED, by_order=frozenset({F.LEARNING}))

    assert fields_open(who(by_order), replace(OF_PUPIL, protected=True)) == frozenset()


@pytest.mark.parametrize("relation", OPENS)
def test_a_tie_reaches_nobody_elses(relation: Relation) -> None:
    strangers = {
        "another school's": Subject(OTHER_SCHOOL, frozenset({KLASS, HOMEROOM}), PUPIL),
        "another pupil's": Subject(SCHOOL, frozenset({OTHER_CLASS}), OTHER_PUPIL),
    }
    if relation in (Relation.LEADS, Relation.KEEPS_ROLL, Relation.OVERSEES):
        del strangers["another pupil's"]

    for name, subject in strangers.items():
        assert fields_open(who(tie(relation)), subject) == frozenset(), name


@pytest.mark.parametrize("relation", [Relation.SELF, Relation.WARD, Relation.WARD_RESTRICTED])
def test_a_family_tie_opens_no_class_and_no_school(relation: Relation) -> None:
    by_order = frozenset({F.LEARNING}) if relation is Relation.WARD_RESTRICTED else frozenset()
    viewer = who(tie(relation, by_order=by_order))

    assert fields_open(viewer, OF_CLASS) == fields_open(viewer, OF_SCHOOL) == frozenset()


def test_a_tie_to_a_school_above_opens_nothing_of_a_school_below() -> None:
    leads_region = tie(Relation.LEADS, OTHER_SCHOOL, school=OTHER_SCHOOL)
    misfiled = tie(Relation.LEADS, OTHER_SCHOOL, school=SCHOOL)

    assert fields_open(who(leads_region, misfiled), OF_SCHOOL) == frozenset()


def test_a_court_order_opens_what_it_names_and_no_more() -> None:
    by_order = tie(Relation.WARD_RESTRICTED, by_order=frozenset({F.LEARNING}))

    assert fields_open(who(by_order), OF_PUPIL) == {F.LEARNING}


def test_ties_add_up() -> None:
    both = who(tie(Relation.TEACHES), tie(Relation.KEEPS_ROLL))

    assert fields_open(both, OF_CLASS) == {F.ROSTER, F.LEARNING, F.CONTACT, F.IDENTIFIER}


@pytest.mark.parametrize("relation", OPENS)
@pytest.mark.parametrize("action", Action)
def test_a_tie_allows_what_the_law_says_and_no_more(relation: Relation, action: Action) -> None:
    allowed = action in WRITES.get(relation, set())

    assert may(who(tie(relation)), action, REACHED[relation]) is allowed


def test_who_may_write_here_may_not_write_next_door() -> None:
    elsewhere = Subject(SCHOOL, frozenset({OTHER_CLASS}))
    viewer = who(tie(Relation.TEACHES))

    require(viewer, Action.RECORD_RESULT, OF_CLASS)
    assert not may(viewer, Action.RECORD_RESULT, elsewhere)
    with pytest.raises(NotFound) as refused:
        require(viewer, Action.RECORD_RESULT, elsewhere)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY + timedelta(days=1), True),
        (TODAY - timedelta(days=9), TODAY, False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_a_fact_holds_from_its_first_day_to_the_day_before_its_end(
    *, starts: date, ends: date | None, holds: bool
) -> None:
    seen = fields_open(who(tie(Relation.TEACHES, starts=starts, ends=ends)), OF_CLASS)

    assert bool(seen) is holds


def test_a_viewer_cannot_be_made_of_facts_that_do_not_hold() -> None:
    ended = tie(Relation.TEACHES, starts=TODAY - timedelta(days=9), ends=TODAY)

    with pytest.raises(ValueError, match="in force"):
        Viewer(uuid7(), Hat.TEACHER, TODAY, (ended,))


@pytest.mark.parametrize("relation", OPENS)
def test_only_a_family_looks_at_its_own(relation: Relation) -> None:
    family = relation in (Relation.SELF, Relation.WARD, Relation.WARD_RESTRICTED)

    assert is_own(who(tie(relation)), REACHED[relation]) is family


@pytest.mark.parametrize("relation", OPENS)
def test_only_teachers_work_daily_with_a_class(relation: Relation) -> None:
    works = relation in (Relation.TEACHES, Relation.HOMEROOM)

    assert is_daily_work(who(tie(relation)), REACHED[relation]) is works


def test_daily_work_with_one_class_is_none_with_another() -> None:
    elsewhere = Subject(SCHOOL, frozenset({OTHER_CLASS}), OTHER_PUPIL)
    viewer = who(tie(Relation.TEACHES), tie(Relation.SELF))

    assert not is_daily_work(viewer, elsewhere)
    assert not is_own(viewer, elsewhere)


def test_the_ids_of_a_viewer_are_those_of_their_ties() -> None:
    wards = [uuid7() for _ in range(4)]
    viewer = who(
        tie(Relation.SELF, wards[0]),
        tie(Relation.WARD, wards[1]),
        tie(Relation.WARD_RESTRICTED, wards[2]),
        tie(Relation.WARD_RESTRICTED, wards[3], by_order=frozenset({F.LEARNING})),
        tie(Relation.TEACHES),
        tie(Relation.HOMEROOM),
        tie(Relation.LEADS),
        tie(Relation.KEEPS_ROLL, OTHER_SCHOOL, school=OTHER_SCHOOL),
        tie(Relation.OVERSEES, uuid7()),
    )

    assert viewer.pupil_ids == {wards[0], wards[1], wards[3]}
    assert viewer.class_ids == {KLASS}
    assert viewer.homeroom_ids == {HOMEROOM}
    assert viewer.led_school_ids == {SCHOOL}
    assert viewer.roll_school_ids == {SCHOOL, OTHER_SCHOOL}
    assert viewer.targets(Relation.TEACHES, Relation.HOMEROOM) == {KLASS, HOMEROOM}


def test_who_has_no_tie_sees_nothing() -> None:
    nobody = who()

    for subject in (OF_PUPIL, OF_CLASS, OF_SCHOOL):
        assert fields_open(nobody, subject) == frozenset()
        assert not any(may(nobody, action, subject) for action in Action)


def test_an_actor_is_the_person_behind_the_account() -> None:
    viewer = who()
    actor = Actor(uuid7(), viewer, uuid7())

    assert actor.user_id == viewer.user_id
    assert actor.language == "kk"
