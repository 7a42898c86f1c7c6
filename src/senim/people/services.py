"""Writing people. Rows are written inside the ledger entry of the caller's change.

An office adds one person, an import a file of them, a generator a region: all by the same road.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db.models import F

from senim.base.ids import uuid7
from senim.base.kazakh import search_key, sort_key
from senim.base.sealed import lookup_hash, seal
from senim.ledger import services as ledger
from senim.people.identifiers import TABLE
from senim.people.models import Account, Demographics, FirstCard, Guardianship, User
from senim.people.passwords import require_strong
from senim.people.signing_in import account_named, normal_phone
from senim.rules.access import Action, Actor, Subject, require
from senim.rules.errors import Invalid
from senim.rules.fields import FieldClass
from senim.rules.iin import is_iin

CARD_DAYS = 14
CARD_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be added. id may be made by the caller. iin: 12 digits, or empty.

    address: of their home, where a source gives one; it is kept sealed.
    """

    id: UUID
    given_name: str
    family_name: str
    middle_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    iin: str = ""
    address: str = ""

    @property
    def full_name(self) -> str:
        """Family name first, as registers list people."""
        return " ".join(part for part in (self.family_name, self.given_name) if part)


def add_people(people: Sequence[NewPerson], *, at: datetime, chunk: int = 2000) -> None:
    """Add persons and what identifies them. Raises Invalid("iin_wrong") for a bad check digit."""
    for person in people:
        if person.iin and not is_iin(person.iin):
            raise Invalid("iin_wrong", user=str(person.id))
    User.objects.in_entry().bulk_create(
        (_user_row(person, at) for person in people), batch_size=chunk
    )
    Demographics.objects.in_entry().bulk_create(
        (_demographics_row(person) for person in people), batch_size=chunk
    )


def _user_row(person: NewPerson, at: datetime) -> User:
    full = f"{person.full_name} {person.middle_name}".strip()
    return User(
        id=person.id,
        given_name=person.given_name,
        middle_name=person.middle_name,
        family_name=person.family_name,
        sort_key=sort_key(full),
        search_key=search_key(full),
        date_last_modified=at,
    )


def _demographics_row(person: NewPerson) -> Demographics:
    row = Demographics(id=uuid7(), user_id=person.id, birth_date=person.birth_date, sex=person.sex)
    if person.iin:
        row.iin_sealed = seal(person.iin, table=TABLE, column="iin", row=row.id)
        row.iin_lookup = lookup_hash(person.iin, kind="iin")
    if person.address:
        row.address_sealed = seal(person.address, table=TABLE, column="address", row=row.id)
    return row


@dataclass(frozen=True, slots=True)
class NewGuardianship:
    """A guardianship to be added. by_order: what a court leaves open; restricted when not None."""

    guardian_id: UUID
    ward_id: UUID
    starts: date
    ends: date | None = None
    kind: str = "parent"
    by_order: frozenset[FieldClass] | None = None
    ground: str = "birth_record"
    id: UUID = field(default_factory=uuid7)


def add_guardianships(
    guardianships: Iterable[NewGuardianship], *, at: datetime, chunk: int = 2000
) -> None:
    """Add guardianships."""
    Guardianship.objects.in_entry().bulk_create(
        (
            Guardianship(
                id=new.id,
                ground=new.ground,
                guardian_id=new.guardian_id,
                ward_id=new.ward_id,
                kind=new.kind,
                starts=new.starts,
                ends=new.ends,
                restricted=new.by_order is not None,
                by_order=sorted(new.by_order or ()),
                date_last_modified=at,
            )
            for new in guardianships
        ),
        batch_size=chunk,
    )


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A way to sign in, to be added. password: None leaves it to the first-time card."""

    user_id: UUID
    username: str
    password: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "kk"
    is_active: bool = True
    id: UUID = field(default_factory=uuid7)


def add_accounts(accounts: Iterable[NewAccount], *, chunk: int = 2000) -> None:
    """Add accounts; one password given to many is hashed once.

    Raises Invalid("phone_wrong") for a phone number that cannot be dialled.
    """
    hashed: dict[str | None, str] = {}
    rows = []
    for new in accounts:
        if new.password not in hashed:
            hashed[new.password] = make_password(new.password)
        rows.append(
            Account(
                id=new.id,
                user_id=new.user_id,
                username=new.username.lower(),
                password=hashed[new.password],
                email=new.email.lower() if new.email else None,
                phone=_dialled(new),
                language=new.language,
                is_active=new.is_active,
            )
        )
    Account.objects.bulk_create(rows, batch_size=chunk)


def _dialled(new: NewAccount) -> str | None:
    phone = normal_phone(new.phone) if new.phone else None
    if new.phone and phone is None:
        raise Invalid("phone_wrong", user=str(new.user_id))
    return phone


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What is printed on a first-time card, once: it is not kept in clear.

    language: the one its reader reads.
    """

    user_id: UUID | None
    username: str
    code: str
    expires_at: datetime
    language: str


