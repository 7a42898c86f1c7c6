"""Who belongs to which organisation, and as what: members, and the posts that open records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from senim.exchange.oneroster.batches import gather
from senim.exchange.oneroster.diffing.diff import Diff, Want, days
from senim.exchange.oneroster.diffing.tally import Tally
from senim.exchange.oneroster.index import Key, Link
from senim.exchange.oneroster.roster import RoleRow
from senim.exchange.oneroster.tables import POSTS
from senim.people import rosters as people
from senim.schools import services as schools
from senim.schools.services import NewMember, NewRole

LONGEST_NAME = 240


@dataclass(frozen=True, slots=True)
class Place:
    """A person at an organisation, by the source's ids and by ours, and the line that says so."""

    user: str
    org: str
    user_id: UUID
    org_id: UUID
    line: int


def diff_roles(diff: Diff) -> None:
    """Plan members for roles and enrolments, then the roles themselves and their posts."""
    placed = [(row, place) for row in diff.roster.roles.rows if (place := _place(diff, row))]
    _diff_members(diff, [place for _, place in placed])
    _keep_words(diff)
    if diff.roster.version == "1.2":
        tally = diff.tally("roles", "role", diff.roster.roles)
    else:
        tally = Tally("roles", diff.roster.users.file, "")
    for row, place in placed:
        key = Key("role", row.id, row.within)
        before = diff.index.known(key)
        member = diff.members[place.user, place.org]
        link, fresh = diff.claim(key, said=row.role, target=member)
        fields = () if before is None else _role_changes(before, link)
        tally.note(key, row.line, fresh=fresh, fields=fields)
        diff.words.setdefault(place.user, set()).add(row.role)
    _diff_posts(diff, placed)


def _place(diff: Diff, row: RoleRow) -> Place | None:
    """Return where a role is held. In 1.1 an org that is not in the set is left out."""
    of_users = diff.roster.version == "1.1"
    table, orgs = diff.roster.roles, diff.roster.orgs
    columns = ("sourcedId", "orgSourcedIds") if of_users else ("userSourcedId", "orgSourcedId")
    user_id = diff.need(
        diff.roster.users,
        Key("user", row.user),
        file=table.file,
        line=row.line,
        column=columns[0],
    )
    org_id = diff.find(orgs, Key("org", row.org))
    if org_id is None and not diff.is_told(orgs, row.org):
        note = diff.notes.warn if of_users else diff.notes.fault
        note(table.file, row.line, columns[1], "org_unknown" if of_users else "unknown_reference")
    if user_id is None or org_id is None:
        return None
    return Place(row.user, row.org, user_id, org_id, row.line)


def _role_changes(before: Link, now: Link) -> tuple[str, ...]:
    said = ("role",) if before.said != now.said else ()
    return (*said, "orgSourcedId") if before.target_id != now.target_id else said


def _keep_words(diff: Diff) -> None:
    """Keep what earlier runs said of people whom this set does not speak of."""
    if diff.roster.roles.mode == "bulk":
        return
    users = {link.target_id: key.sourced_id for key, link in diff.index.after("member")}
    told = {(row.id, row.within) for row in diff.roster.roles.rows}
    spoken = {row.user for row in diff.roster.roles.rows if row.within}
    for key, link in diff.index.before("role"):
        user = users.get(link.target_id, "")
        gone = key.sourced_id in diff.roster.roles.gone or (key.within and user in spoken)
        if user and not gone and (key.sourced_id, key.within) not in told:
            diff.words.setdefault(user, set()).add(link.said)


# Members


def _diff_members(diff: Diff, places: list[Place]) -> None:
    tally = diff.tally("members", "member")
    wanted: dict[tuple[str, str], Place] = {}
    for place in (*places, *_places_of_seats(diff), *_places_of_renamed(diff)):
        wanted.setdefault((place.user, place.org), place)
    existing = _existing_members(diff, wanted.values())
    own = {link.target_id for _, link in diff.index.before("member")}
    names = _missing_names(diff, wanted.values())
    diff.settle(tally, NewMember, _wanted_members(diff, wanted, existing, own, names))


