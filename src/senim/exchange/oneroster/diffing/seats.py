"""Enrolments: who learns in a class, and who teaches it."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from senim.exchange.oneroster.batches import gather
from senim.exchange.oneroster.diffing.diff import Diff, Taught, Want, days
from senim.exchange.oneroster.diffing.tally import Tally
from senim.exchange.oneroster.index import Key
from senim.exchange.oneroster.roster import EnrollmentRow
from senim.schools import services as schools
from senim.schools.services import NewEnrollment

Seat = tuple[UUID, UUID, str]


def diff_enrollments(diff: Diff) -> None:
    """Plan enrolments. The same seat named twice is taken once."""
    tally = diff.tally("enrollments", "enrollment", diff.roster.enrollments)
    diff.settle(tally, NewEnrollment, _wanted(diff, tally))


def _wanted(diff: Diff, tally: Tally) -> Iterator[Want[NewEnrollment]]:
    held = _held(diff)
    taken: set[tuple[object, ...]] = set()
    for row in diff.roster.enrollments.rows:
        klass = _class_of(diff, row)
        if klass is None:
            continue
        seat = (klass.id, diff.members[row.user, klass.org], row.role)
        if _is_twice(diff, tally, row, taken, seat):
            continue
        key = Key("enrollment", row.id)
        before = diff.index.known(key)
        target = None if before else held.get(seat)
        said = row.ends.isoformat() if row.ends else ""
        link, fresh = diff.claim(key, said=said, target=target, adopted=bool(target))
        earlier = before.said if before else None
        build = partial(_seat, row, klass, seat, link.target_id, earlier)
        yield Want(row.id, row.line, link, fresh, build)


def _class_of(diff: Diff, row: EnrollmentRow) -> Taught | None:
    """Return a row's class, if its class and its person are there."""
    file = diff.roster.enrollments.file
    klass_id = diff.need(
        diff.roster.classes,
        Key("class", row.klass),
        file=file,
        line=row.line,
        column="classSourcedId",
    )
    user_id = diff.need(
        diff.roster.users,
        Key("user", row.user),
        file=file,
        line=row.line,
        column="userSourcedId",
    )
    klass = diff.classes.get(row.klass)
    if klass_id is None or user_id is None or klass is None:
        return None
    if row.school != klass.org:
        diff.notes.warn(file, row.line, "schoolSourcedId", "school_of_class")
    return klass


def _held(diff: Diff) -> dict[Seat, UUID]:
    """Return the seats that stand here without this source, in classes where it names new ones."""
    classes = {
        diff.classes[row.klass].id
        for row in diff.roster.enrollments.rows
        if row.klass in diff.classes and diff.index.known(Key("enrollment", row.id)) is None
    }
    own = {link.target_id for _, link in diff.index.before("enrollment")}
    found = gather(lambda batch: schools.standing(NewEnrollment, "class_id", batch), classes)
    return {
        (seat.class_id, seat.member_id, seat.role): seat.id
        for seat, in_use in found.values()
        if in_use and (seat.ends is None or seat.ends > diff.on) and seat.id not in own
    }


def _is_twice(
    diff: Diff, tally: Tally, row: EnrollmentRow, taken: set[tuple[object, ...]], seat: Seat
) -> bool:
    if (*seat, row.starts) in taken:
        diff.notes.warn(tally.file, row.line, "", "enrollment_twice")
        tally.unused += 1
        return True
    taken.add((*seat, row.starts))
    return False


def _seat(
    row: EnrollmentRow,
    klass: Taught,
    seat: Seat,
    seat_id: UUID,
    earlier: str | None,
    stands: NewEnrollment | None,
) -> NewEnrollment:
    starts, ends = days((row.starts, row.ends), stands, default=klass.starts, earlier=earlier)
    return NewEnrollment(klass.school_id, *seat, starts, ends, seat_id)
