"""Who teaches what: teachers with sensible loads, and homeroom teachers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from senim.jobs.demo.curriculum import Hours, Subject, plan
from senim.jobs.demo.places import DEMO_CLASS, SchoolPlan

HALVED_FROM = 24
USUAL, MOST = 19, 24
OF_MEDIUM = frozenset({"mathematics", "geography", "biology", "physics", "history", "informatics"})
VILLAGE_POOLS = {
    "kazakh": "kazakh",
    "kazakh-second": "kazakh",
    "russian": "russian",
    "english": "english",
    "mathematics": "exact",
    "physics": "exact",
    "informatics": "exact",
    "biology": "nature",
    "geography": "nature",
    "history": "history",
    "music": "arts",
    "crafts": "arts",
    "sport": "sport",
}


@dataclass(frozen=True, slots=True)
class Course:
    """One subject taught to one class, or to one half of it: part is "", "1" or "2"."""

    klass: int
    subject: Subject
    weekly: int
    kind: str
    part: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        """What names it within its school."""
        return (self.klass, self.subject.code, self.part)


@dataclass(slots=True)
class Teacher:
    """A teacher in the making. bundles: (unit, part) already given, so that halves are apart."""

    pool: str
    hours: int = 0
    courses: list[Course] = field(default_factory=list)
    bundles: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Staffing:
    """A school's teachers, who teaches each course, and who leads each class (by place)."""

    teachers: tuple[Teacher, ...]
    courses: tuple[Course, ...]
    teacher_of: dict[tuple[int, str, str], int]
    homeroom: tuple[int, ...]


def courses_of(school: SchoolPlan) -> tuple[Course, ...]:
    """Return everything taught in a school, class by class in the order of the plan."""
    return tuple(
        Course(number, hours.subject, hours.weekly, hours.kind, part)
        for number, klass in enumerate(school.classes)
        for hours in plan(klass.medium, klass.grade)
        for part in _parts(school, klass.size, hours)
    )


def _parts(school: SchoolPlan, size: int, hours: Hours) -> tuple[str, ...]:
    halved = hours.subject.halved and school.kind == "city" and size >= HALVED_FROM
    return ("1", "2") if halved else ("",)


def staffing(school: SchoolPlan) -> Staffing:
    """Give every course a teacher of its pool: whole bundles, the least loaded teacher first."""
    courses = courses_of(school)
    unit_of = {n: n for n in range(len(school.classes))}
    unit_of |= {other: one for one, other in school.joined}
    teachers: list[Teacher] = []
    for pool, bundles in sorted(_bundles(school, courses, unit_of).items()):
        teachers += _shared_out(pool, bundles)
    teacher_of = {c.key: n for n, teacher in enumerate(teachers) for c in teacher.courses}
    return Staffing(
        tuple(teachers), courses, teacher_of, _homerooms(school, courses, teacher_of, unit_of)
    )


Bundles = dict[tuple[int, str], list[Course]]


def _bundles(
    school: SchoolPlan, courses: Sequence[Course], unit_of: dict[int, int]
) -> dict[str, Bundles]:
    """Return, by pool, what one teacher takes as a whole: a class's courses of that pool."""
    pools: dict[str, Bundles] = defaultdict(lambda: defaultdict(list))
    for course in courses:
        pool = course.subject.pool
        if school.kind == "village":
            pool = VILLAGE_POOLS.get(pool, pool)
        elif pool in OF_MEDIUM:
            pool = f"{pool}-{school.classes[course.klass].medium}"
        pools[pool][unit_of[course.klass], course.part].append(course)
    return pools


def _shared_out(pool: str, bundles: Bundles) -> list[Teacher]:
    weights = {key: _weekly(courses) for key, courses in bundles.items()}
    if pool == "primary":
        return [Teacher(pool, weights[key], courses, [key]) for key, courses in bundles.items()]
    teachers = [Teacher(pool) for _ in range(max(1, round(sum(weights.values()) / USUAL)))]
    for key in sorted(bundles, key=lambda key: (-weights[key], key)):
        chosen = _least_loaded(teachers, key, weights[key])
        if chosen is None:
            chosen = Teacher(pool)
            teachers.append(chosen)
        chosen.hours += weights[key]
        chosen.courses += bundles[key]
        chosen.bundles.append(key)
    return [teacher for teacher in teachers if teacher.courses]


def _weekly(courses: Sequence[Course]) -> int:
    """Return a teacher's hours with a bundle; two grades that sit together count once."""
    by_class: dict[int, int] = defaultdict(int)
    for course in courses:
        by_class[course.klass] += course.weekly
    return max(by_class.values())


def _least_loaded(teachers: Sequence[Teacher], key: tuple[int, str], hours: int) -> Teacher | None:
    unit, _ = key
    fitting = [
        teacher
        for teacher in teachers
        if teacher.hours + hours <= MOST and all(unit != taken for taken, _ in teacher.bundles)
    ]
    return min(fitting, key=lambda teacher: teacher.hours, default=None)


def _homerooms(
    school: SchoolPlan,
    courses: Sequence[Course],
    teacher_of: dict[tuple[int, str, str], int],
    unit_of: dict[int, int],
) -> tuple[int, ...]:
    """Return who leads each class: its primary teacher, else one who sees it often."""
    by_class: dict[int, list[Course]] = defaultdict(list)
    for course in courses:
        by_class[course.klass].append(course)
    leading: dict[int, int] = {}
    chosen: dict[int, int] = {}
    for number in sorted(range(len(school.classes)), key=lambda n: not _is_demo(school, n)):
        best = min(
            (c for c in by_class[number] if c.part in ("", "1")),
            key=lambda c: _claim(c, leading.get(teacher_of[c.key]), unit_of[number]),
        )
        teacher = teacher_of[best.key]
        leading[teacher] = unit_of[number]
        chosen[number] = teacher
    return tuple(chosen[number] for number in range(len(school.classes)))


def _is_demo(school: SchoolPlan, number: int) -> bool:
    klass = school.classes[number]
    return (klass.grade, klass.letter) == DEMO_CLASS


def _claim(course: Course, leads: int | None, unit: int) -> tuple[bool, ...]:
    """Rank a course's teacher as homeroom teacher; the lowest is chosen.

    Who does not yet lead another class; sees the whole class; teaches its language rather than
    mathematics, so that the two of the demo are two people; sees it often.
    """
    pool = course.subject.pool
    busy = leads is not None and leads != unit
    mother_tongue = pool in ("kazakh", "russian")
    return (busy, pool != "primary", course.part != "", not mother_tongue, course.weekly < 3)
