"""Courses and classes. A course that a class cites and no file brings gets a placeholder."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from uuid import UUID

from senim.exchange.oneroster.batches import gather
from senim.exchange.oneroster.diffing.diff import Diff, Taught, Want, words_of
from senim.exchange.oneroster.diffing.tally import Tally
from senim.exchange.oneroster.index import Key
from senim.exchange.oneroster.roster import ClassRow, CourseRow
from senim.rules.sessions import school_year_on
from senim.schools import services as schools
from senim.schools.services import NewClass, NewCourse

PLACEHOLDER = "placeholder"


def diff_courses(diff: Diff) -> None:
    """Plan courses, and placeholders for those that only classes speak of."""
    table = diff.roster.courses
    tally = diff.tally("courses", "course", table)
    citing: dict[str, ClassRow] = {}
    for klass in diff.roster.classes.rows:
        citing.setdefault(klass.course, klass)
    wants = []
    for row in table.rows:
        school_id = _school_of_course(diff, row, citing.get(row.id))
        if school_id:
            link, fresh = diff.claim(Key("course", row.id))
            build = partial(_course, row, school_id, link.target_id)
            wants.append(Want(row.id, row.line, link, fresh, build))
    diff.settle(tally, NewCourse, wants)
    _placeholders(diff, tally)


def _school_of_course(diff: Diff, row: CourseRow, citing: ClassRow | None) -> UUID | None:
    """Return whose course it is: as said, else of a class that cites it, else the only school's."""
    orgs, file = diff.roster.orgs, diff.roster.courses.file
    if row.org:
        if said := diff.find(orgs, Key("org", row.org)):
            return said
        if diff.is_told(orgs, row.org):
            return None
        diff.notes.warn(file, row.line, "orgSourcedId", "org_unknown")
    if citing and (school := diff.find(orgs, Key("org", citing.school))):
        return school
    if len(diff.school_orgs) == 1:
        return diff.orgs[diff.school_orgs[0]].id
    diff.notes.fault(file, row.line, "orgSourcedId", "org_unknown")
    return None


def _course(
    row: CourseRow, school_id: UUID, course_id: UUID, stands: NewCourse | None
) -> NewCourse:
    return NewCourse(
        school_id=school_id,
        title=words_of(row.title, stands.title if stands else None),
        code=row.code,
        assessment=stands.assessment if stands else "marked",
        id=course_id,
    )


def _placeholders(diff: Diff, tally: Tally) -> None:
    """Name every absent course that classes cite; one that stands already is left as it is."""
    courses, classes = diff.roster.courses, diff.roster.classes
    made: set[str] = set()
    for row in classes.rows:
        key = Key("course", row.course)
        known = diff.index.known(key)
        stands = courses.mode != "bulk" and known is not None and known.said != PLACEHOLDER
        here = row.course in courses.named or (stands and row.course not in courses.gone)
        school_id = diff.find(diff.roster.orgs, Key("org", row.school))
        if not row.course or here or school_id is None:
            continue
        diff.notes.warn(classes.file, row.line, "courseSourcedId", "course_placeholder")
        if row.course not in made:
            made.add(row.course)
            link, _ = diff.claim(key, said=PLACEHOLDER)
            if known is None:
                course = NewCourse(school_id, {**words_of(row.title, None)}, id=link.target_id)
                diff.plan.puts.setdefault(NewCourse, []).append(course)
    tally.placeholders = len(made)


def diff_classes(diff: Diff) -> None:
    """Plan classes; a homeroom class carries no course here, whatever its row cites."""
    table = diff.roster.classes
    tally = diff.tally("classes", "class", table)
    diff.settle(tally, NewClass, _wanted_classes(diff))
    _remember(diff)


def _wanted_classes(diff: Diff) -> Iterator[Want[NewClass]]:
    table = diff.roster.classes
    for row in table.rows:
        school_id = diff.need(
            diff.roster.orgs,
            Key("org", row.school),
            file=table.file,
            line=row.line,
            column="schoolSourcedId",
        )
        if school_id is None:
            continue
        link, fresh = diff.claim(Key("class", row.id))
        build = partial(_class, diff, row, school_id, link.target_id)
        yield Want(row.id, row.line, link, fresh, build)


def _class(
    diff: Diff, row: ClassRow, school_id: UUID, class_id: UUID, stands: NewClass | None
) -> NewClass:
    taught = row.kind == "scheduled"
    year = _school_year(diff, row, stands)
    starts = _starts(diff, row.terms, year)
    diff.classes[row.id] = Taught(class_id, school_id, row.school, starts)
    return NewClass(
        school_id=school_id,
        title=row.title,
        school_year=year,
        grade=row.grade,
        course_id=diff.index.target(Key("course", row.course)) if taught else None,
        homeroom_id=stands.homeroom_id if stands and taught else None,
        subgroup=stands.subgroup if stands and taught else "",
        id=class_id,
    )


def _school_year(diff: Diff, row: ClassRow, stands: NewClass | None) -> int:
    """Return the year of a class's sessions, else as it stands, else the set's only year."""
    file = diff.roster.classes.file
    unknown = [term for term in row.terms if term not in diff.spans]
    if unknown:
        diff.notes.warn(file, row.line, "termSourcedIds", "term_unknown")
    years = [diff.spans[term].school_year for term in row.terms if term in diff.spans]
    if years:
        return max(years)
    if stands:
        return stands.school_year
    every = {span.school_year for span in diff.spans.values()}
    if len(every) == 1:
        return every.pop()
    diff.notes.warn(file, row.line, "termSourcedIds", "class_year_by_today")
    return school_year_on(diff.on)


def _starts(diff: Diff, terms: tuple[str, ...], year: int) -> date:
    """Return the first day of a class: of its sessions, else of its year's, else today."""
    own = [diff.spans[term].starts for term in terms if term in diff.spans]
    of_year = [span.starts for span in diff.spans.values() if span.school_year == year]
    return min(own or of_year or [diff.on])


def _remember(diff: Diff) -> None:
    """Keep the classes of earlier runs too: enrolments of a delta cite them."""
    table = diff.roster.classes
    orgs = {org.id: sid for sid, org in diff.orgs.items()}
    rest = {
        key.sourced_id: link.target_id
        for key, link in diff.index.before("class")
        if key.sourced_id not in diff.classes and diff.find(table, key)
    }
    stood = gather(lambda ids: schools.standing(NewClass, "id", ids), rest.values())
    for sid, class_id in rest.items():
        if class_id in stood:
            klass = stood[class_id][0]
            starts = _starts(diff, (), klass.school_year)
            org = orgs.get(klass.school_id, "")
            diff.classes[sid] = Taught(class_id, klass.school_id, org, starts)
