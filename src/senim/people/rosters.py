"""What a roster asks of people: how they stand, and bringing them to what its source says.

Adding persons, guardianships and accounts is in `people.services`. All of it within the caller's
ledger entry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from senim.base.kazakh import search_key, sort_key
from senim.base.models import Status
from senim.base.sealed import lookup_hash, seal
from senim.people.models import Account, Demographics, Guardianship, User
from senim.people.services import NewPerson

CHUNK = 500


@dataclass(frozen=True, slots=True)
class StandingPerson:
    """A person as they stand. person.iin is empty; iin_hash: keyed hash of the IIN, or None."""

    person: NewPerson
    iin_hash: str | None
    in_use: bool


def standing_people(ids: Iterable[UUID]) -> dict[UUID, StandingPerson]:
    """Return persons by id."""
    rows = Demographics.objects.in_entry().filter(user_id__in=list(ids)).select_related("user")
    return {
        row.user_id: StandingPerson(
            NewPerson(
                row.user_id,
                row.user.given_name,
                row.user.family_name,
                row.user.middle_name,
                row.birth_date,
                row.sex,
            ),
            row.iin_lookup,
            row.user.status == Status.ACTIVE,
        )
        for row in rows
    }


def people_with_iins(hashes: Iterable[str]) -> dict[str, UUID]:
    """Return persons by the keyed hash of their IIN."""
    rows = Demographics.objects.in_entry().filter(iin_lookup__in=list(hashes))
    return {found: user_id for found, user_id in rows.values_list("iin_lookup", "user_id") if found}


def rename_people(people: Sequence[NewPerson], *, at: datetime) -> None:
    """Give persons the names that are said, and bring them into use."""
    written = ("given_name", "middle_name", "family_name", "sort_key", "search_key", "status")
    User.objects.in_entry().bulk_update(
        [_named(person, at) for person in people], [*written, "date_last_modified"], CHUNK
    )


def _named(person: NewPerson, at: datetime) -> User:
    full = f"{person.full_name} {person.middle_name}".strip()
    return User(
        id=person.id,
        given_name=person.given_name,
        middle_name=person.middle_name,
        family_name=person.family_name,
        sort_key=sort_key(full),
        search_key=search_key(full),
        status=Status.ACTIVE,
        date_last_modified=at,
    )


def identify_people(people: Sequence[NewPerson]) -> None:
    """Set persons' birth date and sex, and the IIN where one is given."""
    given = {person.id: person for person in people}
    rows = list(Demographics.objects.in_entry().filter(user_id__in=list(given)))
    for row in rows:
        said = given[row.user_id]
        row.birth_date, row.sex = said.birth_date, said.sex
        if said.iin:
            row.iin_sealed = seal(said.iin, table="people_demographics", column="iin", row=row.id)
            row.iin_lookup = lookup_hash(said.iin, kind="iin")
    columns = ("birth_date", "sex", "iin_sealed", "iin_lookup")
    Demographics.objects.in_entry().bulk_update(rows, columns, CHUNK)


def withdraw_people(ids: Iterable[UUID], *, at: datetime) -> None:
    """Mark persons as no longer in use; their record stays until retention erases it."""
    rows = User.objects.in_entry().filter(id__in=list(ids), status=Status.ACTIVE)
    rows.update(status=Status.TO_BE_DELETED, date_last_modified=at)


def guardianships_of(ward_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """Return (guardian, ward) of every guardianship of these wards, past ones too."""
    rows = Guardianship.objects.in_entry().filter(ward_id__in=list(ward_ids))
    return {row[0]: row[1:] for row in rows.values_list("id", "guardian_id", "ward_id")}


def end_guardianships(ids: Iterable[UUID], *, on: date, at: datetime) -> None:
    """End guardianships on a day; what never came into force is marked as no longer in use."""
    open_on = Q(ends__isnull=True) | Q(ends__gt=on)
    rows = Guardianship.objects.in_entry().filter(open_on, id__in=list(ids))
    rows.filter(starts__gte=on).update(status=Status.TO_BE_DELETED, date_last_modified=at)
    rows.filter(starts__lt=on).update(ends=on, date_last_modified=at)


def resume_guardianships(ids: Iterable[UUID], *, at: datetime) -> None:
    """Open again what `end_guardianships` ended; what a court ordered stays as ordered."""
    rows = Guardianship.objects.in_entry().filter(id__in=list(ids))
    rows.update(ends=None, status=Status.ACTIVE, date_last_modified=at)


def taken_addresses(column: str, values: Iterable[str]) -> frozenset[str]:
    """Return which sign-in names, e-mails or phones (column) already belong to an account."""
    rows = Account.objects.filter(**{f"{column}__in": list(values)})
    return frozenset(rows.values_list(column, flat=True))


def switch_accounts(ids: Iterable[UUID], *, active: bool) -> None:
    """Let accounts sign in, or stop them."""
    Account.objects.filter(id__in=list(ids)).exclude(is_active=active).update(is_active=active)
