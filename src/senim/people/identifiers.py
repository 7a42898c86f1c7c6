"""What identifies a person (F5): IIN and home address, sealed; covered on pages, opened one by one.

Who may is decided by a service above, which writes the look before it opens anything here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from senim.base.sealed import seal, unseal
from senim.ledger import services as ledger
from senim.people.models import Demographics
from senim.rules.access import Actor
from senim.rules.errors import Invalid

TABLE = "people_demographics"
LONGEST_ADDRESS = 300
SHOWN_DIGITS = 2
Identifier = Literal["iin", "address"]
COLUMNS: dict[Identifier, str] = {"iin": "iin_sealed", "address": "address_sealed"}


@dataclass(frozen=True, slots=True)
class Covered:
    """What is on file, without saying it. iin_ends: its last two digits, None where there is none.

    An address has no part that tells nothing: only whether one is on file.
    """

    iin_ends: str | None = None
    has_address: bool = False


def covered(user_id: UUID) -> Covered:
    """Return what of a person's identifiers is on file."""
    row = _row(user_id)
    if row is None:
        return Covered()
    iin = _opened(row, "iin")
    return Covered(iin[-SHOWN_DIGITS:] if iin else None, row.address_sealed is not None)


def identifier_of(user_id: UUID, what: Identifier) -> str | None:
    """Return an identifier in clear, for a service that has checked F5 and written the look."""
    row = _row(user_id)
    return _opened(row, what) if row else None


def set_address(
    user_id: UUID, address: str, thing: ledger.Thing, *, actor: Actor, at: datetime
) -> None:
    """Put a home address on file, or take it off where it is empty.

    thing: what the entry names. Raises Invalid("text_too_long"), Invalid("nothing_to_save").
    """
    address = " ".join(address.split())
    if len(address) > LONGEST_ADDRESS:
        raise Invalid("text_too_long", longest=LONGEST_ADDRESS)
    if address == (identifier_of(user_id, "address") or ""):
        raise Invalid("nothing_to_save")
    with ledger.entry("people.address.changed", thing, actor=actor, at=at):
        row, _ = Demographics.objects.in_entry().get_or_create(user_id=user_id)
        row.address_sealed = (
            seal(address, table=TABLE, column="address", row=row.id) if address else None
        )
        row.save(update_fields=["address_sealed"])


def _row(user_id: UUID) -> Demographics | None:
    rows = Demographics.objects.system(reason="identifiers are opened for one person by a service")
    return rows.filter(user_id=user_id).first()


def _opened(row: Demographics, what: Identifier) -> str | None:
    sealed = getattr(row, COLUMNS[what])
    if sealed is None:
        return None
    return unseal(bytes(sealed), table=TABLE, column=what, row=row.id)
