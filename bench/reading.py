"""Reading a school: by one lawful account that takes everything, and by people at honest work.

The first is the pattern of December 2025: 219 schools of 1,400 pupils, over a holiday. The second
is a month in a school of 900, with the weeks in which terms are closed and rolls are made. Looks go
through `ledger.services` as pages' do; the asker has set Django up. See `bench.tripwire`.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from senim.base.ids import uuid7
from senim.ledger import readings, services
from senim.ledger.models import Hold
from senim.rules.access import Actor, Hat, Relation, Tie, Viewer
from senim.rules.errors import Held
from senim.rules.tripwire import Channel
from senim.rules.working_days import is_working

SEED = int(os.environ.get("BENCH_SEED", "456"))
SCHOOLS, PUPILS, A_CLASS = 219, 1400, 30
HONEST_CLASSES, SUBJECTS = 30, 15
ZONE = ZoneInfo("Asia/Almaty")
HOLIDAY = datetime(2026, 12, 26, 23, 10, tzinfo=ZONE)
WORKDAY = datetime(2027, 2, 1, 9, 0, tzinfo=ZONE)
SPACE = UUID(int=456)


@dataclass(frozen=True, slots=True)
class Step:
    """One look: when, at whom, by which channel. pupils: their numbers in the school."""

    at: datetime
    school: int
    pupils: range
    klass: int | None = None
    channel: str = "page"


@dataclass(frozen=True, slots=True)
class Caught:
    """What came of one way of reading."""

    way: str
    exposed: int
    schools: int
    seconds: float
    rule: str


def everything(
    starts: datetime, pace: timedelta, *, singly: bool = False, channel: str = "page"
) -> Iterator[Step]:
    """Read all schools class by class, or pupil by pupil (as the API is asked)."""
    at, size = starts, 1 if singly else A_CLASS
    for school in range(SCHOOLS):
        for first in range(0, PUPILS, size):
            shown = range(first, min(first + size, PUPILS))
            yield Step(at, school, shown, None if singly else first // A_CLASS, channel)
            at += pace


def by_turns(one: Iterator[Step], other: Iterator[Step]) -> Iterator[Step]:
    """Read by two sessions of the account at once, from both ends of what pages and API show."""
    for first, second in zip(one, other, strict=False):
        yield first
        yield Step(
            first.at,
            second.school,
            range(PUPILS - second.pupils.stop, PUPILS - second.pupils.start),
            None if second.klass is None else 1000 + second.klass,
            second.channel,
        )


WAYS: dict[str, tuple[int, Callable[[], Iterator[Step]]]] = {
    "pages, two a second": (219, lambda: everything(HOLIDAY, timedelta(seconds=0.5))),
    "API, ten a second": (219, lambda: everything(HOLIDAY, timedelta(seconds=0.1), singly=True)),
    "pages and API at once": (
        219,
        lambda: by_turns(
            everything(HOLIDAY, timedelta(seconds=1)),
            everything(HOLIDAY, timedelta(seconds=1), singly=True),
        ),
    ),
    "two sessions": (
        219,
        lambda: by_turns(
            everything(HOLIDAY, timedelta(seconds=2)), everything(HOLIDAY, timedelta(seconds=2))
        ),
    ),
    "exports": (219, lambda: everything(HOLIDAY, timedelta(minutes=1), channel="export")),
    "a class a day": (219, lambda: everything(HOLIDAY, timedelta(days=1))),
    "three pupils an hour": (
        219,
        lambda: everything(HOLIDAY, timedelta(minutes=20), singly=True),
    ),
    "one post, pages, a holiday": (1, lambda: everything(HOLIDAY, timedelta(minutes=5))),
    "one post, pages, a workday": (1, lambda: everything(WORKDAY, timedelta(seconds=70))),
    "one post, API, a workday": (
        1,
        lambda: everything(WORKDAY, timedelta(seconds=1), singly=True),
    ),
    "one post, exports, a workday": (
        1,
        lambda: everything(WORKDAY, timedelta(minutes=10), channel="export"),
    ),
}


def replay(way: str) -> Caught:
    """Read in one of WAYS until the account is held; say what it had been shown by then."""
    posts, steps = WAYS[way]
    reader = Account("leads", posts=posts)
    seen: set[tuple[int, int]] = set()
    for step in steps():
        began = time.monotonic()
        try:
            reader.look(step)
        except Held:
            spent = time.monotonic() - began
            rule = Hold.objects.get(account_id=reader.account_id).rule
            return Caught(way, len(seen), len({s for s, _ in seen}), spent, rule)
        seen |= {(step.school, pupil) for pupil in step.pupils}
    return Caught(way, len(seen), SCHOOLS, float("inf"), "")


class Account:
    """One lawful account of a school's staff."""

    def __init__(self, relation: str, *, posts: int = 1) -> None:

        self.relation, self.posts = relation, posts
        self.account_id, self.user_id = uuid7(), uuid7()

    def look(self, step: Step) -> None:
        """Look as a page does. Raises Held."""
        school = uuid5(SPACE, f"{self.account_id} school {step.school}")
        on = step.at.astimezone(ZONE).date()
        tie = Tie(Relation(self.relation), school, school, date(2026, 8, 1))
        viewer = Viewer(self.user_id, Hat.OFFICE, on, (tie,))
        actor = Actor(self.account_id, viewer, school, posts=self.posts)
        members = tuple(uuid5(school, f"pupil {pupil}") for pupil in step.pupils)
        if step.klass is None:
            thing = services.Thing("org", school, school, members=members, pupils=len(members))
        else:
            klass = uuid5(school, f"class {step.klass}")
            thing = services.Thing("klass", klass, school, pupils=len(members), group=klass)
        readings.forget()  # each look as if by another worker process
        services.look(
            thing,
            actor=actor,
            at=step.at,
            event="journal.register.looked",
            channel=Channel(step.channel),
        )


