"""One school as values: everybody in it, its classes, its week. `writing` puts it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from senim.base.personas import USERNAMES
from senim.jobs.demo.households import (
    HOMEROOMS_HOUSE,
    Child,
    Households,
    Registrar,
    adult,
    shuffled,
)
from senim.jobs.demo.moments import Moment
from senim.jobs.demo.names import Name, draw_people, house
from senim.jobs.demo.places import DEMO_CLASS, SchoolPlan
from senim.jobs.demo.seeds import Source, iins
from senim.jobs.demo.staff import Staffing, staffing
from senim.jobs.demo.week import DEMO_SUBJECT, Week, week
from senim.people.services import NewPerson

POSTS = ("head", "deputy", "clerk")
STORY_POSTS = {"head": "head", "deputy": "deputy_head", "clerk": "clerk"}
STORY_STAFF = {
    "teacher": Name("Сейітова", "Гүлмира", "Асқарқызы", "female"),
    "head": Name("Байжанов", "Ерлан", "Тұрарұлы", "male"),
    "deputy_head": Name("Тілеубаева", "Салтанат", "Маратқызы", "female"),
    "clerk": Name("Мартынова", "Ирина", "Олеговна", "female"),
    "village_teacher": Name("Оспанова", "Бибінұр", "Қуанышқызы", "female"),
}


@dataclass(frozen=True, slots=True)
class Employee:
    """A member of the staff. post: head, deputy, clerk, or empty for teachers."""

    person: NewPerson
    member_id: UUID
    post: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class School:
    """A school of the demo, whole.

    teachers: in the order of the staffing. homeroom_ids, halves: by the place of a class in the
    plan; class_ids: of taught classes, by course. rng: what is left of the school's own chance.
    """

    id: UUID
    plan: SchoolPlan
    moment: Moment
    rng: Source
    staffing: Staffing
    week: Week
    households: Households
    teachers: Sequence[Employee]
    office: Sequence[Employee]
    homeroom_ids: Sequence[UUID]
    class_ids: Mapping[tuple[int, str, str], UUID]
    halves: Sequence[Mapping[str, Sequence[Child]]]

    @property
    def year_starts(self) -> date:
        """The first day of the school year."""
        return self.moment.calendar.starts

    def pupils_of(self, klass: int, part: str) -> Sequence[Child]:
        """Return who sits in a course of a class, or in one half of it."""
        return self.halves[klass][part]


def make_school(
    plan: SchoolPlan, moment: Moment, *, seed: int, story: Mapping[str, NewPerson]
) -> School:
    """Return a school from its plan. story: the demo's parents, or none where it does not play."""
    rng = Source(seed, "school", plan.number)
    starts = moment.calendar.starts
    school_id = rng.id_on(starts)
    staff = staffing(plan)
    registrar = Registrar(plan, rng, iins(plan.number), starts, moment.day, dict(story))
    households = registrar.fill()
    return School(
        id=school_id,
        plan=plan,
        moment=moment,
        rng=rng,
        staffing=staff,
        week=week(plan, staff, demo_day=moment.day.weekday(), rng=rng),
        households=households,
        teachers=_teachers(plan, staff, rng, starts, story),
        office=_office(plan, rng, starts, has_story=bool(story)),
        homeroom_ids=[rng.id_on(starts) for _ in plan.classes],
        class_ids={course.key: rng.id_on(starts) for course in staff.courses},
        halves=[_halves(children, rng) for children in households.classes],
    )


def _halves(children: Sequence[Child], rng: Source) -> Mapping[str, Sequence[Child]]:
    """Return a class whole ("") and divided in two: one division for all its subjects."""
    mixed = shuffled(children, rng)
    middle = (len(mixed) + 1) // 2
    return {"": children, "1": mixed[:middle], "2": mixed[middle:]}


def _teachers(
    plan: SchoolPlan, staff: Staffing, rng: Source, starts: date, story: Mapping[str, NewPerson]
) -> Sequence[Employee]:
    roles = _story_roles(plan, staff) if story else {}
    return [
        _teacher(teacher.pool, roles.get(number, ""), rng, starts, story)
        for number, teacher in enumerate(staff.teachers)
    ]


def _story_roles(plan: SchoolPlan, staff: Staffing) -> dict[int, str]:
    """Return which teachers are of the story: by their place in the staffing."""
    if plan.kind == "village":
        return {staff.homeroom[0]: "village_teacher"}
    demo = [(klass.grade, klass.letter) for klass in plan.classes].index(DEMO_CLASS)
    return {
        staff.teacher_of[demo, DEMO_SUBJECT, ""]: "teacher",
        staff.homeroom[demo]: "homeroom",
    }


def _teacher(
    pool: str, role: str, rng: Source, starts: date, story: Mapping[str, NewPerson]
) -> Employee:
    """Return a teacher: four in five are women, trainers of sport one in three."""
    if role == "homeroom":
        return Employee(story[HOMEROOMS_HOUSE], rng.id_on(starts), username=USERNAMES[role])
    if role:
        person = adult(rng, STORY_STAFF[role], starts)
        return Employee(person, rng.id_on(starts), username=USERNAMES[role])
    medium = "ru" if pool == "russian" or pool.endswith("-ru") or rng.random() < 0.15 else "kk"
    is_woman = rng.random() < (0.35 if pool == "sport" else 0.84)
    name = _adult_name(rng, medium, is_woman=is_woman)
    return Employee(adult(rng, name, starts), rng.id_on(starts))


def _adult_name(rng: Source, medium: str, *, is_woman: bool) -> Name:
    family = house(rng, draw_people(rng, medium))
    return family.mother(rng) if is_woman else family.head(rng)


def _office(plan: SchoolPlan, rng: Source, starts: date, *, has_story: bool) -> Sequence[Employee]:
    in_story = has_story and plan.kind == "city"
    found = []
    for post in POSTS:
        role = STORY_POSTS[post] if in_story else ""
        name = STORY_STAFF[role] if role else _adult_name(rng, "kk", is_woman=post != "head")
        person = adult(rng, name, starts)
        found.append(Employee(person, rng.id_on(starts), post, USERNAMES.get(role, "")))
    return found
