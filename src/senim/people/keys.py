"""Passkeys of an account, and its link with the identity provider: kept and ended on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator

from senim.base.sealed import lookup_hash
from senim.ledger import services as ledger
from senim.people.models import Account, ProviderLink
from senim.people.queries import person_with_iin
from senim.rules.access import Actor
from senim.rules.iin import is_iin


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey as its owner named it."""

    id: int
    name: str
    since: datetime
    last_used: datetime | None


def passkeys(account_id: UUID) -> tuple[Passkey, ...]:
    """Return an account's passkeys, oldest first."""
    rows = Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.WEBAUTHN)
    return tuple(
        Passkey(row.id, row.data["name"], row.created_at, row.last_used_at)
        for row in rows.order_by("created_at")
    )


def has_phone(account_id: UUID) -> bool:
    """Say whether a phone with codes is linked."""
    rows = Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP)
    return rows.exists()


def add_passkey(
    account: Account,
    add: Callable[[], object],
    *,
    actor: Actor | None,
    at: datetime,
    school_id: UUID,
) -> None:
    """Add a passkey on record. add: keeps what the ceremony gave."""
    thing = ledger.Thing("account", account.id, school_id)
    with ledger.entry("people.passkey.added", thing, actor=actor, at=at):
        add()


def remove_passkey(
    account: Account, passkey_id: int, *, actor: Actor | None, at: datetime, school_id: UUID
) -> bool:
    """Take a passkey off its account on record; False where the account has none such."""
    rows = Authenticator.objects.filter(
        user_id=account.id, type=Authenticator.Type.WEBAUTHN, id=passkey_id
    )
    if not rows.exists():
        return False
    thing = ledger.Thing("account", account.id, school_id)
    with ledger.entry("people.passkey.removed", thing, actor=actor, at=at):
        rows.delete()
    return True


def subject_hash(issuer: str, subject: str) -> str:
    """Return by what a provider's person is found; the name the provider gave is not kept."""
    return lookup_hash(f"{issuer}|{subject}", kind="provider")


def account_of(issuer: str, subject: str, iin: str) -> Account | None:
    """Return the account of a provider's person: linked by its owner, or of the person by IIN.

    Never makes one. An IIN with a wrong check digit is nobody's.
    """
    link = ProviderLink.objects.filter(subject_lookup=subject_hash(issuer, subject)).first()
    if link:
        return Account.objects.filter(id=link.account_id, is_active=True).first()
    user_id = person_with_iin(iin) if is_iin(iin) else None
    return Account.objects.filter(user_id=user_id, is_active=True).first() if user_id else None


def is_linked(account_id: UUID) -> bool:
    """Say whether an account is linked with the provider."""
    return ProviderLink.objects.filter(account_id=account_id).exists()


def link(
    account: Account,
    issuer: str,
    subject: str,
    *,
    actor: Actor | None,
    at: datetime,
    school_id: UUID,
) -> bool:
    """Link an account with a provider's person; False where that one is another account's."""
    digest = subject_hash(issuer, subject)
    found = ProviderLink.objects.filter(subject_lookup=digest).first()
    if found:
        return found.account_id == account.id
    thing = ledger.Thing("account", account.id, school_id)
    with ledger.entry("people.provider.linked", thing, actor=actor, at=at):
        ProviderLink.objects.create(account=account, subject_lookup=digest, since=at)
    return True


def unlink(account: Account, *, actor: Actor | None, at: datetime, school_id: UUID) -> None:
    """End an account's links with the provider."""
    thing = ledger.Thing("account", account.id, school_id)
    with ledger.entry("people.provider.unlinked", thing, actor=actor, at=at):
        ProviderLink.objects.filter(account=account).delete()
