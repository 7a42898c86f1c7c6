"""A weekly timetable without a clash, by construction and repair. Knows nothing of schools' rows.

A unit (a class, or two joined ones) has a grid of days and slots that is filled from the first slot
without a hole; lessons change places within their unit until no teacher and no room is asked for
twice. Enough for the demo; the solver that explains itself comes with the timetable's own page.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

DAYS = 5
HARD, GAP, SOFT = 20, 12, 1
TABU = 12


class Impossible(RuntimeError):
    """The repair did not come to an end; the load of some teacher or room is too high."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the week. day: 0 is Monday; slot: 0 is the first lesson of the shift."""

    day: int
    slot: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """One weekly lesson to be placed.

    key: what is taught, so that it does not fall twice on a day; members: which classes of the unit
    sit in it; rooms: how many rooms of the kind it takes; pinned: where it must stand.
    """

    unit: int
    key: str
    members: frozenset[int]
    teachers: tuple[int, ...]
    kind: str = ""
    rooms: int = 0
    pinned: Cell | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Everything of one shift. capacity: rooms of each kind."""

    lessons: tuple[Lesson, ...]
    capacity: Mapping[str, int]
    most_a_day: int


def day_lengths(lessons: int) -> tuple[int, ...]:
    """Spread a week's lessons over its days, the longer days first."""
    whole, rest = divmod(lessons, DAYS)
    return tuple(whole + (day < rest) for day in range(DAYS))


