"""The diary week as a page: the week itself, and where its reader can turn from it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from senim.base.explain import summary
from senim.base.words import say
from senim.journal.diary_places import ANY_GRADE
from senim.journal.diary_week import WEEK, Day, DiaryWeek, Lesson, Outlook, read_diary_week
from senim.rules.access import Actor, is_own
from senim.rules.fields import F0, F2
from senim.rules.sessions import next_school_day
from senim.schools.pupils import PupilCard
from senim.timetable.weeks import name_of_week
from senim.web.diary.children import Child, children
from senim.web.diary.mark_words import need


@dataclass(frozen=True, slots=True)
class OutlookCard:
    """What a subject's points make after a summative of the day, in words; need: what a 5 takes."""

    date: F0[date]
    course_id: F0[UUID]
    subject: F0[dict[str, str]]
    quarter: F0[int]
    title: F2[str]
    text: F2[str]
    need: F2[str]


@dataclass(frozen=True, slots=True)
class WeekPage:
    """What the page shows. chosen: the day a phone shows; today, now: the school's civil time.

    name: the week's, and of the weeks around it. resumes: where the whole week is a break, the day
    lessons begin again. own: the reader's own record or their child's.
    """

    week: F0[DiaryWeek]
    outlooks: F0[tuple[OutlookCard, ...]]
    children: F0[tuple[Child, ...]]
    own: F0[bool]
    chosen: F0[date]
    today: F0[date]
    now: F0[time]
    name: F0[str]
    before: F0[str]
    after: F0[str]
    this_week: F0[str]
    resumes: F0[date]

    @property
    def pause(self) -> str | None:
        """Why the whole week has no lessons, as a code, where it is a break."""
        reasons = {day.off for day in self.week.days}
        if None in reasons or any(day.lessons for day in self.week.days):
            return None
        return max(reasons, key=[day.off for day in self.week.days].count)

    def outlook_of(self, course_id: UUID | None) -> OutlookCard | None:
        """Return the card of a subject, if a summative of the week moved it."""
        return next((card for card in self.outlooks if card.course_id == course_id), None)

    def is_now(self, day: Day, lesson: Lesson) -> bool:
        """Say whether a lesson is going on."""
        if day.date != self.today or lesson.starts_at is None or lesson.ends_at is None:
            return False
        return lesson.starts_at <= self.now < lesson.ends_at


def read_week_page(
    member_id: UUID, *, actor: Actor, at: datetime, monday: date, weekday: int | None
) -> tuple[WeekPage, PupilCard]:
    """Return the page of a pupil's week, and the pupil. Raises NotFound as `read_diary_week`.

    weekday: the day asked for, 1 is Monday, None to choose one.
    """
    found = read_diary_week(member_id, actor=actor, at=at, monday=monday)
    week, pupil, viewer = found.week, found.pupil, actor.viewer
    local = at.astimezone(pupil.school.zone)
    page = WeekPage(
        week=week,
        outlooks=tuple(_card(outlook, actor.language) for outlook in found.outlooks),
        children=children(found.own, viewer, current=member_id),
        own=is_own(viewer, pupil.subject(viewer.on)),
        chosen=_chosen(week, weekday, local.date()),
        today=local.date(),
        now=local.time(),
        name=name_of_week(monday),
        before=name_of_week(monday - WEEK),
        after=name_of_week(monday + WEEK),
        this_week=name_of_week(local.date()),
        resumes=next_school_day(monday + WEEK, pupil.grade(monday) or ANY_GRADE),
    )
    return page, pupil


def _card(outlook: Outlook, lang: str) -> OutlookCard:
    mark = outlook.term.mark
    key = "provisional" if mark.provisional else "recommended"
    return OutlookCard(
        date=outlook.date,
        course_id=outlook.course_id,
        subject=outlook.subject,
        quarter=outlook.quarter,
        title=say(f"marks.title.{key}", lang, mark=mark.mark),
        text=summary(mark, lang),
        need=need(outlook.term, lang),
    )


def _chosen(week: DiaryWeek, weekday: int | None, today: date) -> date:
    """Return the day a phone shows first.

    The one asked for; else today, or the last day with lessons before it in this week; else the
    first day with lessons.
    """
    dates = [day.date for day in week.days]
    if weekday is not None and weekday <= len(dates):
        return dates[weekday - 1]
    taught = [day.date for day in week.days if day.lessons]
    if week.monday <= today < week.monday + WEEK:
        if today in dates and (today in taught or not taught):
            return today
        taught = [day for day in reversed(taught) if day <= today] or taught
    return taught[0] if taught else dates[0]
