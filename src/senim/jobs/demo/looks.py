"""Leaves the looks of past days at the story's child, and what her mother asked about them.

They go down the same roads as anybody's: through the ledger, with the ties of that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from senim.base.personas import USERNAMES
from senim.jobs.demo.making import Employee, School
from senim.jobs.demo.moments import Moment, instant, lesson_days
from senim.ledger import services as ledger
from senim.ledger.services import Thing
from senim.people.queries import usernames
from senim.people.signing_in import account_named
from senim.privacy import reading, services
from senim.rules.access import Actor, Hat
from senim.schools import queries as schools

DAYS = 8
DAY = timedelta(days=1)
DIARY, LESSON, REGISTER = "journal.diary.looked", "journal.lesson.looked", "journal.register.looked"
BELLS = (time(8, 6), time(9, 1), time(10, 2), time(11, 4), time(12, 1), time(12, 52))
ASKED_AND_ANSWERED = (
    "Директор қызымның күнделігін неге ашты?",
    "Тоқсан ортасында 7-сыныптардың үлгерімін қарап шықтым. Тек осы аптаның күнделігі ашылды.",
)
ASKED = "Облыс басқармасының қызметкері қызымның жазбасын не үшін ашпақ болды?"


@dataclass(frozen=True, slots=True)
class Story:
    """The story's child: her school, her class by its place in the plan, and she as its member."""

    school: School
    klass: int
    member_id: UUID

    @property
    def moment(self) -> Moment:
        """When the demo stands."""
        return self.school.moment

    def thing(self) -> Thing:
        """Return the child as an entry names her."""
        return Thing("member", self.member_id, self.school.id)


def story_of(school: School) -> Story | None:
    """Return the story's child, where she learns in this school."""
    for place, children in enumerate(school.households.classes):
        for child in children:
            if school.households.usernames.get(child.person.id) == USERNAMES["pupil"]:
                return Story(school, place, child.member_id)
    return None


def leave_looks(story: Story) -> None:
    """Leave the looks of the days before the demo's, a refused one, and two questions."""
    days = lesson_days(story.moment, 7, until=story.moment.day - DAY)[-DAYS:]
    for day in days:
        _teach(story, day)
    _lead(story, days)
    _refuse(story, days[-2])
    _ask(story, days)


def _actor(user_id: UUID, hat: Hat, hat_id: UUID, on: date) -> Actor:
    account = account_named(usernames([user_id])[user_id])
    if account is None:
        raise LookupError("everybody of the demo's story has an account")
    viewer = schools.viewer_under(user_id, hat=hat, hat_id=hat_id, on=on)
    return Actor(account.id, viewer, user_id if hat is Hat.GUARDIAN else hat_id)


def _persona(name: str, hat: Hat, hat_id: UUID | None, on: date) -> Actor:
    account = account_named(USERNAMES[name])
    if account is None or account.user_id is None:
        raise LookupError(f"the demo has no {name}")
    return _actor(account.user_id, hat, hat_id or account.user_id, on)


def _teach(story: Story, day: date) -> None:
    """Let the teachers of the class's first lessons of a day open them, and one her register."""
    school = story.school
    courses = [c for c in school.staffing.courses if c.klass == story.klass and c.part in ("", "1")]
    turn = day.toordinal() * 3 % len(courses)
    for bell, course in zip(BELLS[:4], (courses + courses)[turn:], strict=False):
        teacher = school.teachers[school.staffing.teacher_of[course.key]]
        actor, at = _teacher(teacher, day), instant(day, bell)
        class_id = school.class_ids[course.key]
        _work(Thing("klass", class_id, school.id, (day, day + DAY)), actor, at, LESSON)
        if bell == BELLS[0]:
            quarter = story.moment.quarters[-1]
            book = Thing("klass", class_id, school.id, (quarter.starts, quarter.ends))
            _work(book, actor, at + timedelta(hours=6), REGISTER)


def _teacher(employee: Employee, day: date) -> Actor:
    return _actor(employee.person.id, Hat.TEACHER, employee.member_id, day)


def _work(thing: Thing, actor: Actor, at: datetime, event: str) -> None:
    ledger.daily_look(thing, actor=actor, at=at, day=actor.viewer.on, event=event)


def _lead(story: Story, days: Sequence[date]) -> None:
    """Let the homeroom teacher and the head read her diary, and the clerk her class's list."""
    school = story.school
    homeroom = school.teachers[school.staffing.homeroom[story.klass]]
    actor = _teacher(homeroom, days[-1])
    _work(story.thing(), actor, instant(days[-1], time(16, 20)), DIARY)
    head = _persona("head", Hat.OFFICE, school.id, days[-3])
    ledger.look(story.thing(), actor=head, at=instant(days[-3], time(15, 40)), event=DIARY)
    clerk = _persona("clerk", Hat.OFFICE, school.id, days[-4])
    listed = tuple(child.member_id for child in school.households.classes[story.klass])
    roll = Thing("org", school.id, school.id, members=listed, pupils=len(listed))
    at = instant(days[-4], time(9, 30))
    ledger.look(roll, actor=clerk, at=at, event="schools.roll.looked")


def _refuse(story: Story, day: date) -> None:
    """Let the region's official ask for her without a case, in vain."""
    account = account_named(USERNAMES["official"])
    posts = schools.hats(account.user_id, on=day) if account and account.user_id else ()
    office = next(choice.id for choice in posts if choice.hat is Hat.OFFICIAL)
    official = _persona("official", Hat.OFFICIAL, office, day)
    at = instant(day, time(17, 5))
    ledger.refused(story.thing(), actor=official, at=at, event="schools.access.opened")


def _ask(story: Story, days: Sequence[date]) -> None:
    """Let the mother ask about the head, who answers, and about the official; that one waits."""
    question, reply = ASKED_AND_ANSWERED
    asked = instant(days[-2], time(20, 15))
    case_about_head = _question(story, asked, DIARY, "office", question)
    head = _persona("head", Hat.OFFICE, story.school.id, days[-1])
    services.answer(case_about_head, reply, actor=head, at=instant(days[-1], time(11, 30)))
    _question(story, instant(days[-1], time(19, 45)), "schools.access.opened", "official", ASKED)


def _question(story: Story, at: datetime, event: str, hat: str, said: str) -> services.Case:
    day = at.astimezone(schools.COUNTRY_ZONE).date()
    mother = _persona("mother", Hat.GUARDIAN, None, day)
    reader = reading.reader(story.member_id, actor=mother, at=at)
    entry_id = next(
        told.line.first.row.id
        for month in {day.replace(day=1), (day - DAYS * 2 * DAY).replace(day=1)}
        for told in reading.page(reader, reading.Asking(month)).told
        if told.line.first.row.event == event and told.line.first.row.hat == hat
    )
    return services.ask(reader, entry_id, said, actor=mother, at=at)
