"""How an account is found and its password weighed, and how often one may try.

One field takes a sign-in name, an e-mail address or a phone number. An unknown name and a wrong
password get the same answer after the same work. Tries are counted by account and by network; on a
device that once signed the account in they are counted apart, so nobody can lock a teacher out by
guessing in the teacher's name. What many accounts fail by is slowed: see `people.spraying`.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password, verify_password
from django.db.models import Q
from django.utils.crypto import salted_hmac

from senim.ledger import guard
from senim.people import spraying, throttle
from senim.people.models import Account
from senim.people.throttle import Bucket
from senim.rules.errors import Invalid

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from.

    network: an address, or the block that stands for one household or school.
    device: the random name of a browser, empty for one we have not met.
    marks: one for each account that once signed in there; see `device_mark`.
    """

    network: str
    device: str = ""
    marks: frozenset[str] = frozenset()

    def knows(self, account: Account) -> bool:
        """Say whether the account signed in on this device before."""
        return bool(self.device) and device_mark(self.device, account.id) in self.marks


def device_mark(device: str, account_id: UUID) -> str:
    """Return what a device keeps of an account: it names nobody to who reads the device."""
    return salted_hmac("senim.device", f"{device}|{account_id}", algorithm="sha256").hexdigest()[
        :16
    ]


def normal_phone(text: str) -> str | None:
    """Return a phone number as +77011234567 however it was typed; None when it is none.

    Numbers without a country are of Kazakhstan: 8 701…, 7701…, 701…
    """
    digits = re.sub(r"[\s().\-‐-―  ]", "", text)
    if re.fullmatch(r"\+?[78]\d{10}", digits):
        return "+7" + digits[-10:]
    if re.fullmatch(r"7\d{9}", digits):
        return "+7" + digits
    if re.fullmatch(r"(?:\+|00)[1-9]\d{7,14}", digits):
        return "+" + digits.removeprefix("+").removeprefix("00")
    return None


def account_named(login: str) -> Account | None:
    """Return the account in use under this sign-in name, e-mail address or phone number."""
    name = login.strip().lower()
    found = Account.objects.filter(
        Q(username=name) | Q(email=name) | Q(phone=normal_phone(name) or name), is_active=True
    )
    return min(found, key=lambda account: account.username != name, default=None)


def sign_in(login: str, password: str, *, origin: Origin, at: datetime) -> Account:
    """Return the account whose password this is.

    at: the real time. Raises Invalid("sign_in_wrong"), and Invalid("tries_spent", n=minutes) when
    nothing was weighed because too many tries failed.
    """
    account = account_named(login)
    if account and origin.knows(account):
        known = Bucket(f"device|{origin.device}|{account.id}", 10, MINUTE)
        with tries([known], at=at):
            return _weighed(account, password)
    name = str(account.id) if account else login.strip().lower()
    found = spraying.sources(origin.network, password, at=at)
    buckets = [Bucket(f"account|{name}", 10, 3 * MINUTE), by_network(origin)]
    with tries([*buckets, *spraying.slowed(found, at=at)], at=at):
        try:
            return _weighed(account, password)
        except Invalid:
            spraying.failed(found, name, at=at)
            raise


def _weighed(account: Account | None, password: str) -> Account:
    """Return the account if the password is its own. Raises Invalid("sign_in_wrong").

    A hash made under older figures is made anew: the same password, no change to record.
    """
    if account is None:
        make_password(password)  # the same work as for an account that exists
        raise Invalid("sign_in_wrong")
    fits, outdated = verify_password(password, account.password)
    if not fits:
        raise Invalid("sign_in_wrong")
    if outdated:
        account.password = make_password(password)
        with guard.lifted("the same password under the hasher of today"):
            account.save(update_fields=["password"])
    return account


def confirm_password(account: Account, password: str, *, at: datetime) -> None:
    """Raise Invalid("password_wrong") unless a signed-in person gives their own password."""
    with tries([Bucket(f"own|{account.id}", 5, 3 * MINUTE)], at=at):
        if not check_password(password, account.password):
            raise Invalid("password_wrong")


@contextmanager
def tries(buckets: Sequence[Bucket], *, at: datetime) -> Iterator[None]:
    """Count what is done inside as a try, unless it succeeds.

    Raises Invalid("tries_spent", n=minutes) instead when none is left.
    """
    wait = throttle.take(buckets, at=at)
    if wait:
        raise Invalid("tries_spent", n=ceil(wait / MINUTE))
    yield
    throttle.give_back(buckets)
    throttle.forget_full(at=at)


def by_network(origin: Origin) -> Bucket:
    """Return the bucket of a network, wide enough for a school whose pupils mistype at eight."""
    return Bucket(f"network|{origin.network}", 100, MINUTE / 10)


def by_code(account_id: UUID) -> Bucket:
    """Return the bucket of an account's one-time codes."""
    return Bucket(f"code|{account_id}", 5, 3 * MINUTE)


def spend_code(account_id: UUID, code: str, *, at: datetime) -> bool:
    """Note that a one-time code was used; False when it had been.

    Three minutes outlast the time in which a code is good, for all workers alike.
    """
    return not throttle.take([Bucket(f"spent|{account_id}|{code}", 1, 3 * MINUTE)], at=at)
