"""A lawful account that reads beyond its habit is held, told, and let go on by somebody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bench import reading
from senim.base.ids import uuid7
from senim.ledger import cases, readings, tripwire
from senim.ledger import services as ledger
from senim.ledger.models import Case, Entry, Hold, Notice, Reading
from senim.rules.access import Actor, Hat, Relation, Subject, Tie, Viewer
from senim.rules.errors import Held, Invalid, NotFound
from senim.rules.tripwire import Channel

pytestmark = pytest.mark.django_db

MONDAY = date(2027, 2, 1)  # a working day far from any end of a quarter
SATURDAY = date(2027, 2, 6)
MORNING = datetime.fromisoformat("2027-02-01T09:00:00+05:00")
EVENT = "journal.register.looked"


@dataclass(frozen=True, slots=True)
class Nothing:
    """A page without a word."""


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """Let each test count anew, as another process would."""
    readings.forget()
    yield
    readings.forget()


def an_actor(
    school_id: UUID,
    relation: Relation = Relation.LEADS,
    *,
    on: date = MONDAY,
    hat: Hat = Hat.OFFICE,
    account_id: UUID | None = None,
    posts: int = 1,
) -> Actor:
    tie = Tie(relation, school_id, school_id, date(2026, 9, 1))
    return Actor(account_id or uuid7(), Viewer(uuid7(), hat, on, (tie,)), school_id, posts=posts)


def again(actor: Actor, *, on: date) -> Actor:
    """Return the same account on another day."""
    viewer = Viewer(actor.user_id, actor.viewer.hat, on, actor.viewer.ties)
    return Actor(actor.account_id, viewer, actor.hat_id, posts=actor.posts)


def klass(school_id: UUID, pupils: int = 30, group: UUID | None = None) -> ledger.Thing:
    return ledger.Thing("klass", uuid7(), school_id, pupils=pupils, group=group)


def look(thing: ledger.Thing, actor: Actor, at: datetime, **said: Any) -> None:
    ledger.look(thing, actor=actor, at=at, event=EVENT, **said)


def read_until_held(
    actor: Actor,
    school_id: UUID,
    *,
    pace: timedelta,
    pupils: int = 30,
    most: int = 400,
    **said: Any,
) -> int:
    """Open class after class and return how many pupils were shown before the account was held."""
    shown, at = 0, MORNING
    for _ in range(most):
        try:
            look(klass(school_id, pupils), actor, at, **said)
        except Held:
            return shown
        shown += pupils
        at += pace
    return shown


@pytest.mark.parametrize("seconds", [0, 5, 30, 61, 300])
def test_whole_school_is_not_read_in_an_hour(seconds: int) -> None:
    school_id = uuid7()
    actor = an_actor(school_id)

    shown = read_until_held(actor, school_id, pace=timedelta(seconds=seconds))

    assert shown <= 200
    assert Hold.objects.filter(account_id=actor.account_id, released_at__isnull=True).count() == 1


def test_what_crosses_the_limit_is_refused_on_record_and_not_looked_at() -> None:
    school_id = uuid7()
    actor = an_actor(school_id)

    shown = read_until_held(actor, school_id, pace=timedelta(minutes=2))

    kinds = list(Entry.objects.filter(event=EVENT).order_by("at").values_list("kind", flat=True))
    assert kinds == ["look"] * (shown // 30) + ["refused"]
    assert Entry.objects.filter(event="ledger.account.held").count() == 1


def test_registers_of_one_class_count_its_pupils_once() -> None:
    school_id, homeroom = uuid7(), uuid7()
    actor = an_actor(school_id)

    for number in range(20):
        look(klass(school_id, group=homeroom), actor, MORNING + number * timedelta(minutes=2))

    assert [row.pupils for row in Reading.objects.all()] == [30]


def test_one_and_the_same_page_counts_once_a_day() -> None:
    school_id = uuid7()
    actor, thing = an_actor(school_id), klass(school_id)

    for _ in range(30):
        look(thing, actor, MORNING)
        readings.forget()

    assert Reading.objects.count() == 1


def test_those_on_a_list_are_counted_one_by_one() -> None:
    school_id = uuid7()
    actor = an_actor(school_id, Relation.KEEPS_ROLL)
    ids = tuple(uuid7() for _ in range(60))

    for page in (ids[:50], ids[10:60], ids[:50]):
        thing = ledger.Thing("org", school_id, school_id, members=page, pupils=len(page))
        look(thing, actor, MORNING)

    assert Reading.objects.count() == 60


def test_own_classes_are_never_counted() -> None:
    school_id, class_id = uuid7(), uuid7()
    tie = Tie(Relation.TEACHES, school_id, class_id, date(2026, 9, 1))
    actor = Actor(uuid7(), Viewer(uuid7(), Hat.TEACHER, MONDAY, (tie,)), uuid7())

    for _ in range(50):
        ledger.show(
            Nothing(),
            subject=Subject(school_id, frozenset({class_id})),
            thing=ledger.Thing("klass", class_id, school_id, pupils=300),
            actor=actor,
            at=MORNING,
            event=EVENT,
        )

    assert not Reading.objects.exists()
    assert not Hold.objects.exists()


def test_exports_are_held_sooner_than_pages() -> None:
    pages, exports = uuid7(), uuid7()
    slow = timedelta(minutes=2)

    by_page = read_until_held(an_actor(pages), pages, pace=slow, pupils=10)
    by_export = read_until_held(
        an_actor(exports), exports, pace=slow, pupils=10, channel=Channel.EXPORT
    )

    assert 0 < by_export <= by_page / 2


def test_what_was_exported_counts_for_pages_too() -> None:
    school_id = uuid7()
    actor = an_actor(school_id)

    look(klass(school_id, 90), actor, MORNING, channel=Channel.EXPORT)

    assert read_until_held(actor, school_id, pace=timedelta(minutes=2)) <= 200 - 90


def test_a_day_holds_three_times_the_habit() -> None:
    school_id = uuid7()
    actor = an_actor(school_id)
    for number in range(4):
        day = datetime(2027, 1, 25 + number, 4, tzinfo=MORNING.tzinfo)
        for hour in range(4):
            look(klass(school_id), again(actor, on=day.date()), day + timedelta(hours=hour))

    shown = read_until_held(actor, school_id, pace=timedelta(minutes=15))

    assert 240 < shown <= 360


def test_a_day_without_a_habit_holds_the_floor() -> None:
    school_id = uuid7()

    assert read_until_held(an_actor(school_id), school_id, pace=timedelta(minutes=15)) == 240


def test_days_off_are_one_stretch() -> None:
    school_id = uuid7()
    actor = an_actor(school_id, on=SATURDAY)
    noon = datetime.fromisoformat("2027-02-06T12:00:00+05:00")
    look(klass(school_id, 90), actor, noon)

    with pytest.raises(Held):
        look(klass(school_id), again(actor, on=date(2027, 2, 7)), noon + timedelta(days=1))


@pytest.mark.parametrize(
    ("hat", "relation", "posts"),
    [
        (Hat.SUPPORT, Relation.SUPPORT, 0),
        (Hat.CASE, Relation.CASE, 1),
        (Hat.OFFICE, Relation.LEADS, 2),
    ],
)
def test_who_only_passes_reads_little_however_slowly(
    hat: Hat, relation: Relation, posts: int
) -> None:
    school_id, shown = uuid7(), 0
    actor = an_actor(school_id, relation, hat=hat, posts=posts)
    for number in range(28):
        at = MORNING + timedelta(days=number)
        try:
            look(klass(school_id, 20), again(actor, on=at.date()), at)
        except Held:
            break
        shown += 20

    assert 0 < shown <= 200
    assert tripwire.held(actor.account_id) is not None


def test_who_passes_through_many_schools_is_held() -> None:
    actor = an_actor(uuid7(), posts=9)
    for number in range(3):
        look(klass(uuid7(), 1), actor, MORNING + timedelta(hours=number))

    with pytest.raises(Held):
        look(klass(uuid7(), 1), actor, MORNING + timedelta(hours=4))

    assert Hold.objects.get().rule == "schools"


def test_who_has_one_post_reads_in_one_school() -> None:
    actor = an_actor(uuid7())
    look(klass(uuid7(), 1), actor, MORNING)

    with pytest.raises(Held):
        look(klass(uuid7(), 1), actor, MORNING + timedelta(hours=2))


# What follows a hold


def held_by(school_id: UUID) -> tuple[Actor, Case]:
    actor = an_actor(school_id)
    read_until_held(actor, school_id, pace=timedelta(minutes=2))
    return actor, Case.objects.get(kind=Case.Kind.HELD)


def test_the_lead_and_the_owner_are_told_and_a_case_is_due_on_the_next_working_day() -> None:
    school_id = uuid7()
    actor, case = held_by(school_id)

    told = {(n.code, n.school_id, n.user_id) for n in Notice.objects.all()}
    assert ("account_held", school_id, None) in told
    assert ("own_account_held", school_id, actor.user_id) in told
    assert case.due_on == date(2027, 2, 2)
    assert tripwire.held(actor.account_id) is not None


def test_over_one_who_leads_the_organisation_above_is_told_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    district, school_id = uuid7(), uuid7()
    monkeypatch.setitem(tripwire._above, "of", lambda _: district)
    held_by(school_id)

    assert Notice.objects.filter(code="account_held", school_id=district).exists()


def test_many_looks_at_once_hold_once() -> None:
    school_id = uuid7()
    actor, _ = held_by(school_id)

    with pytest.raises(Held):
        look(klass(school_id), actor, MORNING + timedelta(minutes=30))

    assert Case.objects.count() == 1


def test_another_who_leads_there_lets_it_go_on_and_counts_start_anew() -> None:
    school_id = uuid7()
    actor, case = held_by(school_id)
    at = MORNING + timedelta(hours=1)

    tripwire.release(case, "she closed a term", actor=an_actor(school_id), at=at)

    assert tripwire.held(actor.account_id) is None
    assert cases.case(case.id, school_id=school_id).answered_at == at
    assert Entry.objects.filter(event="ledger.account.released").count() == 1
    look(klass(school_id), actor, at + timedelta(minutes=1))


def test_nobody_else_lets_it_go_on() -> None:
    school_id = uuid7()
    actor, case = held_by(school_id)
    outsiders = (
        actor,
        an_actor(uuid7()),
        an_actor(school_id, Relation.KEEPS_ROLL),
        an_actor(school_id, Relation.SUPPORT, hat=Hat.SUPPORT),
    )

    for outsider in outsiders:
        with pytest.raises(NotFound):
            tripwire.release(case, "let me on", actor=outsider, at=MORNING)
    assert tripwire.held(actor.account_id) is not None


def test_who_leads_the_organisation_above_lets_it_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    district, school_id = uuid7(), uuid7()
    monkeypatch.setitem(tripwire._above, "of", lambda org: district if org == school_id else None)
    actor, case = held_by(school_id)

    tripwire.release(case, "the head closed a term", actor=an_actor(district), at=MORNING)

    assert tripwire.held(actor.account_id) is None


def test_an_answer_without_words_lets_nobody_go_on() -> None:
    school_id = uuid7()
    actor, case = held_by(school_id)

    with pytest.raises(Invalid, match="answer_missing"):
        tripwire.release(case, " ", actor=an_actor(school_id), at=MORNING)
    assert tripwire.held(actor.account_id) is not None


def test_a_look_beyond_daily_work_costs_one_query_more(django_assert_num_queries: Any) -> None:
    school_id = uuid7()
    actor, thing = an_actor(school_id), klass(school_id)

    with django_assert_num_queries(3):  # its savepoint, the count, the savepoint's release
        readings.count(thing, actor=actor, at=MORNING, channel=Channel.PAGE)


# The pattern of December 2025, and honest work


@pytest.mark.parametrize("way", reading.WAYS)
def test_whoever_reads_everything_is_held_in_the_first_school(way: str) -> None:
    caught = reading.replay(way)

    assert caught.exposed <= 200
    assert caught.schools <= 1
    assert caught.seconds <= 10


@pytest.mark.parametrize("who", reading.HONEST)
def test_honest_work_is_not_held(who: str) -> None:
    worked = reading.work(who)

    assert worked.looks > 0
    assert worked.held == 0
