"""A pupil's diary week as JSON: the page's data, gated and recorded like the page.

The shape is told in docs/reference/api-diary.md.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import blake2b
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from senim.api.door import actor_of, answer, time_of
from senim.api.problems import problem
from senim.journal.diary_week import DiaryWeek, Outlook, read_diary_week
from senim.ledger import services as ledger
from senim.rules.errors import Invalid
from senim.rules.fields import F0, F2
from senim.timetable.weeks import name_of_week, week_named


class Shape(msgspec.Struct, frozen=True, rename="camel"):
    """A JSON object; null is what the reader may not see, or what there is not."""


class Said(Shape, frozen=True):
    """One thing said about points: set, correct, annul or note."""

    kind: str
    points: int | None
    comment: str
    reason: str
    by: str | None
    at: datetime


class Points(Shape, frozen=True):
    """Points in one piece of work, with all that was said about them, oldest first."""

    category: str
    number: int
    maximum: int
    points: int | None
    comment: str
    differs: bool
    said: tuple[Said, ...]


class Absence(Shape, frozen=True):
    """An absence or lateness."""

    presence: str
    reason: str
    by: str | None
    at: datetime
    reason_by: str | None
    reason_at: datetime | None


class Summative(Shape, frozen=True):
    """A unit or term summative that stands in the day."""

    category: str
    number: int
    maximum: int


class Lesson(Shape, frozen=True):
    """One lesson."""

    class_id: UUID
    course_id: UUID | None
    number: int
    starts_at: time | None
    ends_at: time | None
    subject: dict[str, str]
    subgroup: str | None
    room: str
    teacher: str | None
    topic: str
    homework: str
    homework_next: str
    next_date: date | None
    summatives: tuple[Summative, ...]
    results: tuple[Points, ...] | None
    absence: Absence | None


class Day(Shape, frozen=True):
    """One day; off says as a code why there are no lessons."""

    date: date
    off: str | None
    lessons: tuple[Lesson, ...]


class Recommended(Shape, frozen=True):
    """The mark a subject's points of the quarter make after a summative of the week.

    mark, percent: null while nothing can be worked out; provisional: a summative is still to come.
    """

    course_id: UUID
    date: date
    quarter: int
    mark: int | None
    percent: int | None
    provisional: bool


class Week(Shape, frozen=True):
    """The answer."""

    member_id: UUID
    shown_name: str | None
    class_title: str | None
    school_id: UUID | None
    school: dict[str, str] | None
    monday: date
    term: int | None
    provisional: bool
    enrolled: bool
    timetabled: bool
    days: tuple[Day, ...]
    recommended: tuple[Recommended, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A recommended mark as the gate knows it."""

    course_id: F0[UUID]
    date: F0[date]
    quarter: F0[int]
    mark: F2[int | None]
    percent: F2[int | None]
    provisional: F2[bool]


@dataclass(frozen=True, slots=True)
class Page:
    """What goes through the gate."""

    week: F0[DiaryWeek]
    recommended: F2[tuple[Mark, ...]]


def week(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Answer with a pupil's week; 304 when the asker has it already. week: as 2026-W47."""
    actor, at = actor_of(request), time_of(request)
    try:
        monday = week_named(request.GET.get("week") or name_of_week(actor.viewer.on))
    except Invalid as refusal:
        return problem(refusal, actor.language)
    found = read_diary_week(member_id, actor=actor, at=at, monday=monday)
    shown = ledger.show(
        Page(found.week, tuple(_mark(outlook) for outlook in found.outlooks)),
        subject=found.pupil.subject(actor.viewer.on),
        thing=ledger.Thing("member", member_id, found.pupil.school.id),
        actor=actor,
        at=at,
        event="journal.diary.looked",
    )
    said = msgspec.convert(shown.week, Week, from_attributes=True)
    marks = msgspec.convert(shown.recommended, tuple[Recommended, ...], from_attributes=True)
    return _unless_known(request, answer(msgspec.structs.replace(said, recommended=marks)))


def _mark(outlook: Outlook) -> Mark:
    mark = outlook.term.mark
    return Mark(
        outlook.course_id,
        outlook.date,
        outlook.quarter,
        mark.mark,
        mark.percent,
        mark.provisional,
    )


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with its tag, or "not modified"; nobody on the way may keep it."""
    tag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    known = get_conditional_response(request, etag=tag, response=response)
    if known is None:
        return response
    known["Cache-Control"] = "private, no-cache"
    return known
