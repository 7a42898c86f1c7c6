"""What every entry of the journal has: an author and two times; and what one may hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from senim.rules.access import Actor
from senim.rules.errors import Invalid, NotFound
from senim.schools import queries as schools
from senim.schools.queries import ClassCard

REMARK_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Hand:
    """Who entered something and when.

    event_at: when it was entered, which is earlier than `at` for work done offline.
    time_uncertain: the device could not say so surely.
    """

    author_id: UUID
    at: datetime
    event_at: datetime
    time_uncertain: bool = False


def hand_of(
    actor: Actor, *, at: datetime, event_at: datetime | None, time_uncertain: bool = False
) -> Hand:
    """Return whose entry it is; an event is never later than its record."""
    return Hand(actor.hat_id, at, min(event_at or at, at), time_uncertain)


def class_of(class_id: UUID) -> ClassCard:
    """Return a class. Raises NotFound when there is none."""
    klass = schools.class_card(class_id)
    if klass is None:
        raise NotFound("not_found")
    return klass


def fit_text(text: str, field: str, *, longest: int, **place: str) -> str:
    """Return a text with plain line ends and no space around it.

    Raises Invalid("text_too_long") or Invalid("text_broken") with the field, and the place given.
    """
    fitted = "\n".join(text.splitlines()).strip()
    if len(fitted) > longest:
        raise Invalid("text_too_long", field=field, longest=longest, **place)
    if "\x00" in fitted:
        raise Invalid("text_broken", field=field, **place)
    return fitted


def check_points(points: int | None, maximum: int, *, lowest: int, member: UUID) -> None:
    """Raise Invalid("points_out_of_range") unless there are none, or they fit."""
    if points is not None and not lowest <= points <= maximum:
        raise Invalid(
            "points_out_of_range", points=points, lowest=lowest, maximum=maximum, member=str(member)
        )


def check_points_given(klass: ClassCard, points: Iterable[int | None]) -> None:
    """Raise Invalid("points_not_given") for points in a class that has none, as grade 1."""
    if klass.assessment == "unmarked" and any(one is not None for one in points):
        raise Invalid("points_not_given")


def check_enrolled(klass: ClassCard, members: Iterable[UUID], on: date, actor: Actor) -> None:
    """Raise Invalid("pupil_not_enrolled") unless all of them learned in the class on the day."""
    wanted = set(members)
    if not wanted:
        return
    roster = schools.roster(actor.viewer, klass.id, starts=on, ends=on + timedelta(days=1))
    strangers = wanted - {pupil.member_id for pupil in roster}
    if strangers:
        raise Invalid("pupil_not_enrolled", member=str(min(strangers)), date=str(on))
