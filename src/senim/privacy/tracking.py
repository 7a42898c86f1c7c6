"""The page "Who looked" as usages of a person's data, for whoever asks from outside.

One usage is one line of the page. Who may ask is what the page asks: oneself by age, a guardian as
far as their tie goes; what the law withholds and what is the other family's stays out.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from senim.ledger import queries as ledger
from senim.people import queries as people
from senim.privacy import looks, reading
from senim.privacy.looks import Kind, Line
from senim.privacy.people import Who, known
from senim.rules.access import Actor, Hat, Viewer
from senim.rules.errors import NotFound
from senim.schools import queries as schools
from senim.schools.pupils import pupils

DAY = timedelta(days=1)
NO_ACCOUNT = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Usage:
    """One use of a person's data. receiver_name: by language."""

    at: datetime
    event: str
    refused: bool
    receiver_code: str
    receiver_name: dict[str, str]


def usages(
    asker_iin: str, subject_iin: str, *, starts: datetime, ends: datetime, at: datetime
) -> tuple[Usage, ...]:
    """Return the usages of [starts, ends], latest first.

    Raises NotFound where it is not the asker's to know, whatever the reason; a refused look is on
    record where there is a pupil it was about.
    """
    on = at.astimezone(schools.COUNTRY_ZONE).date()
    asker = people.person_with_iin(asker_iin)
    subject = asker if subject_iin == asker_iin else people.person_with_iin(subject_iin)
    if subject is None and subject_iin == asker_iin:
        return ()
    if asker is None or subject is None:
        raise NotFound("not_found")
    learning = {hat.id for hat in schools.hats(subject, on=on) if hat.hat is Hat.PUPIL}
    if asker == subject:
        readers = [(member, _under(asker, Hat.PUPIL, member, on)) for member in learning]
    else:
        actor = _under(asker, Hat.GUARDIAN, asker, on)
        readers = [(member, actor) for member in learning | _wards(actor.viewer, subject)]
        if not readers:
            raise NotFound("not_found")
    found = [
        usage
        for member, actor in sorted(readers, key=lambda reader: reader[0])
        for usage in _of(member, actor, starts=starts, ends=ends, at=at)
    ]
    return tuple(sorted(found, key=lambda usage: usage.at, reverse=True))


def kept_since() -> datetime | None:
    """Return from when on usages are kept."""
    return ledger.first_at()


def _under(user_id: UUID, hat: Hat, hat_id: UUID, on: date) -> Actor:
    seen = schools.viewer_under(user_id, hat=hat, hat_id=hat_id, on=on)
    return Actor(people.account_of(user_id) or NO_ACCOUNT, seen, hat_id)


def _wards(seen: Viewer, subject: UUID) -> set[UUID]:
    """Return the members of a person among those whose record is open to a viewer."""
    cards = pupils(seen, seen.pupil_ids, starts=seen.on, ends=seen.on + DAY)
    return {member for member, card in cards.items() if card.user_id == subject}


def _of(
    member_id: UUID, actor: Actor, *, starts: datetime, ends: datetime, at: datetime
) -> list[Usage]:
    """Return the usages of one pupil at one school. Raises NotFound, the refusal on record."""
    read = reading.reader(member_id, actor=actor, at=at)
    zone = read.pupil.school.zone
    first, last = starts.astimezone(zone).date(), ends.astimezone(zone).date()
    found = looks.looks(read.child, starts=first, ends=last + DAY, on=read.on)
    lines = looks.lines(look for look in found if starts <= look.row.at <= ends)
    naming = known(read.child.school_id, lines)
    told = [(line, _receiver(naming.who(line.first), read.child.school_id)) for line in lines]
    orgs = schools.receivers({org for _, org in told})
    return [_usage(line, *orgs[org]) for line, org in told]


def _receiver(who: Who, school_id: UUID) -> UUID:
    """Return the organisation that used the data: an official's office, else the school."""
    office = who.key.removeprefix("office-") if who.key.startswith("office-") else ""
    return UUID(office) if office else school_id


def _usage(line: Line, code: str, name: dict[str, str]) -> Usage:
    row = line.first.row
    return Usage(row.at, row.event, line.first.kind is Kind.REFUSED, code, name)
