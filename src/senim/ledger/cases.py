"""Cases, notices and holds: what has to be answered by a day, who is told, who may read no more."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import DateField, Max, Q, QuerySet, Value

from senim.ledger import services as ledger
from senim.ledger.models import Case, Notice
from senim.rules.access import Actor
from senim.rules.errors import Invalid, NotFound
from senim.rules.fields import F0

__all__ = [
    "Asked",
    "Case",
    "Notice",
    "Questions",
    "Waiting",
    "answer_case",
    "case",
    "cases",
    "mark_seen",
    "notices",
    "open_case",
    "questions",
    "tell",
    "waiting",
]

OPENED_AT_ONCE = 20


def open_case(
    kind: Case.Kind,
    about: ledger.Thing,
    *,
    due_on: date,
    actor: Actor | None,
    at: datetime,
    member_id: UUID | None = None,
    said: str = "",
) -> Case:
    """Open a case about a thing, answered by the end of `due_on`, and return it.

    actor: who asks; None where the installation opens it by itself. Its entry names the case, not
    what was said.
    """
    case = Case(
        school_id=about.school_id,
        kind=kind,
        subject_kind=about.kind,
        subject_id=about.id,
        member_id=member_id,
        opened_at=at,
        opened_by=actor.user_id if actor else None,
        said=said,
        due_on=due_on,
    )
    thing = ledger.Thing("case", case.id, about.school_id)
    with ledger.entry("ledger.case.opened", thing, actor=actor, at=at) as entry:
        _number(case)
        entry.facts = {"kind": kind, "about": [about.kind, about.id], "due": due_on}
    return case


def _number(case: Case) -> None:
    """Write a case under its school's next number, after those opened at the same moment."""
    for _ in range(OPENED_AT_ONCE):
        last = Case.objects.filter(school_id=case.school_id).aggregate(n=Max("number"))["n"]
        case.number = (last or 0) + 1
        with suppress(IntegrityError), transaction.atomic():
            case.save(force_insert=True)
            return
    raise RuntimeError(f"{OPENED_AT_ONCE} cases were opened at once in one school")


def answer_case(case: Case, answer: str, *, actor: Actor, at: datetime) -> None:
    """Answer a case, once. The caller has checked that the actor leads the school.

    Raises Invalid("answer_missing") without words, and NotFound when it is answered already.
    """
    if not answer.strip():
        raise Invalid("answer_missing", field="answer")
    thing = ledger.Thing("case", case.id, case.school_id)
    with ledger.entry("ledger.case.answered", thing, actor=actor, at=at):
        done = Case.objects.filter(id=case.id, answered_at__isnull=True).update(
            answer=answer.strip(), answered_at=at, answered_by=actor.user_id
        )
        if not done:
            raise NotFound("not_found")


def tell(
    code: str,
    *,
    school_id: UUID,
    at: datetime,
    user_id: UUID | None = None,
    case: Case | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Tell a person, or whoever leads the school, something; call it inside `ledger.entry`.

    code: its words stand under `notice.<code>`; facts: strings and numbers they need.
    """
    Notice.objects.create(
        school_id=school_id, user_id=user_id, code=code, facts=dict(facts or {}), case=case, at=at
    )


def cases(school_id: UUID, *, unanswered: bool = False) -> tuple[Case, ...]:
    """Return a school's cases, those due first."""
    rows = Case.objects.filter(school_id=school_id)
    if unanswered:
        rows = rows.filter(answered_at__isnull=True)
    return tuple(rows.order_by("answered_at", "due_on", "number"))


def case(case_id: UUID, *, school_id: UUID) -> Case:
    """Return one case of a school. Raises NotFound."""
    found = Case.objects.filter(id=case_id, school_id=school_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A case as the one who asked is told of it: when it is due, and what was answered."""

    id: UUID
    number: int
    opened_at: datetime
    said: str
    due_on: date
    answered_at: datetime | None
    answer: str
    about: UUID

    def overdue(self, on: date) -> bool:
        """Say whether its day is over without an answer."""
        return self.answered_at is None and self.due_on < on


@dataclass(frozen=True, slots=True)
class Questions:
    """What was asked about looks at a pupil: one's own, latest first; of others only which."""

    own: tuple[Asked, ...]
    of_others: frozenset[UUID]


def questions(user_id: UUID, member_id: UUID, *, school_id: UUID) -> Questions:
    """Return what was asked about looks at a pupil, as one of those who may ask is told: a query.

    What one guardian asked is not the other's to know; `of_others` is there to be left out.
    """
    rows = Case.objects.filter(school_id=school_id, member_id=member_id, kind=Case.Kind.LOOKS_WRONG)
    columns = ("id", "number", "opened_at", "said", "due_on", "answered_at", "answer", "subject_id")
    found = [
        (asker == user_id, Asked(*row))
        for asker, *row in rows.order_by("-number").values_list("opened_by", *columns)
    ]
    return Questions(
        tuple(case for own, case in found if own),
        frozenset(case.id for own, case in found if not own),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for whoever leads a school: cases to answer, those overdue, notices not seen."""

    cases: F0[int]
    overdue: F0[int]
    notices: F0[int]


def waiting(school_id: UUID, *, user_id: UUID, on: date) -> Waiting:
    """Return what waits for one who leads a school, in one query."""
    told = Q(user_id=user_id) | Q(user_id__isnull=True, school_id=school_id)
    unseen = Notice.objects.filter(told, seen_at__isnull=True).order_by()
    open_cases = Case.objects.filter(school_id=school_id, answered_at__isnull=True).order_by()
    none = Value(None, output_field=DateField())
    rows: list[tuple[date | None]] = list(
        open_cases.values_list("due_on").union(unseen.values_list(none), all=True)
    )
    due = [day for (day,) in rows if day is not None]
    return Waiting(len(due), sum(day < on for day in due), len(rows) - len(due))


def mark_seen(
    notice_id: UUID, *, user_id: UUID, led_school_ids: frozenset[UUID], at: datetime
) -> None:
    """Note that a notice was seen by who it is for, once. Raises NotFound for anybody else."""
    rows = _told_to(user_id, led_school_ids).filter(id=notice_id)
    if not rows.exists():
        raise NotFound("not_found")
    rows.filter(seen_at__isnull=True).update(seen_at=at, seen_by=user_id)


def _told_to(user_id: UUID, led_school_ids: frozenset[UUID]) -> QuerySet[Notice]:
    return Notice.objects.filter(
        Q(user_id=user_id) | Q(user_id__isnull=True, school_id__in=led_school_ids)
    )


def notices(
    *, user_id: UUID, led_school_ids: frozenset[UUID], unseen: bool = False
) -> tuple[Notice, ...]:
    """Return what a person is told, and what is told to the lead of the schools they lead."""
    rows = _told_to(user_id, led_school_ids)
    if unseen:
        rows = rows.filter(seen_at__isnull=True)
    return tuple(rows.select_related("case").order_by("-at")[:200])
