"""What the pages of cases and notices hold."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from senim.rules.fields import F0, F1, F4, F8
from senim.web.looked.page import LookLine


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the list: by number and day, without whom it concerns."""

    id: F0[UUID]
    number: F0[int]
    kind: F0[str]
    opened: F0[datetime]
    due: F0[date]
    overdue: F0[bool]
    answered: F0[datetime | None]


@dataclass(frozen=True, slots=True)
class CasesPage:
    """A school's cases: those to answer, by day, and those answered lately."""

    school: F0[str]
    open: F0[tuple[CaseRow, ...]]
    answered: F0[tuple[CaseRow, ...]]


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case with the look it asks about, and its answer or the form for one.

    held: whose account is held, where it is about that; rule: the limit crossed, as a word key.
    """

    school: F0[str]
    row: F0[CaseRow]
    pupil: F1[str]
    said: F4[str]
    line: F8[LookLine | None]
    answer: F4[str]
    typed: F0[str]
    fault: F0[str]
    held: F1[str] = ""
    rule: F0[str] = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One thing its reader is told, in words that are theirs to read: F0 towards them."""

    id: F0[UUID]
    at: F0[datetime]
    text: F0[str]
    url: F0[str | None]
    seen: F0[bool]


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """What somebody is told, latest first."""

    rows: F0[tuple[NoticeRow, ...]]
