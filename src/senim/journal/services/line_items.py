"""Planning summatives: the SOR and SOCh columns of a register, with their day and maximum.

A column is taken away only while nobody has points in it; a maximum is never set below points that
were given.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError

from senim.base.models import Status
from senim.journal.models import LineItem, Result
from senim.journal.services.entries import class_of
from senim.ledger import services as ledger
from senim.rules.access import Action, Actor, require
from senim.rules.errors import Invalid, NotFound
from senim.rules.mark_policies import Category, SubjectKind
from senim.schools import queries as schools
from senim.schools.queries import ClassCard
from senim.schools.terms import Term, class_year

MOST_SOR = 3
HIGHEST_MAXIMUM = 100
WITHOUT_SUMMATIVES = (SubjectKind.PASS_FAIL, SubjectKind.UNMARKED)


@dataclass(frozen=True, slots=True)
class Summative:
    """A SOR or SOCh as its teacher plans it. maximum: in points, 1 to 100."""

    category: Category
    date: date
    maximum: int


def add_summative(
    class_id: UUID,
    planned: Summative,
    *,
    actor: Actor,
    at: datetime,
    op_id: UUID | None = None,
) -> UUID:
    """Add a SOR or SOCh to the quarter its day lies in, and return the line item.

    A SOR takes the lowest number that is free. Raises NotFound unless the actor teaches the class;
    Invalid when the rules know no such work here or the quarter has all it may have.
    """
    klass = class_of(class_id)
    require(actor.viewer, Action.RECORD_RESULT, klass.subject)
    _check_subject(klass, planned.category)
    _check_maximum(planned.maximum)
    term = _term_of(class_id, planned.date)
    with _entry("journal.summative.added", klass, actor=actor, at=at, op_id=op_id) as draft:
        item = _free_place(klass, term, planned.category)
        item.date, item.maximum, item.status = planned.date, planned.maximum, Status.ACTIVE
        item.date_last_modified = at
        item.save()
        draft.facts = _facts(item)
    return item.id


def change_summative(
    item_id: UUID,
    *,
    day: date,
    maximum: int,
    number: int | None = None,
    actor: Actor,
    at: datetime,
    op_id: UUID | None = None,
) -> None:
    """Change the day, the maximum and, for a SOR, the number of a summative.

    Raises Invalid("maximum_below_points") with the pupil whose points stand above a lowered
    maximum, and as `add_summative` does.
    """
    item, klass = _item(item_id, actor)
    _check_maximum(maximum)
    term = _term_of(item.klass_id, day)
    if term.id != item.session_id:
        raise Invalid("summative_other_term", date=str(day))
    wished = item.number if number is None or item.category == Category.SOCH else number
    if wished != item.number and not 1 <= wished <= MOST_SOR:
        raise Invalid("sor_number", most=MOST_SOR)
    with _entry("journal.summative.changed", klass, actor=actor, at=at, op_id=op_id) as draft:
        _lock(item)
        before = _facts(item)
        _check_given(item, maximum, actor)
        item.date, item.maximum, item.number = day, maximum, wished
        item.date_last_modified = at
        item.save(update_fields=["date", "maximum", "number", "date_last_modified"])
        draft.facts = {"before": before, **_facts(item)}


def remove_summative(
    item_id: UUID, *, actor: Actor, at: datetime, op_id: UUID | None = None
) -> None:
    """Take away a summative nobody has points in. Raises Invalid("summative_has_points")."""
    item, klass = _item(item_id, actor)
    with _entry("journal.summative.removed", klass, actor=actor, at=at, op_id=op_id) as draft:
        _lock(item)
        results = Result.objects.in_entry().filter(school_id=item.school_id, line_item=item)
        given = results.filter(score__isnull=False).count()
        if given:
            raise Invalid("summative_has_points", n=given)
        item.status, item.date_last_modified = Status.TO_BE_DELETED, at
        item.save(update_fields=["status", "date_last_modified"])
        draft.facts = _facts(item)


@contextmanager
def _entry(
    event: str, klass: ClassCard, *, actor: Actor, at: datetime, op_id: UUID | None
) -> Iterator[ledger.Draft]:
    """Open the entry; two teachers who take one number at once meet the database's constraint."""
    thing = ledger.Thing("klass", klass.id, klass.school_id)
    try:
        with ledger.entry(event, thing, actor=actor, at=at, op_id=op_id) as draft:
            yield draft
    except IntegrityError:
        raise Invalid("summative_number_taken") from None


def _item(item_id: UUID, actor: Actor) -> tuple[LineItem, ClassCard]:
    item = LineItem.objects.filter(id=item_id, status=Status.ACTIVE).first()
    if item is None or item.category == Category.FORMATIVE:
        raise NotFound("not_found")
    klass = class_of(item.klass_id)
    require(actor.viewer, Action.RECORD_RESULT, klass.subject)
    return item, klass


def _lock(item: LineItem) -> None:
    """Let no points be written while the column changes."""
    LineItem.objects.select_for_update().get(id=item.id)


def _facts(item: LineItem) -> dict[str, object]:
    return {
        "line_item": item.id,
        "category": item.category,
        "number": item.number,
        "date": item.date,
        "maximum": item.maximum,
    }


def _check_subject(klass: ClassCard, category: Category) -> None:
    """Pass-or-fail and unmarked subjects have no summatives, half-year ones no SOCh.

    Source: paragraphs 7, 16 and 28 of the Rules; see rules.mark_policies.
    """
    kind = SubjectKind.UNMARKED if klass.grade == 1 else klass.assessment
    if kind in WITHOUT_SUMMATIVES:
        raise Invalid("summative_not_here")
    if kind == SubjectKind.HALF_YEAR and category == Category.SOCH:
        raise Invalid("soch_in_half_year")


def _check_maximum(maximum: int) -> None:
    if not 1 <= maximum <= HIGHEST_MAXIMUM:
        raise Invalid("summative_maximum", highest=HIGHEST_MAXIMUM)


def _term_of(class_id: UUID, day: date) -> Term:
    year = class_year(class_id)
    term = next((term for term in year.terms if day in term), None) if year else None
    if term is None:
        raise Invalid("summative_outside_term", date=str(day))
    return term


def _free_place(klass: ClassCard, term: Term, category: Category) -> LineItem:
    """Return a line item to fill: a new one, or one that was taken away and keeps its number."""
    rows = {
        row.number: row
        for row in LineItem.objects.select_for_update().filter(
            school_id=klass.school_id, klass_id=klass.id, session_id=term.id, category=category
        )
    }
    active = {number for number, row in rows.items() if row.status == Status.ACTIVE}
    numbers = [0] if category == Category.SOCH else range(1, MOST_SOR + 1)
    free = next((number for number in numbers if number not in active), None)
    if free is None or (category == Category.SOCH and active):
        raise Invalid("soch_already" if category == Category.SOCH else "sor_enough", most=MOST_SOR)
    return rows.get(free) or LineItem(
        school_id=klass.school_id,
        klass_id=klass.id,
        session_id=term.id,
        category=category,
        number=free,
    )


def _check_given(item: LineItem, maximum: int, actor: Actor) -> None:
    above = (
        Result.objects.in_entry()
        .filter(school_id=item.school_id, line_item=item, status=Status.ACTIVE, score__gt=maximum)
        .order_by("-score", "member__sort_key")
        .values_list("member_id", "score")
        .first()
    )
    if above:
        member_id, points = above
        name, _ = schools.members(actor.viewer, [member_id]).get(member_id, ("", None))
        raise Invalid("maximum_below_points", pupil=name, points=points, maximum=maximum)
