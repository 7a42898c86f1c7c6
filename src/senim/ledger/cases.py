"""Cases, notices and holds: what has to be answered by a day, who is told, who may read no more."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from senim.ledger import services as ledger
from senim.ledger.models import Case, Notice
from senim.rules.access import Actor
from senim.rules.errors import Invalid, NotFound


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
    with transaction.atomic():
        last = Case.objects.filter(school_id=about.school_id).aggregate(n=Max("number"))["n"]
        case = Case(
            school_id=about.school_id,
            number=(last or 0) + 1,
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
            case.save(force_insert=True)
            entry.facts = {"kind": kind, "about": [about.kind, about.id], "due": due_on}
    return case


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


def notices(
    *, user_id: UUID, led_school_ids: frozenset[UUID], unseen: bool = False
) -> tuple[Notice, ...]:
    """Return what a person is told, and what is told to the lead of the schools they lead."""
    rows = Notice.objects.filter(
        Q(user_id=user_id) | Q(user_id__isnull=True, school_id__in=led_school_ids)
    )
    if unseen:
        rows = rows.filter(seen_at__isnull=True)
    return tuple(rows.select_related("case").order_by("-at")[:200])
