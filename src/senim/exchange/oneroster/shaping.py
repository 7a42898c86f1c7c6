"""Rows of cells to frozen values, each sloppiness with a warning, each fault with its place.

Nothing is looked up here: whether an id is known is the diff's question.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from senim.base.sealed import lookup_hash
from senim.exchange.oneroster import tables
from senim.exchange.oneroster.cells import (
    Order,
    Unreadable,
    column_order,
    read_date,
    read_flag,
    read_iin,
    read_list,
    read_word,
)
from senim.exchange.oneroster.findings import Notes
from senim.exchange.oneroster.reading import RawSet, RawTable, Row
from senim.exchange.oneroster.roster import (
    ClassRow,
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    OrgRow,
    R,
    RoleRow,
    Roster,
    SessionRow,
    Table,
    UserRow,
)
from senim.people.signing_in import normal_phone
from senim.rules.iin import is_iin

DATE_COLUMNS = ("startDate", "endDate", "beginDate", "birthDate")
HIGHEST_GRADE = 12
SCHOOL_YEAR_TURNS = 7
"""A session that begins in July or later belongs to the school year that ends next year."""

Word = TypeVar("Word")


class Faulty(Exception):
    """A row has a fault; it is noted, and the row is left out."""


def shape(raw: RawSet, notes: Notes) -> Roster:
    """Return the set as frozen values; rows with a fault are left out and noted."""
    users = _table(raw, "users", notes, _user)
    return Roster(
        version=raw.version,
        source=raw.source,
        digest=raw.digest,
        orgs=_table(raw, "orgs", notes, _org),
        sessions=_table(raw, "academicSessions", notes, _session),
        courses=_table(raw, "courses", notes, _course),
        classes=_table(raw, "classes", notes, _class),
        users=users,
        demographics=_table(raw, "demographics", notes, _demographics),
        roles=_table(raw, "roles", notes, _role)
        if raw.version == "1.2"
        else _roles_of_users(users),
        enrollments=_table(raw, "enrollments", notes, _enrollment),
    )


class Cells:
    """One row's cells, each read as what it should be; knows where to put a note."""

    def __init__(
        self, file: str, row: Row, orders: Mapping[str, Order | None], notes: Notes
    ) -> None:
        self._file, self._row, self._orders, self._notes = file, row, orders, notes
        self.line = row.line
        self.failed = False

    def warn(self, column: str, code: str) -> None:
        """Note how something was read."""
        self._notes.warn(self._file, self.line, column, code)

    def fault(self, column: str, code: str) -> None:
        """Note a fault; the row goes on being read, so that all its faults are told."""
        self._notes.fault(self._file, self.line, column, code)
        self.failed = True

    def text(self, column: str, *, longest: int, needed: bool = False) -> str:
        """Return a text, cut to what is kept."""
        text = self._row.get(column)
        if not text and needed:
            self.fault(column, "blank")
        if any(ord(letter) < 32 or letter == "\x7f" for letter in text):
            self.warn(column, "control_characters")
            text = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
        if len(text) > longest:
            self.warn(column, "text_cut")
            text = text[:longest].rstrip()
        return text

    def id(self, column: str, *, needed: bool = False) -> str:
        """Return an id; one that is an IIN is never kept in clear."""
        text = self._row.get(column)
        if not text and needed:
            self.fault(column, "blank")
        if len(text) > tables.LONGEST_ID:
            self.fault(column, "id_too_long")
        return kept_id(text)

    def ids(self, column: str) -> tuple[str, ...]:
        """Return the ids of a list."""
        return tuple(kept_id(text) for text in read_list(self._row.get(column)))

    def date(self, column: str, *, needed: bool = False) -> date | None:
        """Return a day, or None where the cell is blank or has a fault."""
        text = self._row.get(column)
        if not text:
            if needed:
                self.fault(column, "blank")
            return None
        try:
            day, exact = read_date(text, order=self._orders.get(column))
        except Unreadable as unreadable:
            self.fault(column, unreadable.code)
            return None
        if not exact:
            self.warn(column, "date_other_form")
        return day

    def flag(self, column: str) -> bool:
        """Return a boolean; a blank or missing one is read as true."""
        text = self._row.get(column)
        if not text:
            self.warn(column, "flag_blank")
            return True
        try:
            flag, exact = read_flag(text)
        except Unreadable as unreadable:
            self.fault(column, unreadable.code)
            return True
        if not exact:
            self.warn(column, "flag_other_form")
        return flag

    def word(
        self, column: str, words: Mapping[str, Word], *, blank: Word, needed: bool = True
    ) -> Word:
        """Return what a word of a closed list means. blank: what stands for none."""
        text = self._row.get(column)
        if not text:
            note = self.fault if needed else self.warn
            note(column, "blank" if needed else "word_blank")
            return blank
        try:
            meaning, exact = read_word(text, words)
        except Unreadable as unreadable:
            self.fault(column, unreadable.code)
            return blank
        if not exact:
            self.warn(column, "word_other_case")
        return meaning

    def has(self, column: str) -> bool:
        """Say whether a cell is filled."""
        return bool(self._row.get(column))

    def plain(self, column: str) -> str:
        """Return a cell as it stands."""
        return self._row.get(column)