class Board:
    """A timetable in the making: every lesson stands somewhere, and what is wrong is counted."""

    def __init__(self, task: Task, rng: Random) -> None:
        self.task, self.rng = task, rng
        self.lessons = task.lessons
        self.place: list[Cell] = [Cell(0, 0)] * len(self.lessons)
        self.at: dict[tuple[int, Cell], int] = {}
        self.grids: dict[int, list[Cell]] = {}
        self.teaching: Counter[tuple[int, Cell]] = Counter()
        self.taken: Counter[tuple[str, Cell]] = Counter()
        self.in_day: Counter[tuple[int, str, int]] = Counter()
        self.often = self._often()
        self.pairs = {lesson.unit for lesson in self.lessons if len(self._members(lesson.unit)) > 1}
        for unit, mine in self._by_unit().items():
            self._lay_out(unit, mine)

    def _by_unit(self) -> dict[int, list[int]]:
        units: dict[int, list[int]] = defaultdict(list)
        for number, lesson in enumerate(self.lessons):
            units[lesson.unit].append(number)
        return units

    def _members(self, unit: int) -> frozenset[int]:
        sets = (lesson.members for lesson in self.lessons if lesson.unit == unit)
        return frozenset().union(*sets)

    def _often(self) -> dict[tuple[int, str], int]:
        weekly = Counter((lesson.unit, lesson.key) for lesson in self.lessons)
        return {key: -(-count // DAYS) for key, count in weekly.items()}

    def _lay_out(self, unit: int, mine: list[int]) -> None:
        """Place a unit's lessons by chance: the pinned first, what both sit in before the rest."""
        lengths = list(day_lengths(len(mine)))
        self.rng.shuffle(lengths)
        pins = {self.lessons[n].pinned: n for n in mine if self.lessons[n].pinned}
        while any(pin and pin.slot >= lengths[pin.day] for pin in pins):
            self.rng.shuffle(lengths)
        grid = [Cell(d, s) for s in range(max(lengths)) for d in range(DAYS) if s < lengths[d]]
        self.grids[unit] = grid
        free = [cell for cell in grid if cell not in pins]
        rest = [n for n in mine if self.lessons[n].pinned is None]
        self.rng.shuffle(rest)
        rest.sort(key=lambda n: -len(self.lessons[n].members))
        for number, cell in [
            *zip(rest, free, strict=True),
            *((n, c) for c, n in pins.items() if c),
        ]:
            self._put(number, cell)

    def _put(self, number: int, cell: Cell) -> None:
        lesson = self.lessons[number]
        self.place[number] = cell
        self.at[lesson.unit, cell] = number
        self._count(lesson, cell, 1)

    def _count(self, lesson: Lesson, cell: Cell, by: int) -> None:
        for teacher in lesson.teachers:
            self.teaching[teacher, cell] += by
        if lesson.kind:
            self.taken[lesson.kind, cell] += by * lesson.rooms
        self.in_day[lesson.unit, lesson.key, cell.day] += by

    def swap(self, one: int, other: int) -> None:
        """Let two lessons of a unit change places."""
        a, b = self.place[one], self.place[other]
        self._count(self.lessons[one], a, -1)
        self._count(self.lessons[other], b, -1)
        self._put(one, b)
        self._put(other, a)

    def fault(self, number: int) -> int:
        """Return what is wrong with a lesson where it stands, weighed; 0 is well placed."""
        lesson, cell = self.lessons[number], self.place[number]
        wrong = sum(HARD * (self.teaching[t, cell] - 1) for t in lesson.teachers)
        if lesson.kind:
            over = self.taken[lesson.kind, cell] - self.task.capacity[lesson.kind]
            wrong += HARD * max(0, over)
        more = self.in_day[lesson.unit, lesson.key, cell.day]
        wrong += SOFT * max(0, more - self.often[lesson.unit, lesson.key])
        if lesson.unit in self.pairs:
            wrong += GAP * self._gap(lesson, cell)
        return wrong

    def _gap(self, lesson: Lesson, cell: Cell) -> int:
        """Count the lessons of the day between which and this one a class would have to wait."""
        waits = 0
        for slot in range(self.task.most_a_day):
            number = self.at.get((lesson.unit, Cell(cell.day, slot)))
            if number is not None and slot != cell.slot:
                other = self.lessons[number].members
                first, then = (
                    (lesson.members, other) if slot > cell.slot else (other, lesson.members)
                )
                waits += bool(then - first)
        return waits

    def faulty(self) -> list[int]:
        """Return the lessons that must move, by number."""
        return [n for n in range(len(self.lessons)) if self.fault(n) >= GAP]

    def repeated(self) -> list[int]:
        """Return the lessons of a subject that falls too often on one day."""
        return [n for n in range(len(self.lessons)) if self.fault(n)]


def _movable(board: Board, number: int) -> Iterator[int]:
    unit = board.lessons[number].unit
    for cell in board.grids[unit]:
        other = board.at[unit, cell]
        if other != number and board.lessons[other].pinned is None:
            yield other


def _mend(board: Board, number: int, tabu: dict[tuple[int, Cell], int], turn: int) -> None:
    """Swap a faulty lesson with the one of its unit that makes things best, or least bad."""
    best: tuple[int, float, int] | None = None
    for other in _movable(board, number):
        if tabu.get((number, board.place[other]), 0) > turn:
            continue
        before = board.fault(number) + board.fault(other)
        board.swap(number, other)
        gain = board.fault(number) + board.fault(other) - before
        board.swap(number, other)
        choice = (gain, board.rng.random(), other)
        best = min(best, choice) if best else choice
    if best is not None:
        tabu[number, board.place[number]] = turn + TABU + board.rng.randrange(TABU)
        board.swap(number, best[2])


def solve(task: Task, *, rng: Random, turns: int = 30_000) -> Sequence[Cell]:
    """Return a cell for each lesson of the task, in its order. Raises Impossible."""
    board = Board(task, rng)
    tabu: dict[tuple[int, Cell], int] = {}
    wrong: list[int] = []
    for turn in range(turns):
        wrong = [n for n in wrong if board.fault(n) >= GAP] or board.faulty()
        wrong = [n for n in wrong if board.lessons[n].pinned is None]
        if not wrong:
            return _polished(board)
        _mend(board, rng.choice(wrong), tabu, turn)
    raise Impossible(f"{len(wrong)} of {len(task.lessons)} lessons still clash")


def _polished(board: Board) -> Sequence[Cell]:
    """Let a subject fall once a day where that makes no clash."""
    for number in board.repeated():
        if board.lessons[number].pinned is not None:
            continue
        for other in _movable(board, number):
            before = board.fault(number) + board.fault(other)
            if not before:
                break
            board.swap(number, other)
            if board.fault(number) + board.fault(other) < before:
                break
            board.swap(number, other)
    return board.place
