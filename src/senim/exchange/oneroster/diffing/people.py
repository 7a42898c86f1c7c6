"""Persons, what identifies them, and their accounts.

A person whose IIN stands here already is that person, and keeps the name they have. Accounts are
made once, without a password; a file never gives one a new name or address afterwards.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from senim.base.sealed import lookup_hash
from senim.exchange.oneroster.batches import batches, gather
from senim.exchange.oneroster.diffing.diff import COLUMNS, Diff, differing
from senim.exchange.oneroster.diffing.tally import Tally
from senim.exchange.oneroster.index import Key, Link
from senim.exchange.oneroster.roster import DemographicsRow, UserRow
from senim.people import rosters as people
from senim.people.rosters import StandingPerson
from senim.people.services import NewAccount, NewPerson

OFF = "off"
LONGEST_USERNAME = 60
NAMES = ("given_name", "family_name", "middle_name")


def diff_people(diff: Diff) -> None:
    """Plan persons, demographics and accounts."""
    tally = diff.tally("users", "user", diff.roster.users)
    hashes = {row.id: lookup_hash(row.iin, kind="iin") for row in diff.roster.users.rows if row.iin}
    _note_shared_iins(diff, hashes)
    links = _claim_users(diff, hashes)
    said = {row.id: row for row in diff.roster.demographics.rows}
    for batch in batches(diff.roster.users.rows):
        stood = people.standing_people(links[row.id][0].target_id for row in batch)
        for row in batch:
            link, fresh = links[row.id]
            now = stood.get(link.target_id)
            person = _wanted(row, link.target_id, said.get(row.id), now)
            fields = _plan_person(diff, person, now, link, hashes.get(row.id))
            diff.names[person.id] = (now.person if link.adopted and now else person).full_name
            tally.note(row.id, row.line, fresh=fresh, fields=fields)
    _diff_demographics(diff)
    _diff_accounts(diff, links)


def _note_shared_iins(diff: Diff, hashes: dict[str, str]) -> None:
    first: dict[str, str] = {}
    for row in diff.roster.users.rows:
        if row.id in hashes and first.setdefault(hashes[row.id], row.id) != row.id:
            diff.notes.fault(diff.roster.users.file, row.line, "userIds", "iin_twice")


def _claim_users(diff: Diff, hashes: dict[str, str]) -> dict[str, tuple[Link, bool]]:
    found = gather(people.people_with_iins, hashes.values())
    own = {link.target_id for _, link in diff.index.before("user")}
    links = {}
    for row in diff.roster.users.rows:
        key, match = Key("user", row.id), found.get(hashes.get(row.id, ""))
        known = diff.index.known(key)
        if known and match not in (None, known.target_id):
            diff.notes.fault(diff.roster.users.file, row.line, "userIds", "iin_of_another")
        if known is None and match:
            diff.notes.warn(diff.roster.users.file, row.line, "userIds", "person_matched")
        target = None if known else match
        links[row.id] = diff.claim(key, target=target, adopted=bool(target) and target not in own)
    return links


def _wanted(
    row: UserRow, person_id: UUID, said: DemographicsRow | None, now: StandingPerson | None
) -> NewPerson:
    """Return the person as the set says; what it leaves blank stays as it stands."""
    birth_date = (said.birth_date if said else None) or (now.person.birth_date if now else None)
    sex = (said.sex if said else "") or (now.person.sex if now else "")
    return NewPerson(
        person_id, row.given_name, row.family_name, row.middle_name, birth_date, sex, row.iin
    )


def _plan_person(
    diff: Diff, person: NewPerson, now: StandingPerson | None, link: Link, iin_hash: str | None
) -> tuple[str, ...]:
    """Plan one person; return what changes, in the words of users.csv."""
    if now is None:
        diff.plan.new_people[person.id] = person
        return ("status",)
    if link.adopted:
        return ()
    fields = tuple(
        COLUMNS[name] for name in NAMES if getattr(person, name) != getattr(now.person, name)
    )
    fields = fields if now.in_use else (*fields, "status")
    if fields:
        diff.plan.renamed.append(person)
    new_iin = iin_hash is not None and iin_hash != now.iin_hash
    if new_iin:
        diff.plan.identified.append(person)
    return (*fields, "userIds") if new_iin else fields


def _diff_demographics(diff: Diff) -> None:
    """Plan birth dates and sex; a blank one takes nothing away."""
    table = diff.roster.demographics
    tally = diff.tally("demographics", "demographics", table)
    planned = {person.id: place for place, person in enumerate(diff.plan.identified)}
    for batch in batches(table.rows):
        stood = people.standing_people(
            found for row in batch if (found := diff.find(diff.roster.users, Key("user", row.id)))
        )
        for row in batch:
            user = diff.need(
                diff.roster.users,
                Key("user", row.id),
                file=table.file,
                line=row.line,
                column="sourcedId",
            )
            if user:
                _, fresh = diff.claim(Key("demographics", row.id), target=user)
                fields = _plan_facts(diff, row, stood.get(user), planned)
                tally.note(row.id, row.line, fresh=fresh, fields=fields)


def _plan_facts(
    diff: Diff, row: DemographicsRow, now: StandingPerson | None, planned: dict[UUID, int]
) -> tuple[str, ...]:
    """Plan what identifies one person; of a new one it is planned with them."""
    link = diff.index.link(Key("user", row.id))
    if now is None or link is None or link.adopted:
        return ()
    stands = now.person
    wanted = replace(
        stands, birth_date=row.birth_date or stands.birth_date, sex=row.sex or stands.sex
    )
    fields = differing(wanted, stands)
    place = planned.get(stands.id)
    if fields and place is not None:
        diff.plan.identified[place] = replace(wanted, iin=diff.plan.identified[place].iin)
    elif fields:
        diff.plan.identified.append(wanted)
    return fields


# Accounts


def _diff_accounts(diff: Diff, links: dict[str, tuple[Link, bool]]) -> None:
    """Plan an account for every new person, and switch those that the set switches."""
    tally = diff.tally("accounts", "account")
    fresh_rows = []
    for row in diff.roster.users.rows:
        key, said = Key("account", row.id), "" if row.enabled else OFF
        known = diff.index.link(key) or diff.index.former(key)
        if known is not None:
            _switch(diff, tally, row, known, said)
        elif links[row.id][0].target_id in diff.plan.new_people:
            fresh_rows.append(row)
    addresses = Addresses(diff, fresh_rows)
    for row in fresh_rows:
        link, _ = diff.claim(Key("account", row.id), said="" if row.enabled else OFF)
        account = addresses.account(row, links[row.id][0].target_id, link.target_id)
        diff.plan.new_accounts.append(account)
        tally.note(row.id, row.line, fresh=True, fields=())


def _switch(diff: Diff, tally: Tally, row: UserRow, known: Link, said: str) -> None:
    diff.claim(Key("account", row.id), said=said)
    fields: tuple[str, ...] = ()
    if said != (OFF if known.gone else known.said):
        switched = diff.plan.accounts_off if said == OFF else diff.plan.accounts_on
        switched.append(known.target_id)
        fields = ("enabledUser",)
    tally.note(row.id, row.line, fresh=False, fields=fields)


class Addresses:
    """Sign-in names, e-mails and phones of new accounts; each belongs to one account only."""

    def __init__(self, diff: Diff, rows: list[UserRow]) -> None:
        self._diff = diff
        self._names = _taken("username", (row.username for row in rows))
        self._emails = _taken("email", (row.email for row in rows))
        self._phones = _taken("phone", (row.phone for row in rows))

    def account(self, row: UserRow, user_id: UUID, account_id: UUID) -> NewAccount:
        """Return the account of a row, with what is still free of what it asks for."""
        return NewAccount(
            user_id=user_id,
            username=self._username(row, user_id),
            email=self._once(row, "email", row.email, self._emails),
            phone=self._once(row, "phone", row.phone, self._phones),
            is_active=row.enabled,
            id=account_id,
        )

    def _username(self, row: UserRow, user_id: UUID) -> str:
        """Return the name asked for, or with a number where it is taken."""
        wished = row.username or f"u{user_id.int % 10**8:08d}"
        if not row.username:
            self._warn(row, "username", "username_missing")
        name, number = wished, 2
        while self._is_taken(name):
            name, number = f"{wished[: LONGEST_USERNAME - 8]}.{number}", number + 1
        if name != wished:
            self._warn(row, "username", "username_taken")
        self._names.add(name)
        return name

    def _is_taken(self, name: str) -> bool:
        return name in self._names or bool(people.taken_addresses("username", [name]))

    def _once(self, row: UserRow, column: str, value: str, taken: set[str]) -> str | None:
        if value and value in taken:
            self._warn(row, column, "address_taken")
            return None
        taken.add(value)
        return value or None

    def _warn(self, row: UserRow, column: str, code: str) -> None:
        self._diff.notes.warn(self._diff.roster.users.file, row.line, column, code)


def _taken(column: str, values: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for batch in batches(value for value in values if value):
        found |= people.taken_addresses(column, batch)
    return found
