"""A school of many moves, and a model of who was shown to whom: dates and nothing else.

The model is written from what the page promises, not from the code that keeps it. It knows who sat
where from the list the test made, and asks neither the ledger nor any query of `senim`.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from senim.base.ids import uuid7
from senim.ledger import services as ledger
from senim.ledger import withholding
from senim.ledger.models import Entry
from senim.people import services as people
from senim.rules.access import Actor
from senim.rules.withholding import Ground
from senim.schools import services as schools
from tests.cast import AT, TODAY, Cast

ALMATY = ZoneInfo("Asia/Almaty")
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
DAYS = (LAST - FIRST).days
Key = tuple[datetime, str, str, UUID]
"""An expected look: when, what kind, which event, by whom."""


@dataclass
class World:
    """Pupils, who sat in which class from when until when, and what each should find."""

    cast: Cast
    rng: random.Random
    pupils: list[UUID] = field(default_factory=list)
    guardians: dict[UUID, str] = field(default_factory=dict)
    seats: list[tuple[UUID, UUID, date, date]] = field(default_factory=list)
    classes: list[UUID] = field(default_factory=list)
    expected: dict[UUID, set[Key]] = field(default_factory=dict)
    daily: set[tuple[object, ...]] = field(default_factory=set)
    ticks: int = 0

    @property
    def school(self) -> UUID:
        """The school all of it is in."""
        return self.cast.schools["birch"]

    def moment(self) -> datetime:
        """Return another instant of the term, no two alike, at any hour of the day."""
        self.ticks += 1
        day = FIRST + timedelta(days=self.rng.randrange(DAYS))
        hour = datetime.combine(day, time(), tzinfo=UTC) + timedelta(hours=self.rng.randrange(24))
        return hour + timedelta(microseconds=self.ticks)

    def sat(self, pupil: UUID, klass: UUID, starts: date, ends: date) -> bool:
        """Say whether a pupil sat in a class on any day of [starts, ends)."""
        return any(
            who == pupil and where == klass and begun < ends and starts < over
            for who, where, begun, over in self.seats
        )

    def expect(self, pupils: set[UUID], key: Key) -> None:
        """Note that the families of some pupils should find a look."""
        for pupil in pupils:
            self.expected.setdefault(pupil, set()).add(key)


def make_world(cast: Cast, *, seed: int, pupils: int = 24, classes: int = 6) -> World:
    """Return a school of pupils who move between classes, with a guardian for each."""
    world = World(cast, random.Random(seed))  # noqa: S311 - seeded on purpose
    thing = ledger.Thing("org", world.school, world.school)
    with ledger.entry("demo.filled", thing, actor=None, at=AT):
        course = schools.NewCourse(world.school, {"kk": "Физика"}, "physics")
        schools.add_courses([course], at=AT)
        _add_classes(world, course.id, classes)
        for number in range(pupils):
            _add_pupil(world, number)
    return world


def _add_classes(world: World, course_id: UUID, classes: int) -> None:
    for number in range(classes):
        home = schools.NewClass(world.school, f"5 «{number}»", 2027, 5)
        taught = schools.NewClass(
            world.school, f"5 «{number}»", 2027, 5, course_id=course_id, homeroom_id=home.id
        )
        schools.add_classes([home, taught], at=AT)
        world.classes += [home.id, taught.id]


def _add_pupil(world: World, number: int) -> None:
    pupil, guardian = uuid7(), uuid7()
    names = (
        people.NewPerson(pupil, f"Бала{number}", "Пән"),
        people.NewPerson(guardian, "Ана", "А"),
    )
    people.add_people(names, at=AT)
    people.add_accounts([people.NewAccount(guardian, f"guardian{number}", None, language="en")])
    people.add_guardianships([people.NewGuardianship(guardian, pupil, FIRST)], at=AT)
    member = schools.NewMember(world.school, pupil, f"Пән Бала{number}")
    schools.add_members([member], at=AT)
    world.pupils.append(member.id)
    world.guardians[member.id] = f"guardian{number}"
    for klass in world.rng.sample(world.classes, 3):
        starts = FIRST + timedelta(days=world.rng.randrange(60))
        ends = starts + timedelta(days=world.rng.randrange(1, 60))
        schools.add_enrollments(
            [schools.NewEnrollment(world.school, klass, member.id, "student", starts, ends)], at=AT
        )
        world.seats.append((member.id, klass, starts, ends))


# What is done at random, and what it should leave on whose page


def look_at_random(world: World, actors: list[Actor]) -> None:
    """Do one thing to the record, of all that can be done, and note who should find it."""
    rng = world.rng
    done = rng.choices(
        (_daily, _class_look, _pupil_look, _list_look, _refused, _own_look, _change, _withheld),
        weights=(40, 10, 15, 8, 12, 5, 5, 5),
    )[0]
    done(world, rng.choice(actors))


def _span(world: World) -> tuple[date, date] | None:
    if world.rng.random() < 0.3:
        return None
    starts = FIRST + timedelta(days=world.rng.randrange(DAYS))
    return starts, starts + timedelta(days=world.rng.choice((1, 1, 7, 56)))


def _shown(world: World, klass: UUID, span: tuple[date, date] | None, at: datetime) -> set[UUID]:
    day = at.astimezone(ALMATY).date()
    starts, ends = span or (day, day + timedelta(days=1))
    return {pupil for pupil in world.pupils if world.sat(pupil, klass, starts, ends)}


def _daily(world: World, actor: Actor) -> None:
    at, klass, span = world.moment(), world.rng.choice(world.classes), _span(world)
    event = world.rng.choice(("journal.lesson.looked", "journal.register.looked"))
    day = at.astimezone(ALMATY).date()
    thing = ledger.Thing("klass", klass, world.school, span)
    ledger.daily_look(thing, actor=actor, at=at, day=day, event=event)
    once = (event, actor.user_id, klass, day, span)
    if once not in world.daily:
        world.daily.add(once)
        world.expect(_shown(world, klass, span, at), (at, "daily", event, actor.user_id))


def _class_look(world: World, actor: Actor) -> None:
    at, klass, span = world.moment(), world.rng.choice(world.classes), _span(world)
    event = "journal.register.looked"
    ledger.look(ledger.Thing("klass", klass, world.school, span), actor=actor, at=at, event=event)
    world.expect(_shown(world, klass, span, at), (at, "other", event, actor.user_id))


def _pupil_look(world: World, actor: Actor) -> None:
    at, pupil = world.moment(), world.rng.choice(world.pupils)
    event = world.rng.choice(("journal.diary.looked", "journal.terms.looked"))
    ledger.look(ledger.Thing("member", pupil, world.school), actor=actor, at=at, event=event)
    world.expect({pupil}, (at, "other", event, actor.user_id))


def _list_look(world: World, actor: Actor) -> None:
    at, event = world.moment(), "schools.roll.looked"
    listed = set(world.rng.sample(world.pupils, world.rng.randrange(6)))
    thing = ledger.Thing("org", world.school, world.school, members=tuple(listed))
    ledger.look(thing, actor=actor, at=at, event=event)
    world.expect(listed, (at, "other", event, actor.user_id))


def _refused(world: World, actor: Actor) -> None:
    at = world.moment()
    if world.rng.random() < 0.5:
        klass, event = world.rng.choice(world.classes), "journal.lesson.saved"
        ledger.refused(ledger.Thing("klass", klass, world.school), actor=actor, at=at, event=event)
        world.expect(_shown(world, klass, None, at), (at, "refused", event, actor.user_id))
        return
    pupil, event = world.rng.choice(world.pupils), "journal.diary.looked"
    ledger.refused(ledger.Thing("member", pupil, world.school), actor=actor, at=at, event=event)
    world.expect({pupil}, (at, "refused", event, actor.user_id))


def _own_look(world: World, actor: Actor) -> None:
    """A guardian looks at what is theirs: on nobody's page."""
    pupil = world.rng.choice(world.pupils)
    guardian = world.cast.actor("mother")
    thing = ledger.Thing("member", pupil, world.school)
    ledger.look(thing, actor=guardian, at=world.moment(), event="people.address.looked")


def _change(world: World, actor: Actor) -> None:
    """Something is written: no look, and on nobody's page."""
    thing = ledger.Thing("klass", world.rng.choice(world.classes), world.school)
    with ledger.entry("journal.lesson.saved", thing, actor=actor, at=world.moment()):
        pass


def _withheld(world: World, actor: Actor) -> None:
    at, pupil, event = world.moment(), world.rng.choice(world.pupils), "journal.diary.looked"
    thing = ledger.Thing("member", pupil, world.school)
    ledger.look(thing, actor=actor, at=at, event=event)
    until = TODAY + timedelta(days=world.rng.choice((-3, 0, 1, 5)))
    until = max(at.date(), until)
    entry_id = Entry.objects.get(at=at).id
    withholding.withhold(
        entry_id,
        school_id=world.school,
        until=until,
        ground=Ground.INVESTIGATION,
        actor=None,
        at=at,
    )
    if until <= TODAY:
        world.expect({pupil}, (at, "other", event, actor.user_id))