def kept_id(sourced_id: str) -> str:
    """Return an id as it is kept: an IIN, which some systems use as one, as its keyed hash."""
    return f"iin:{lookup_hash(sourced_id, kind='iin')}" if is_iin(sourced_id) else sourced_id


def _table(
    raw: RawSet, name: str, notes: Notes, shape_row: Callable[[Cells, str], R | None]
) -> Table[R]:
    """Shape one file. shape_row returns None for a row that says what we keep nowhere."""
    if name not in raw.tables:
        return Table(f"{name}.csv")
    table = raw.tables[name]
    orders = _orders(table)
    rows: list[R] = []
    gone: dict[str, int] = {}
    named: set[str] = set()
    refused, unused = set(), set()
    for row in table.rows:
        cells = Cells(table.file, row, orders, notes)
        sourced_id = cells.id("sourcedId", needed=True)
        if sourced_id and sourced_id in named:
            cells.fault("sourcedId", "id_twice")
        named.add(sourced_id)
        if _is_gone(cells, table.mode):
            gone[sourced_id] = row.line
            continue
        shaped = shape_row(cells, sourced_id)
        if cells.failed:
            refused.add(row.line)
        elif shaped is None:
            unused.add(row.line)
        else:
            rows.append(shaped)
    return Table(
        file=table.file,
        mode=table.mode,
        rows=tuple(rows),
        gone=gone,
        named=frozenset(named),
        count=len(table.rows),
        refused=frozenset(refused),
        unused=frozenset(unused),
    )


def _orders(table: RawTable) -> dict[str, Order | None]:
    return {
        column: column_order(row.get(column) for row in table.rows)
        for column in DATE_COLUMNS
        if column in table.columns
    }


def _is_gone(cells: Cells, mode: str) -> bool:
    """Say whether a row is of something removed. A bulk file may leave the status blank."""
    status = cells.plain("status").casefold()
    if status in tables.REMOVED:
        if status != "tobedeleted":
            cells.warn("status", "status_inactive")
        return True
    if not status and mode == "delta":
        cells.warn("status", "status_blank")
    elif status not in ("", "active"):
        cells.warn("status", "status_unknown")
    return False


# One function a file


def _org(cells: Cells, sourced_id: str) -> OrgRow | None:
    return OrgRow(
        line=cells.line,
        id=sourced_id,
        name=cells.text("name", longest=200, needed=True),
        kind=cells.word("type", tables.ORG_KINDS, blank="school"),
        identifier=cells.text("identifier", longest=40),
        parent=cells.id("parentSourcedId"),
    )


def _session(cells: Cells, sourced_id: str) -> SessionRow | None:
    starts, ends = cells.date("startDate", needed=True), cells.date("endDate", needed=True)
    title = cells.text("title", longest=200, needed=True)
    kind = cells.word("type", tables.SESSION_KINDS, blank="term")
    if starts is None or ends is None:
        return None
    if ends <= starts:
        cells.fault("endDate", "dates_out_of_order")
    year = starts.year + (starts.month >= SCHOOL_YEAR_TURNS)
    if cells.plain("schoolYear")[:4] not in ("", str(year)):
        cells.warn("schoolYear", "school_year_by_dates")
    if cells.plain("type").casefold() == "gradingperiod":
        cells.warn("type", "grading_period_as_term")
    return SessionRow(
        cells.line, sourced_id, title, kind, starts, ends, year, cells.id("parentSourcedId")
    )


def _course(cells: Cells, sourced_id: str) -> CourseRow | None:
    return CourseRow(
        line=cells.line,
        id=sourced_id,
        title=cells.text("title", longest=200, needed=True),
        code=cells.text("courseCode", longest=40),
        org=cells.id("orgSourcedId"),
    )