def _wanted_members(
    diff: Diff,
    wanted: dict[tuple[str, str], Place],
    existing: dict[tuple[UUID, UUID], UUID],
    own: set[UUID],
    names: dict[UUID, str],
) -> Iterator[Want[NewMember]]:
    for pair, place in wanted.items():
        key = Key("member", *pair)
        target = None if diff.index.known(key) else existing.get((place.org_id, place.user_id))
        adopted = bool(target) and target not in own
        link, fresh = diff.claim(key, target=target, adopted=adopted)
        diff.members[pair] = link.target_id
        name = names.get(place.user_id, "")
        build = partial(_member, place, link.target_id, name)
        yield Want(key, place.line, link, fresh, build)


def _member(place: Place, member_id: UUID, name: str, stands: NewMember | None) -> NewMember:
    shown = name or (stands.shown_name if stands else "")
    return NewMember(place.org_id, place.user_id, shown[:LONGEST_NAME], member_id)


def _places_of_seats(diff: Diff) -> Iterator[Place]:
    """Yield where enrolments put people whom no role puts there."""
    for row in diff.roster.enrollments.rows:
        user_id = diff.find(diff.roster.users, Key("user", row.user))
        klass = diff.classes.get(row.klass)
        if user_id and klass and klass.org:
            yield Place(row.user, klass.org, user_id, klass.school_id, row.line)


def _places_of_renamed(diff: Diff) -> Iterator[Place]:
    """Yield the places of earlier runs whose person the set names anew."""
    lines = {row.id: row.line for row in diff.roster.users.rows}
    in_bulk = diff.roster.roles.mode == "bulk"
    for key, link in diff.index.before("member"):
        user_id = diff.index.target(Key("user", key.sourced_id))
        org = diff.orgs.get(key.within)
        if key.sourced_id in lines and user_id and org and not in_bulk and not link.adopted:
            yield Place(key.sourced_id, key.within, user_id, org.id, lines[key.sourced_id])


def _existing_members(diff: Diff, places: Iterable[Place]) -> dict[tuple[UUID, UUID], UUID]:
    """Return members who stand here already, of people whom the source has not placed yet."""
    unplaced = {
        place.user_id
        for place in places
        if diff.index.known(Key("member", place.user, place.org)) is None
    }
    ids = unplaced - diff.plan.new_people.keys()
    found = gather(lambda batch: schools.standing(NewMember, "user_id", batch), ids)
    return {(m.school_id, m.user_id): m.id for m, _ in found.values()}


def _missing_names(diff: Diff, places: Iterable[Place]) -> dict[UUID, str]:
    """Return the names members are shown by; of people the set does not bring, as they stand."""
    ids = {place.user_id for place in places} - diff.names.keys()
    stood = gather(people.standing_people, ids)
    return {**{i: p.person.full_name for i, p in stood.items()}, **diff.names}


# Posts


def _diff_posts(diff: Diff, placed: list[tuple[RoleRow, Place]]) -> None:
    """Plan posts. An end the office set stays until the source itself says another."""
    tally = diff.tally("posts", "post")
    posts = [(row, place, POSTS[row.role]) for row, place in placed if row.role in POSTS]
    ids = {place.user_id for _, place, _ in posts} - diff.plan.new_people.keys()
    found = gather(lambda batch: schools.standing(NewRole, "user_id", batch), ids)
    held = {
        (role.school_id, role.user_id, role.kind): role.id
        for role, in_use in found.values()
        if in_use and (role.ends is None or role.ends > diff.on)
    }
    own = {link.target_id for _, link in diff.index.before("post")}
    wants = []
    for row, place, kind in posts:
        key, told = Key("post", row.id, row.within), (place.org_id, place.user_id, kind)
        before = diff.index.known(key)
        target = None if before and before.target_id in found else held.get(told)
        said = row.ends.isoformat() if row.ends else ""
        adopted = bool(target) and target not in own
        link, fresh = diff.claim(key, said=said, target=target, adopted=adopted)
        if held.setdefault(told, link.target_id) == link.target_id:
            earlier = before.said if before else None
            build = partial(_post, diff, row, place, kind, link.target_id, earlier)
            wants.append(Want(key, row.line, link, fresh, build))
    diff.settle(tally, NewRole, wants)


def _post(
    diff: Diff,
    row: RoleRow,
    place: Place,
    kind: str,
    post_id: UUID,
    earlier: str | None,
    stands: NewRole | None,
) -> NewRole:
    starts, ends = days((row.starts, row.ends), stands, default=diff.on, earlier=earlier)
    return NewRole(place.org_id, place.user_id, kind, starts, ends, post_id)