# Honest work


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of honest work. most: pupils on its fullest day."""

    who: str
    looks: int
    most: int
    held: int


def a_class(at: datetime, klass: int) -> Step:
    """Open a register of a class of the honest school."""
    return Step(at, 0, range(klass * A_CLASS, (klass + 1) * A_CLASS), klass)


def a_list(at: datetime, first: int, length: int) -> Step:
    """Open a list, or one pupil."""
    return Step(at, 0, range(first, first + length))


def a_day(day: date, chance: random.Random, number: int) -> list[datetime]:
    """Return moments of a working day, in order."""
    morning = datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZONE)
    return sorted(morning + timedelta(seconds=chance.randrange(9 * 3600)) for _ in range(number))


def leading(day: date, chance: random.Random) -> Iterator[Step]:
    """An ordinary day of a head or deputy: some classes, some pupils, a search or two."""
    for at in a_day(day, chance, chance.choice((0, 1, 2, 2, 3, 3, 4, 5))):
        klass = chance.randrange(HONEST_CLASSES)
        for subject in range(chance.randint(1, 4)):
            yield a_class(at + subject * timedelta(seconds=chance.randint(20, 180)), klass)
    for at in a_day(day, chance, chance.randint(0, 8)):
        yield a_list(at, chance.randrange(900), 1)
    for at in a_day(day, chance, chance.randint(0, 2)):
        yield a_list(at, chance.randrange(880), chance.randint(1, 20))


def closing(day: date, chance: random.Random) -> Iterator[Step]:
    """A day of closing a term: every register of half the school, class by class."""
    at = datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZONE)
    half = day.day % 2
    for klass in range(half * 15, half * 15 + 15):
        for _ in range(SUBJECTS):
            yield a_class(at, klass)
            at += timedelta(seconds=chance.randint(60, 140))


def keeping(day: date, chance: random.Random) -> Iterator[Step]:
    """An ordinary day of a clerk."""
    for at in a_day(day, chance, chance.randint(5, 30)):
        yield a_list(at, chance.randrange(900), 1)
    for at in a_day(day, chance, chance.randint(0, 3)):
        yield a_list(at, 50 * chance.randrange(17), chance.randint(3, 50))


def enrolling(day: date, chance: random.Random) -> Iterator[Step]:
    """A day of the week in which the roll is made: newcomers one by one, lists of classes."""
    for at in a_day(day, chance, chance.randint(60, 90)):
        yield a_list(at, chance.randrange(900), 1)
    for at in a_day(day, chance, chance.randint(4, 8)):
        yield a_list(at, A_CLASS * chance.randrange(HONEST_CLASSES), 28)


def working_days(starts: date, number: int) -> list[date]:
    """Return so many working days from a day on."""
    days = (starts + timedelta(days=n) for n in range(3 * number + 10))
    return [day for day in days if is_working(day)][:number]


HONEST: dict[str, tuple[str, int, Callable[[date, random.Random], Iterator[Step]], date, int]] = {
    "head and three deputies, a month": ("leads", 4, leading, date(2027, 2, 1), 20),
    "three deputies closing a term": ("leads", 3, closing, date(2026, 12, 22), 2),
    "two clerks, a month": ("keeps_roll", 2, keeping, date(2027, 2, 1), 20),
    "two clerks in enrolment week": ("keeps_roll", 2, enrolling, date(2026, 8, 25), 5),
}


def work(who: str, *, seed: int = SEED) -> Worked:
    """Let people work honestly, and count those held."""
    relation, people, day_of, starts, days = HONEST[who]
    chance = random.Random(f"{seed} {who}")  # noqa: S311 - a simulation
    looks = most = held = 0
    for _ in range(people):
        account = Account(relation)
        for day in working_days(starts, days):
            seen: set[int] = set()
            for step in sorted(day_of(day, chance), key=lambda step: step.at):
                try:
                    account.look(step)
                except Held:
                    held += 1
                    account = Account(relation)
                looks += 1
                seen |= set(step.pupils)
            most = max(most, len(seen))
    return Worked(who, looks, most, held)
