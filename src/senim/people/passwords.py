"""What a password must be, and how it is changed; the rules themselves stand in the settings."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from senim.ledger import services as ledger
from senim.people.models import Account
from senim.rules.access import Actor
from senim.rules.errors import Invalid


def require_strong(password: str, *, username: str) -> None:
    """Raise Invalid("password_too_short"), "password_too_common" or "password_too_similar"."""
    try:
        validate_password(password, Account(username=username))
    except ValidationError as weak:
        raise Invalid(str(weak.error_list[0].code)) from None


def change_password(
    account: Account, password: str, *, actor: Actor | None, at: datetime, school_id: UUID
) -> None:
    """Give an account another password; the account in hand carries it too.

    actor: None for a person without a hat, who still owns their account.
    Raises Invalid as `require_strong` does.
    """
    require_strong(password, username=account.username)
    thing = ledger.Thing("account", account.id, school_id)
    with ledger.entry("people.password.changed", thing, actor=actor, at=at):
        account.password = make_password(password)
        account.save(update_fields=["password"])
