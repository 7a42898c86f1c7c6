"""A school's week: the courses of each shift become lessons of a timetable, with rooms."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from senim.jobs.demo.places import DEMO_CLASS, SchoolPlan
from senim.jobs.demo.staff import Course, Staffing
from senim.jobs.demo.timetabling import DAYS, Cell, Impossible, Lesson, Task, solve

FILL = 0.62
MOST_A_DAY = {1: 7, 2: 6}
DEMO_SUBJECT, DEMO_SLOT = "algebra", 2
VILLAGE_SUBJECT = "mathematics-primary"
ROOM_NAMES = {"gym": "Спортзал", "lab": "Информатика"}


@dataclass(frozen=True, slots=True)
class Meeting:
    """A weekly lesson of one course. room: a number; joined: the same for two grades together."""

    course: Course
    teacher: int
    cell: Cell
    room: int
    joined: int | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """A school's timetable, and how many rooms of each kind it came to need."""

    meetings: tuple[Meeting, ...]
    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A lesson and the courses that are taught in it at once (halves, or two grades)."""

    lesson: Lesson
    courses: tuple[Course, ...]
    teachers: tuple[int, ...]

    @property
    def is_joined(self) -> bool:
        """Say whether two grades sit together."""
        return len({course.klass for course in self.courses}) > 1


def week(school: SchoolPlan, staff: Staffing, *, demo_day: int, rng: Random) -> Week:
    """Return the timetable of both shifts. demo_day: 0 to 4, when 7 «Ә» has algebra third."""
    sittings: list[tuple[Sitting, Cell]] = []
    capacity: Counter[str] = Counter()
    for shift in sorted({klass.shift for klass in school.classes}):
        mine = list(_sittings(school, staff, shift, demo_day))
        needs = _capacity(mine, MOST_A_DAY[shift])
        capacity |= needs
        cells = _solved([sitting.lesson for sitting in mine], needs, MOST_A_DAY[shift], rng)
        sittings += zip(mine, cells, strict=True)
    return _with_rooms(school, sittings, capacity)


def _solved(
    lessons: list[Lesson], capacity: Counter[str], most_a_day: int, rng: Random
) -> list[Cell]:
    for _ in range(6):
        try:
            return list(solve(Task(tuple(lessons), capacity, most_a_day), rng=rng))
        except Impossible:
            continue
    return list(solve(Task(tuple(lessons), capacity, most_a_day), rng=rng))


def _capacity(sittings: list[Sitting], most_a_day: int) -> Counter[str]:
    """Return how many rooms of each kind a shift needs not to be filled to the brim."""
    asked: Counter[str] = Counter()
    at_once: Counter[str] = Counter()
    for sitting in sittings:
        lesson = sitting.lesson
        if lesson.kind:
            asked[lesson.kind] += lesson.rooms
            at_once[lesson.kind] = max(at_once[lesson.kind], lesson.rooms)
    room = DAYS * (most_a_day - 1) * FILL
    return Counter(
        {kind: at_once[kind] * -(-asked[kind] // int(room * at_once[kind])) for kind in asked}
    )


def _sittings(school: SchoolPlan, staff: Staffing, shift: int, demo_day: int) -> Iterator[Sitting]:
    by_class: dict[int, list[Course]] = defaultdict(list)
    for course in staff.courses:
        if school.classes[course.klass].shift == shift:
            by_class[course.klass].append(course)
    joined = dict(school.joined)
    for number, courses in by_class.items():
        if number in joined:
            pin = Cell(demo_day, DEMO_SLOT) if number == school.joined[0][0] else None
            yield from _of_pair(staff, number, (courses, by_class[joined[number]]), pin)
        elif number not in joined.values():
            pin = Cell(demo_day, DEMO_SLOT) if _is_demo(school, number) else None
            yield from _of_class(staff, number, courses, pin)


def _is_demo(school: SchoolPlan, number: int) -> bool:
    klass = school.classes[number]
    return school.kind == "city" and (klass.grade, klass.letter) == DEMO_CLASS


def _of_class(
    staff: Staffing, number: int, courses: list[Course], pin: Cell | None
) -> Iterator[Sitting]:
    together: dict[str, list[Course]] = defaultdict(list)
    for course in courses:
        together[course.subject.code].append(course)
    for code, parts in together.items():
        for turn in range(parts[0].weekly):
            pinned = pin if code == DEMO_SUBJECT and turn == 0 else None
            yield _sitting(staff, number, tuple(parts), pinned)


def _sitting(
    staff: Staffing, unit: int, courses: tuple[Course, ...], pinned: Cell | None = None
) -> Sitting:
    teachers = tuple(dict.fromkeys(staff.teacher_of[course.key] for course in courses))
    kind = courses[0].subject.room
    rooms = 0 if not kind else 1 if len({c.klass for c in courses}) > 1 else len(courses)
    members = frozenset(course.klass for course in courses)
    key = "+".join(sorted({course.subject.code for course in courses}))
    return Sitting(Lesson(unit, key, members, teachers, kind, rooms, pinned), courses, teachers)


def _of_pair(
    staff: Staffing, unit: int, sides: tuple[list[Course], list[Course]], pin: Cell | None
) -> Iterator[Sitting]:
    """Put two grades together: the same subject first, then whatever one teacher gives to both."""
    left = [[course for course in side for _ in range(course.weekly)] for side in sides]
    for match in (_same_subject, _same_teacher):
        for course in list(left[0]):
            fitting = next((c for c in left[1] if match(staff, course, c)), None)
            if fitting is not None:
                left[0].remove(course)
                left[1].remove(fitting)
                pinned = pin if course.subject.code == VILLAGE_SUBJECT else None
                pin = None if pinned else pin
                yield _sitting(staff, unit, (course, fitting), pinned)
    for course in left[0] + left[1]:
        yield _sitting(staff, unit, (course,))


def _same_subject(staff: Staffing, one: Course, other: Course) -> bool:
    return one.subject == other.subject and _same_teacher(staff, one, other)


def _same_teacher(staff: Staffing, one: Course, other: Course) -> bool:
    same_room = one.subject.room == other.subject.room
    return same_room and staff.teacher_of[one.key] == staff.teacher_of[other.key]


def _with_rooms(
    school: SchoolPlan, sittings: list[tuple[Sitting, Cell]], capacity: Counter[str]
) -> Week:
    """Give every lesson a room: special ones by kind, the class's own, spares for halves."""
    own = _own_rooms(school)
    plain = max(own.values()) + 1
    kinds = {k: [f"{ROOM_NAMES[k]} {n + 1}" for n in range(count)] for k, count in capacity.items()}
    titles = [str(101 + 100 * (n // 16) + n % 16) for n in range(plain)]
    special = {kind: range(plain, plain) for kind in kinds}
    for kind, names in sorted(kinds.items()):
        special[kind] = range(len(titles), len(titles) + len(names))
        titles += names
    spares = len(titles)
    taken: Counter[tuple[int, Cell, str]] = Counter()
    meetings: list[Meeting] = []
    most_spares = 0
    for group, (sitting, cell) in enumerate(sittings):
        shift = school.classes[sitting.courses[0].klass].shift
        for turn, course in enumerate(sitting.courses):
            kind = sitting.lesson.kind
            if sitting.is_joined and turn:
                room = meetings[-1].room
            elif kind:
                room = special[kind][taken[shift, cell, kind]]
                taken[shift, cell, kind] += 1
            elif turn:
                room = spares + taken[shift, cell, "spare"]
                taken[shift, cell, "spare"] += 1
                most_spares = max(most_spares, room - spares + 1)
            else:
                room = own[sitting.lesson.unit]
            teacher = sitting.teachers[0 if sitting.is_joined else turn]
            joined = group if sitting.is_joined else None
            meetings.append(Meeting(course, teacher, cell, room, joined))
    titles += [str(301 + n) for n in range(most_spares)]
    return Week(tuple(meetings), tuple(titles))


def _own_rooms(school: SchoolPlan) -> dict[int, int]:
    """Number the classes' rooms; the second shift sits where the first one sat."""
    rooms: dict[int, int] = {}
    counts: Counter[int] = Counter()
    for number, klass in enumerate(school.classes):
        rooms[number] = counts[klass.shift]
        counts[klass.shift] += 1
    return rooms
