"""Delaying by law when a family learns of an entry: never for ever, and never without a count."""

from datetime import date, datetime, timedelta
from uuid import UUID

from senim.ledger import services as ledger
from senim.ledger.models import Entry, Withheld
from senim.rules.access import Actor
from senim.rules.errors import Invalid, NotFound
from senim.rules.withholding import LONGEST, Ground


def withhold(
    entry_id: UUID,
    *,
    school_id: UUID,
    until: date,
    ground: Ground,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Let a family learn of a look from a day on, on a ground of the law, and record that.

    Raises Invalid("withheld_too_long") beyond the ground's longest delay, NotFound for what is no
    look of the school's. The caller has checked that the actor may.
    """
    looked = Entry.objects.filter(id=entry_id, school_id=school_id).exclude(kind=Entry.Kind.CHANGE)
    looked_at = looked.values_list("at", flat=True).first()
    if looked_at is None:
        raise NotFound("not_found")
    if until > looked_at.date() + timedelta(days=LONGEST[ground]):
        raise Invalid("withheld_too_long", most=LONGEST[ground])
    thing = ledger.Thing("entry", entry_id, school_id)
    with ledger.entry("ledger.entry.withheld", thing, actor=actor, at=at) as entry:
        Withheld.objects.create(id=entry_id, school_id=school_id, until=until, ground=ground)
        entry.facts = {"until": until, "ground": ground}