def _class(cells: Cells, sourced_id: str) -> ClassRow | None:
    title = cells.text("title", longest=60)
    if not title and (title := cells.text("classCode", longest=60)):
        cells.warn("title", "title_by_code")
    elif not title:
        cells.fault("title", "blank")
    kind = cells.word("classType", tables.CLASS_KINDS, blank="scheduled", needed=False)
    return ClassRow(
        line=cells.line,
        id=sourced_id,
        title=title,
        kind=kind,
        grade=_grade(cells),
        course=cells.id("courseSourcedId", needed=kind == "scheduled"),
        school=cells.id("schoolSourcedId", needed=True),
        terms=cells.ids("termSourcedIds"),
    )


def _grade(cells: Cells) -> int | None:
    """Return a class's one grade; what is no number of a grade here is left out with a warning."""
    grades = read_list(cells.plain("grades"))
    if not grades:
        return None
    if len(grades) == 1 and grades[0].isascii() and grades[0].isdigit():
        grade = int(grades[0])
        if grade <= HIGHEST_GRADE:
            return grade
    cells.warn("grades", "grade_unused")
    return None


def _user(cells: Cells, sourced_id: str) -> UserRow | None:
    given, family = cells.text("givenName", longest=120), cells.text("familyName", longest=120)
    if not given and not family:
        cells.fault("familyName", "name_missing")
    elif not given or not family:
        cells.warn("familyName" if given else "givenName", "name_half")
    return UserRow(
        line=cells.line,
        id=sourced_id,
        given_name=given,
        family_name=family,
        middle_name=cells.text("middleName", longest=120),
        username=cells.text("username", longest=50).lower(),
        email=_email(cells),
        phone=_phone(cells),
        iin=_iin(cells),
        enabled=cells.flag("enabledUser"),
        agents=cells.ids("agentSourcedIds"),
        role=cells.word("role", tables.ROLES, blank="") if cells.has("role") else "",
        orgs=cells.ids("orgSourcedIds"),
    )


def _email(cells: Cells) -> str:
    text = cells.plain("email").lower()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        cells.warn("email", "email_wrong")
        return ""
    return text


def _phone(cells: Cells) -> str:
    for column in ("sms", "phone"):
        if text := cells.plain(column):
            if phone := normal_phone(text):
                return phone
            cells.warn(column, "phone_wrong")
    return ""


def _iin(cells: Cells) -> str:
    try:
        return read_iin(cells.plain("userIds"))
    except Unreadable as unreadable:
        cells.warn("userIds", unreadable.code)
        return ""


def _demographics(cells: Cells, sourced_id: str) -> DemographicsRow | None:
    sex = cells.word("sex", tables.SEXES, blank="") if cells.has("sex") else ""
    return DemographicsRow(cells.line, sourced_id, cells.date("birthDate"), sex)


def _role(cells: Cells, sourced_id: str) -> RoleRow | None:
    starts, ends = _span(cells)
    return RoleRow(
        line=cells.line,
        id=sourced_id,
        within="",
        user=cells.id("userSourcedId", needed=True),
        org=cells.id("orgSourcedId", needed=True),
        role=cells.word("role", tables.ROLES, blank=""),
        starts=starts,
        ends=ends,
    )


def _enrollment(cells: Cells, sourced_id: str) -> EnrollmentRow | None:
    starts, ends = _span(cells)
    klass, user = cells.id("classSourcedId", needed=True), cells.id("userSourcedId", needed=True)
    school, role = cells.id("schoolSourcedId"), cells.word("role", tables.SEATS, blank="student")
    if not role and not cells.failed:
        cells.warn("role", "seat_unused")
        return None
    return EnrollmentRow(cells.line, sourced_id, klass, school, user, role, starts, ends)


def _span(cells: Cells) -> tuple[date | None, date | None]:
    starts, ends = cells.date("beginDate"), cells.date("endDate")
    if starts and ends and ends <= starts:
        cells.fault("endDate", "dates_out_of_order")
    return starts, ends


def _roles_of_users(users: Table[UserRow]) -> Table[RoleRow]:
    """In 1.1 a user's row tells their role and orgs."""
    rows = tuple(
        RoleRow(user.line, user.id, org, user.id, org, user.role)
        for user in users.rows
        for org in user.orgs
    )
    return Table(users.file, users.mode, rows)