def issue_cards(
    user_ids: Iterable[UUID], *, school_id: UUID, actor: Actor, at: datetime
) -> tuple[PrintedCard, ...]:
    """Make a first-time card for each person with an account; what they had before ends.

    The caller names persons of its own roll. Raises NotFound unless the actor keeps the roll.
    """
    require(actor.viewer, Action.KEEP_ROLL, Subject(school_id))
    accounts = list(Account.objects.filter(user_id__in=list(user_ids), is_active=True))
    thing = ledger.Thing("org", school_id, school_id)
    with ledger.entry("people.cards.issued", thing, actor=actor, at=at) as draft:
        draft.facts = {"accounts": sorted(str(account.id) for account in accounts)}
        return tuple(issue_card(account.id, at=at) for account in accounts)


def issue_card(account_id: UUID, *, at: datetime) -> PrintedCard:
    """Make a first-time card for an account; earlier cards of it end. Inside the caller's entry."""
    account = Account.objects.get(id=account_id)
    FirstCard.objects.filter(account=account, used_at__isnull=True).update(expires_at=at)
    code = "-".join("".join(secrets.choice(CARD_LETTERS) for _ in range(4)) for _ in range(3))
    card = FirstCard.objects.create(
        account=account,
        code_hash=card_hash(account.username, code),
        issued_at=at,
        expires_at=at + timedelta(days=CARD_DAYS),
    )
    return PrintedCard(account.user_id, account.username, code, card.expires_at, account.language)


def card_hash(username: str, code: str) -> str:
    """Return what is kept of a card's code; letter case and dashes do not matter."""
    plain = f"{username.lower()}|{code.upper().replace('-', '').replace(' ', '')}"
    return sha256(plain.encode()).hexdigest()


def use_card(login: str, code: str, password: str, *, at: datetime, school_id: UUID) -> Account:
    """Return the account whose holder chose a password by a first-time card.

    login: the name on the card, or the account's e-mail address or phone number.
    Raises Invalid("card_wrong") for any misfit alike, after `require_strong` had its say: choosing
    a better password costs no try.
    """
    require_strong(password, username=login)
    account = account_named(login)
    cards = FirstCard.objects.filter(account=account, used_at__isnull=True, expires_at__gt=at)
    card = cards.order_by("-issued_at").first() if account else None
    if account is None or card is None or not card.open_at(at):
        raise Invalid("card_wrong")
    thing = ledger.Thing("account", account.id, school_id)
    if card.code_hash != card_hash(account.username, code):
        with ledger.entry("people.card.missed", thing, actor=None, at=at):
            cards.filter(id=card.id).update(wrong_tries=F("wrong_tries") + 1)
        raise Invalid("card_wrong")
    with ledger.entry("people.card.used", thing, actor=None, at=at):
        if not FirstCard.objects.filter(id=card.id, used_at__isnull=True).update(used_at=at):
            raise Invalid("card_wrong")
        account.password = make_password(password)
        account.save(update_fields=["password"])
    return account


def clear_second_factor(account_id: UUID) -> None:
    """Let an account set up its second factor anew (a lost phone). Inside the caller's entry."""
    Authenticator.objects.filter(user_id=account_id).delete()
