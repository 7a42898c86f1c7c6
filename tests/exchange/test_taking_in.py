"""A roster is taken in whole or not at all; the same again changes nothing."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet

from senim.base.scope import SYSTEM, entry_door
from senim.exchange import queries
from senim.exchange.models import ExternalId, ImportRun
from senim.exchange.oneroster import tables
from senim.exchange.services import import_roster
from senim.ledger import guard
from senim.ledger.models import Opening
from senim.people.identifiers import identifier_of
from senim.people.models import Account, Demographics, Guardianship, User
from senim.people.queries import person_with_iin
from senim.schools.models import AcademicSession, Class, Course, Enrollment, Member, Org, Role
from senim.schools.queries import session_on, sessions
from tests.exchange.sets import (
    AT,
    CANARY,
    IIN,
    LATER,
    SCHOOL,
    SECRET,
    Tables,
    as_1_1,
    codes,
    counts,
    everything,
    iin,
    only,
    runs_entries,
    school,
    table,
    take_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody")]

TODAY = date(2026, 11, 18)


def rows(model: Any) -> QuerySet[Any]:
    """Return all rows, past the scoped manager: a test may look at anything."""
    found: QuerySet[Any] = QuerySet(model)
    query: Any = found.query
    query.door = entry_door() or SYSTEM
    return found


def named(kind: str, sourced_id: str, within: str = "") -> Any:
    """Return the id of what a source calls so."""
    found = ExternalId.objects.get(kind=kind, sourced_id=sourced_id, within=within)
    return found.target_id


def edited(table_name: str, sourced_id: str, /, **cells: str) -> Tables:
    """Return the clean set with some cells of one row changed."""
    tables = school()
    (row,) = (row for row in tables[table_name] if row["sourcedId"] == sourced_id)
    row.update(cells)
    return tables


def without(name: str, *sourced_ids: str) -> Tables:
    """Return the clean set without some rows."""
    tables = school()
    tables[name] = [row for row in tables[name] if row["sourcedId"] not in sourced_ids]
    return tables


def gone(name: str, sourced_id: str) -> Tables:
    """Return a delta that removes one row."""
    (row,) = (row for row in SCHOOL[name] if row["sourcedId"] == sourced_id)
    return only(name, {**dict.fromkeys(row, ""), "sourcedId": sourced_id, "status": "tobedeleted"})


# A clean set


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_clean_set_is_taken_in_without_a_warning(tmp_path: Path, version: str) -> None:
    tables = as_1_1(school()) if version == "1.1" else school()

    report = take_in(tmp_path, tables, version=version)

    assert (report.faults, report.warnings) == ((), ())
    assert report.run_id is not None
    of_files = {name: len(rows) for name, rows in tables.items()}
    assert counts(report, "rows") == of_files
    derived = {"accounts": 5, "members": 5, "posts": 1, "guardianships": 2}
    assert counts(report, "new") == {**of_files, **derived}


def test_each_row_stands_for_what_it_says(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    birch = Org.objects.get(id=named("org", "s1"))
    assert (birch.kind, birch.name) == ("school", {"kk": "№ 1 мектебі"})
    assert birch.parent_id == named("org", "d1")
    term = AcademicSession.objects.get(id=named("academicSession", "q2", "s1"))
    assert (term.kind, term.number, term.school_year) == ("term", 2, 2027)
    assert (term.starts, term.ends) == (date(2026, 11, 2), date(2026, 12, 28))
    assert term.parent_id == named("academicSession", "y27", "s1")
    homeroom, taught = (Class.objects.get(id=named("class", sid)) for sid in ("h7", "a7"))
    assert (homeroom.kind, homeroom.grade, homeroom.course_id) == ("homeroom", 7, None)
    assert (taught.kind, taught.course_id) == ("scheduled", named("course", "c1"))
    pupil = rows(User).get(id=named("user", "u1"))
    assert (pupil.family_name, pupil.given_name) == (CANARY, "Аружан")
    facts = rows(Demographics).get(user=pupil)
    assert (facts.birth_date, facts.sex) == (date(2013, 4, 17), "female")
    assert identifier_of(pupil.id, "iin") == IIN
    member = rows(Member).get(id=named("member", "u1", "s1"))
    assert (member.shown_name, member.school_id) == (f"{CANARY} Аружан", birch.id)
    seat = rows(Enrollment).get(id=named("enrollment", "e3"))
    assert (seat.klass_id, seat.member_id, seat.role) == (taught.id, member.id, "student")
    assert (seat.starts, seat.ends) == (date(2026, 9, 1), None)
    post = rows(Role).get()
    assert (post.user_id, post.kind, post.starts) == (named("user", "u4"), "head", TODAY)


def test_a_parent_named_from_both_sides_is_one_guardianship(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    tie = rows(Guardianship).get()
    assert (tie.guardian_id, tie.ward_id) == (named("user", "u3"), named("user", "u1"))
    assert (tie.kind, tie.ground, tie.starts, tie.ends) == ("parent", "roster", TODAY, None)
    assert not tie.restricted


def test_accounts_have_no_password_and_take_the_addresses_given(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    mother = Account.objects.get(user_id=named("user", "u3"))
    assert not mother.has_usable_password()
    assert (mother.username, mother.phone, mother.is_active) == ("mother", "+77015550101", True)
    assert Account.objects.get(username="teacher").email == "teacher@example.org"


def test_a_run_is_one_entry_and_one_run_filed_under_the_school(tmp_path: Path) -> None:
    report = take_in(tmp_path, school())

    entry = runs_entries().get()
    assert (entry.event, entry.subject_kind) == ("exchange.roster.imported", "import")
    assert entry.subject_id == report.run_id
    assert entry.school_id == named("org", "s1")
    (run,) = queries.runs(named("org", "s1"))
    assert (run.id, run.at, run.source, run.version) == (report.run_id, AT, "canary-sis", "1.2")
    assert run.counts["users"]["new"] == 5
    assert run.digest == report.digest
    assert queries.runs(named("org", "d1")) == (run,)


def test_another_school_does_not_see_the_run(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    other = edited("orgs", "s1", name="№ 2 мектебі")
    other["orgs"] = other["orgs"][1:]
    other["orgs"][0]["parentSourcedId"] = ""
    other["users"], other["roles"], other["enrollments"], other["demographics"] = [], [], [], []
    take_in(tmp_path, {k: v for k, v in other.items() if v}, version="1.2", source="other-sis")

    first, second = (
        ExternalId.objects.get(source=source, sourced_id="s1", kind="org").target_id
        for source in ("canary-sis", "other-sis")
    )

    assert [run.source for run in queries.runs(first)] == ["canary-sis"]
    assert [run.source for run in queries.runs(second)] == ["other-sis"]


# Again, and dry


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_same_again_changes_no_row_and_adds_the_runs_entry(
    tmp_path: Path, version: str
) -> None:
    tables = as_1_1(school()) if version == "1.1" else school()
    take_in(tmp_path, tables, version=version)
    before = everything()

    report = take_in(tmp_path, tables, version=version, at=LATER)

    assert everything() == before
    assert counts(report, "new") == counts(report, "changed") == {}
    assert ImportRun.objects.count() == runs_entries().count() == 2


def test_a_dry_run_shows_the_same_diff_and_writes_nothing(tmp_path: Path) -> None:
    empty = everything()

    dry = take_in(tmp_path, school(), dry_run=True)

    assert everything() == empty
    assert not runs_entries().exists()
    assert not ImportRun.objects.exists()
    assert dry.run_id is None
    wet = take_in(tmp_path, school())
    assert (dry.tables, dry.warnings, dry.digest) == (wet.tables, wet.warnings, wet.digest)


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    before = everything()
    tables = edited("classes", "a7", title="7 «Ә» алгебра")
    tables["users"][2]["familyName"] = "Дәулетова"
    tables["demographics"][0]["birthDate"] = "2013-04-18"

    report = take_in(tmp_path, tables, at=LATER)

    assert table(report, "classes").changed == ((3, ("title",)),)
    assert table(report, "users").changed == ((4, ("familyName",)),)
    assert table(report, "demographics").changed == ((2, ("birthDate",)),)
    assert counts(report, "new") == {}
    changed = {
        name: sum(row not in before[name] for row in now)
        for name, now in everything().items()
        if now != before[name]
    }
    assert changed == {
        "schools.Class": 1,
        "people.User": 1,
        "schools.Member": 1,
        "people.Demographics": 1,
    }
    assert Class.objects.get(id=named("class", "a7")).date_last_modified == LATER
    assert Class.objects.get(id=named("class", "h7")).date_last_modified == AT


def test_what_the_office_added_outlives_a_run(tmp_path: Path, settings: Any) -> None:
    take_in(tmp_path, school())
    with _by_hand():
        Org.objects.update(name={"kk": "№ 1 мектебі", "ru": "Школа № 1"}, time_zone="Asia/Oral")
        Course.objects.update(assessment="half_year")
        Account.objects.filter(username="mother").update(phone="+77015550199")
        rows(Enrollment).filter(id=named("enrollment", "e2")).update(ends=date(2026, 11, 1))
    before = everything()

    tables = school()
    tables["orgs"] = [{**row, "name": "№ 1 мектебі"} for row in tables["orgs"]]
    take_in(tmp_path, tables, at=LATER)

    assert everything() == before


def test_an_end_the_source_said_and_takes_back_is_taken_back(tmp_path: Path) -> None:
    take_in(tmp_path, edited("enrollments", "e2", endDate="2026-12-01"))
    assert rows(Enrollment).get(id=named("enrollment", "e2")).ends == date(2026, 12, 1)

    report = take_in(tmp_path, school(), at=LATER)

    assert rows(Enrollment).get(id=named("enrollment", "e2")).ends is None
    assert table(report, "enrollments").changed == ((4, ("endDate",)),)


def test_the_words_allowed_are_those_the_guide_lists() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "exchange" / "roster.md").read_text()
    listed = dict(re.findall(r"^\| (`\w+`[^|]*) \| (`.+`.*) \|$", guide, re.MULTILINE))

    for column, words in {
        "`type` of orgs": tables.ORG_KINDS,
        "`type` of academicSessions": tables.SESSION_KINDS,
        "`classType`": tables.CLASS_KINDS,
        "`role` of roles and users": tables.ROLES,
        "`role` of enrollments": tables.SEATS,
        "`sex`": tables.SEXES,
    }.items():
        assert set(re.findall(r"`(\w+)`", listed[column])) == set(words), column


# Faults


def test_a_broken_copy_is_refused_whole_with_every_fault(tmp_path: Path) -> None:
    tables = school()
    tables["orgs"][1]["type"] = "academy"
    tables["academicSessions"][1]["endDate"] = "soon"
    tables["academicSessions"][0]["endDate"] = "2026-08-31"
    tables["classes"][1]["schoolSourcedId"] = ""
    tables["users"][1]["sourcedId"] = "u0"
    tables["users"][2].update(givenName="", familyName="", enabledUser="perhaps")
    tables["roles"][3]["role"] = "godfather"
    tables["enrollments"][0]["userSourcedId"] = "u99"
    tables["enrollments"][1].update(classSourcedId="a8", beginDate="03/04/2026")
    tables["demographics"].append({"sourcedId": "u98", "birthDate": "1812-01-01", "sex": "boy"})
    empty = everything()

    report = take_in(tmp_path, tables)

    assert codes(report.faults) == {
        ("orgs.csv", 3, "type", "word_unknown"),
        ("academicSessions.csv", 3, "endDate", "date_unreadable"),
        ("academicSessions.csv", 2, "endDate", "dates_out_of_order"),
        ("classes.csv", 3, "schoolSourcedId", "blank"),
        ("users.csv", 3, "sourcedId", "id_twice"),
        ("users.csv", 4, "familyName", "name_missing"),
        ("users.csv", 4, "enabledUser", "flag_unreadable"),
        ("roles.csv", 3, "userSourcedId", "unknown_reference"),
        ("roles.csv", 5, "role", "word_unknown"),
        ("enrollments.csv", 2, "userSourcedId", "unknown_reference"),
        ("enrollments.csv", 3, "beginDate", "date_ambiguous"),
        ("enrollments.csv", 4, "userSourcedId", "unknown_reference"),
        ("enrollments.csv", 5, "userSourcedId", "unknown_reference"),
        ("demographics.csv", 2, "sourcedId", "unknown_reference"),
        ("demographics.csv", 3, "birthDate", "date_far"),
        ("demographics.csv", 3, "sex", "word_unknown"),
    }
    assert table(report, "users").counts["refused"] == 2
    assert everything() == empty
    assert not runs_entries().exists()
    assert report.run_id is None


def test_a_fault_leaves_what_stands_as_it_stands(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    before = everything()
    tables = edited("users", "u0", familyName="Басқа")
    tables["enrollments"][0]["role"] = "wizard"

    report = take_in(tmp_path, tables, at=LATER)

    assert report.refused
    assert everything() == before
    assert ImportRun.objects.count() == 1


def test_a_fault_of_the_database_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("senim.exchange.oneroster.diffing.people.Addresses._is_taken", _never)
    tables = school()
    for user in tables["users"]:
        user["username"] = "same"
    empty = everything()

    report = take_in(tmp_path, tables)

    assert {finding.code for finding in report.faults} == {"rows_in_the_way"}
    assert everything() == empty


def _never(*_: object) -> bool:
    return False


def test_organisations_that_stand_above_themselves_are_a_fault(tmp_path: Path) -> None:
    report = take_in(tmp_path, edited("orgs", "d1", parentSourcedId="s1"))

    assert {f.line for f in report.faults if f.code == "org_circle"} == {2, 3}


def test_two_people_cannot_have_one_iin(tmp_path: Path) -> None:
    report = take_in(tmp_path, edited("users", "u2", userIds=f"{{IIN:{IIN}}}"))

    assert ("users.csv", 4, "userIds", "iin_twice") in codes(report.faults)


# Sloppy, and read


def test_sloppy_cells_are_read_with_a_warning_each(tmp_path: Path) -> None:
    tables = school()
    tables["academicSessions"][0].update(startDate="01.09.2026", schoolYear="2026")
    tables["academicSessions"][1]["type"] = "gradingPeriod"
    tables["classes"][1].update(classType="Scheduled", grades="7,8", termSourcedIds="q2,q9")
    tables["classes"][0]["title"] = "7" * 70
    tables["users"][0].update(enabledUser="", email="no address")
    tables["users"][1]["userIds"] = "{IIN:000000000001}"
    tables["users"][2].update(givenName="", phone="12", agentSourcedIds="u77,u2,u1")
    tables["orgs"][1]["parentSourcedId"] = "d9"
    tables["enrollments"][3]["schoolSourcedId"] = "d1"
    tables["enrollments"].append({**tables["enrollments"][2], "sourcedId": "e9"})
    tables["enrollments"].append({**tables["enrollments"][2], "sourcedId": "e10", "role": "aide"})

    report = take_in(tmp_path, tables)

    assert report.faults == ()
    assert codes(report.warnings) == {
        ("academicSessions.csv", 2, "startDate", "date_other_form"),
        ("academicSessions.csv", 2, "schoolYear", "school_year_by_dates"),
        ("academicSessions.csv", 3, "type", "grading_period_as_term"),
        ("classes.csv", 2, "title", "text_cut"),
        ("classes.csv", 3, "classType", "word_other_case"),
        ("classes.csv", 3, "grades", "grade_unused"),
        ("classes.csv", 3, "termSourcedIds", "term_unknown"),
        ("users.csv", 2, "enabledUser", "flag_blank"),
        ("users.csv", 2, "email", "email_wrong"),
        ("users.csv", 3, "userIds", "iin_wrong"),
        ("users.csv", 4, "givenName", "name_half"),
        ("users.csv", 4, "phone", "phone_wrong"),
        ("users.csv", 4, "agentSourcedIds", "agent_unknown"),
        ("users.csv", 4, "agentSourcedIds", "agent_self"),
        ("users.csv", 4, "agentSourcedIds", "agent_unclear"),
        ("orgs.csv", 3, "parentSourcedId", "parent_unknown"),
        ("enrollments.csv", 5, "schoolSourcedId", "school_of_class"),
        ("enrollments.csv", 8, "", "enrollment_twice"),
        ("enrollments.csv", 9, "role", "seat_unused"),
    }
    assert table(report, "enrollments").counts["unused"] == 2
    assert rows(Enrollment).count() == 6
    assert AcademicSession.objects.get(kind="schoolYear").starts == date(2026, 9, 1)
    assert identifier_of(named("user", "u1"), "iin") is None


def test_a_sloppy_set_again_changes_nothing(tmp_path: Path) -> None:
    tables = school()
    del tables["courses"]
    tables["orgs"][1]["type"] = "department"
    tables["users"][0]["enabledUser"] = ""
    tables["academicSessions"][1]["startDate"] = "2026/11/02"
    take_in(tmp_path, tables)
    before = everything()

    report = take_in(tmp_path, tables, at=LATER)

    assert report.warnings
    assert everything() == before


def test_a_cited_course_that_is_absent_gets_a_placeholder_until_it_comes(tmp_path: Path) -> None:
    tables = school()
    courses = tables.pop("courses")
    report = take_in(tmp_path, tables)

    assert table(report, "courses").counts["placeholders"] == 1
    assert {f.line for f in report.warnings if f.code == "course_placeholder"} == {2, 3}
    placeholder = Course.objects.get()
    assert Class.objects.get(id=named("class", "a7")).course_id == placeholder.id

    report = take_in(tmp_path, {**tables, "courses": courses}, at=LATER)

    assert table(report, "courses").counts["placeholders"] == 0
    assert table(report, "courses").changed == ((2, ("title", "courseCode")),)
    assert Course.objects.get().title == {"ru": "Алгебра"}
    assert Course.objects.get().id == placeholder.id


def test_a_department_that_classes_name_is_a_school(tmp_path: Path) -> None:
    report = take_in(tmp_path, edited("orgs", "s1", type="department"))

    assert ("orgs.csv", 3, "type", "org_serves_as_school") in codes(report.warnings)
    assert Org.objects.get(id=named("org", "s1")).kind == "school"
    assert Org.objects.get(id=named("org", "d1")).kind == "district"


def test_sessions_of_two_schools_stand_once_in_each(tmp_path: Path) -> None:
    tables = school()
    tables["orgs"].append({**tables["orgs"][1], "sourcedId": "s2", "name": "№ 2 мектебі"})

    report = take_in(tmp_path, tables)

    assert table(report, "academicSessions").counts["new"] == 2
    assert AcademicSession.objects.count() == 4


def test_a_month_that_comes_first_is_told_by_its_column(tmp_path: Path) -> None:
    tables = edited("demographics", "u1", birthDate="04/05/2013")
    tables["demographics"].append({"sourcedId": "u2", "birthDate": "04/17/2013", "sex": "M"})
    tables["demographics"][1]["sex"] = ""

    take_in(tmp_path, tables)

    born = rows(Demographics).get(user_id=named("user", "u1")).birth_date
    assert born == date(2013, 4, 5)


# Accounts and persons


def test_a_taken_name_gets_a_number_and_a_taken_address_is_left_out(tmp_path: Path) -> None:
    tables = school()
    for user in tables["users"][:3]:
        user.update(username="same", email="same@example.org", phone="+7 701 555 02 02")
    tables["users"][4]["username"] = ""

    report = take_in(tmp_path, tables)

    assert set(Account.objects.filter(username__startswith="same").values_list("username")) == {
        ("same",),
        ("same.2",),
        ("same.3",),
    }
    assert Account.objects.filter(email="same@example.org").count() == 1
    assert Account.objects.filter(phone="+77015550202").count() == 1
    assert {(f.line, f.code) for f in report.warnings if f.file == "users.csv"} == {
        *((line, "username_taken") for line in (3, 4)),
        *((line, "address_taken") for line in (3, 4)),
        (6, "username_missing"),
    }


def test_a_name_taken_by_another_source_gets_a_number(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    tables = school()
    for user in tables["users"]:
        user.update(userIds="", email="", phone="")

    take_in(tmp_path, tables, source="second-sis")

    assert Account.objects.filter(username__in=["teacher", "teacher.2"]).count() == 2


def test_one_whom_the_source_disables_cannot_sign_in_until_it_enables_them(
    tmp_path: Path,
) -> None:
    off = edited("users", "u0", enabledUser="false")
    take_in(tmp_path, off)
    assert not Account.objects.get(username="teacher").is_active

    take_in(tmp_path, school(), at=LATER)
    assert Account.objects.get(username="teacher").is_active

    with _by_hand():
        Account.objects.filter(username="teacher").update(is_active=False)
    take_in(tmp_path, school(), at=LATER)
    assert not Account.objects.get(username="teacher").is_active


def test_a_person_known_by_iin_is_one_person_and_keeps_their_name(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    tables = edited("users", "u1", familyName="Басқа", username="other")
    tables["orgs"][1]["name"] = "№ 2 мектебі"

    report = take_in(tmp_path, tables, source="second-sis", at=LATER)

    assert ("users.csv", 3, "userIds", "person_matched") in codes(report.warnings)
    person = person_with_iin(IIN)
    assert rows(User).get(id=person).family_name == CANARY
    assert rows(Member).filter(user_id=person).count() == 2
    assert not Account.objects.filter(username="other").exists()


def test_an_iin_cannot_move_to_somebody_else(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    tables = edited("users", "u2", userIds=f"{{IIN:{IIN}}}")
    tables["users"][1]["userIds"] = ""

    report = take_in(tmp_path, tables, at=LATER)

    assert ("users.csv", 4, "userIds", "iin_of_another") in codes(report.faults)


def test_an_iin_that_comes_later_is_kept(tmp_path: Path) -> None:
    late = iin("14052250034")
    take_in(tmp_path, school())

    report = take_in(tmp_path, edited("users", "u2", userIds=f"{{IIN:{late}}}"), at=LATER)

    assert table(report, "users").changed == ((4, ("userIds",)),)
    assert identifier_of(named("user", "u2"), "iin") == late


def test_an_id_that_is_an_iin_is_not_kept_in_clear(tmp_path: Path) -> None:
    number = iin("15063150056")
    tables = school()
    for rows_ in tables.values():
        for row in rows_:
            for column, cell in row.items():
                if cell == "u2":
                    row[column] = number

    assert take_in(tmp_path, tables).run_id
    before = everything()

    assert number not in repr(before)
    take_in(tmp_path, tables, at=LATER)
    assert everything() == before


def test_what_a_court_ordered_is_left_as_ordered(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    with _by_hand():
        rows(Guardianship).update(restricted=True, by_order=[], ends=date(2026, 11, 19))
    before = everything()

    take_in(tmp_path, school(), at=LATER)
    assert everything() == before

    tables = school()
    for user in tables["users"]:
        user["userIds"] = ""
    tables["users"][1]["userIds"] = f"{{IIN:{IIN}}}"
    tables["users"][3]["userIds"] = ""
    take_in(tmp_path, tables, at=LATER)
    assert rows(Guardianship).get().restricted


# Removal


def test_a_bulk_file_that_leaves_much_out_asks_for_leave(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    before = everything()
    smaller = without("enrollments", "e4", "e5")

    report = take_in(tmp_path, smaller, at=LATER)

    assert report.asks_leave == ("enrollments",)
    assert not report.refused
    assert report.run_id is None
    assert everything() == before
    assert take_in(tmp_path, smaller, at=LATER, allow_removals=True).run_id


def test_a_tenth_of_a_table_goes_without_leave(tmp_path: Path) -> None:
    tables = school()
    course = tables["courses"][0]
    tables["courses"] += [{**course, "sourcedId": f"x{number}"} for number in range(19)]
    take_in(tmp_path, tables)

    tables["courses"] = tables["courses"][:18]
    report = take_in(tmp_path, tables, at=LATER)

    assert report.run_id
    assert counts(report, "removed") == {"courses": 2}
    tables["courses"] = tables["courses"][:16]
    assert take_in(tmp_path, tables, at=LATER).asks_leave == ("courses",)


def test_the_guard_and_the_removal_look_at_their_own_source_only(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    before = everything()
    tables = {name: list(found) for name, found in school().items() if name == "orgs"}

    report = take_in(tmp_path, tables, version="1.2", source="second-sis", at=LATER)

    assert report.run_id
    assert counts(report, "removed") == {}
    for name in ("schools.Enrollment", "people.User", "schools.Class"):
        assert everything()[name] == before[name]


def test_what_is_left_out_is_closed_or_marked_and_never_deleted(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    tables = without("enrollments", "e4", "e5")
    tables["users"] = [row for row in tables["users"] if row["sourcedId"] != "u2"]
    tables["roles"] = [row for row in tables["roles"] if row["userSourcedId"] != "u2"]
    size = {name: len(found) for name, found in everything().items()}

    report = take_in(tmp_path, tables, at=LATER, allow_removals=True)

    assert report.faults == ()
    assert {name: len(found) for name, found in everything().items()} == size
    left = named("user", "u2")
    assert rows(User).get(id=left).status == "tobedeleted"
    assert rows(Member).get(user_id=left).status == "tobedeleted"
    assert not Account.objects.get(user_id=left).is_active
    seats = rows(Enrollment).filter(member__user_id=left)
    assert {(s.status, s.ends) for s in seats} == {("active", date(2026, 11, 19))}
    assert counts(report, "removed") == {
        "users": 1,
        "roles": 1,
        "members": 1,
        "accounts": 1,
        "enrollments": 2,
    }
    before = everything()
    again = take_in(tmp_path, tables, at=LATER)
    assert everything() == before
    assert counts(again, "removed") == {}


def test_what_comes_back_is_in_use_again(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    smaller = without("enrollments", "e2", "e3")
    for name in ("users", "roles", "demographics"):
        key = "userSourcedId" if name == "roles" else "sourcedId"
        smaller[name] = [row for row in smaller[name] if row[key] != "u1"]
    smaller["users"][2]["agentSourcedIds"] = ""
    take_in(tmp_path, {k: v for k, v in smaller.items() if v}, at=LATER, allow_removals=True)
    assert rows(Guardianship).get().ends == date(2026, 11, 19)

    take_in(tmp_path, school(), at=LATER)

    back = named("user", "u1")
    assert rows(User).get(id=back).status == "active"
    assert rows(Member).get(user_id=back).status == "active"
    assert Account.objects.get(user_id=back).is_active
    assert rows(Guardianship).get().ends is None
    assert set(rows(Enrollment).filter(member__user_id=back).values_list("ends")) == {(None,)}


def test_a_post_ends_when_its_role_is_left_out(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    tables = without("roles", "r4")

    take_in(tmp_path, tables, at=LATER, allow_removals=True)

    assert rows(Role).get().ends == date(2026, 11, 19)
    assert rows(Member).get(user_id=named("user", "u4")).status == "tobedeleted"


def test_a_post_that_becomes_another_role_ends(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    take_in(tmp_path, edited("roles", "r4", role="teacher"), at=LATER, allow_removals=True)

    assert rows(Role).get().ends == date(2026, 11, 19)
    assert rows(Member).get(user_id=named("user", "u4")).status == "active"


def test_a_term_that_is_left_out_is_no_longer_the_schools(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    birch = named("org", "s1")
    assert session_on(birch, TODAY) is not None

    take_in(tmp_path, without("academicSessions", "q2"), at=LATER, allow_removals=True)

    assert session_on(birch, TODAY) is None
    assert [session.kind for session in sessions(birch, school_year=2027)] == ["schoolYear"]


def test_a_thing_another_source_names_as_well_stays(tmp_path: Path) -> None:
    tables = edited("orgs", "s1", identifier="100140000011")
    take_in(tmp_path, tables)
    second = {"orgs": [{**tables["orgs"][1], "parentSourcedId": ""}]}
    report = take_in(tmp_path, second, version="1.2", source="second-sis")
    assert ("orgs.csv", 2, "identifier", "org_matched") in codes(report.warnings)
    assert Org.objects.count() == 2

    other = {"orgs": [tables["orgs"][0]]}
    take_in(tmp_path, other, version="1.2", at=LATER, allow_removals=True)

    assert Org.objects.get(kind="school").status == "active"


# Delta


def test_a_delta_adds_changes_and_removes_what_it_says_and_leaves_the_rest(
    tmp_path: Path,
) -> None:
    take_in(tmp_path, school())
    delta: Tables = {
        "users": [
            {**SCHOOL["users"][2], "status": "active", "familyName": "Дәулетова"},
            {
                **SCHOOL["users"][2],
                "sourcedId": "u9",
                "username": "newcomer",
                "status": "active",
            },
        ],
        "roles": [
            {**SCHOOL["roles"][2], "sourcedId": "r9", "userSourcedId": "u9", "status": "active"}
        ],
        "enrollments": [
            {**SCHOOL["enrollments"][4], "status": "tobedeleted", "classSourcedId": ""},
            {
                **SCHOOL["enrollments"][4],
                "sourcedId": "e9",
                "userSourcedId": "u9",
                "status": "active",
            },
        ],
    }

    report = take_in(tmp_path, delta, mode="delta", at=LATER, allow_removals=True)

    assert report.faults == ()
    assert counts(report, "removed") == {"enrollments": 1}
    assert counts(report, "changed") == {"users": 1, "members": 1}
    assert table(report, "users").counts["new"] == 1
    assert rows(User).get(id=named("user", "u2")).family_name == "Дәулетова"
    assert rows(Enrollment).get(id=named("enrollment", "e4")).ends == date(2026, 11, 19)
    assert rows(Enrollment).get(id=named("enrollment", "e5")).ends is None
    assert rows(Enrollment).get(id=named("enrollment", "e9")).starts == date(2026, 9, 1)
    before = everything()
    take_in(tmp_path, delta, mode="delta", at=LATER)
    assert everything() == before


def test_a_delta_asks_for_leave_as_well(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    report = take_in(tmp_path, gone("users", "u2"), mode="delta")

    assert set(report.asks_leave) >= {"users", "enrollments", "members"}
    assert rows(User).get(id=named("user", "u2")).status == "active"


def test_a_person_removed_by_a_delta_takes_their_ties_along(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    report = take_in(tmp_path, gone("users", "u3"), mode="delta", at=LATER, allow_removals=True)

    assert report.run_id
    assert rows(Guardianship).get().ends == date(2026, 11, 19)
    assert not Account.objects.get(username="mother").is_active
    assert rows(Member).get(user_id=named("user", "u3")).status == "tobedeleted"


def test_a_class_removed_by_a_delta_closes_its_enrolments(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    take_in(tmp_path, gone("classes", "a7"), mode="delta", at=LATER, allow_removals=True)

    assert Class.objects.get(id=named("class", "a7")).status == "tobedeleted"
    ends = rows(Enrollment).filter(klass_id=named("class", "a7")).values_list("ends", flat=True)
    assert set(ends) == {date(2026, 11, 19)}


def test_a_delta_may_cite_what_came_before_but_not_what_it_removes(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    delta: Tables = {
        **gone("users", "u2"),
        "enrollments": [
            {**SCHOOL["enrollments"][4], "sourcedId": "e8", "status": "active"},
            {
                **SCHOOL["enrollments"][2],
                "sourcedId": "e9",
                "status": "active",
                "beginDate": "2026-11-18",
            },
        ],
    }

    report = take_in(tmp_path, delta, mode="delta", at=LATER, allow_removals=True)

    assert codes(report.faults) == {("enrollments.csv", 2, "userSourcedId", "unknown_reference")}


def test_a_delta_of_a_pupil_keeps_their_parents(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    before = everything()

    take_in(
        tmp_path, only("users", {**SCHOOL["users"][1], "status": "active"}), mode="delta", at=LATER
    )

    assert everything() == before


def test_a_parent_no_longer_named_is_no_longer_one(tmp_path: Path) -> None:
    take_in(tmp_path, school())
    tables = school()
    tables["users"][1]["agentSourcedIds"] = tables["users"][3]["agentSourcedIds"] = ""

    take_in(tmp_path, tables, at=LATER, allow_removals=True)

    assert rows(Guardianship).get().ends == date(2026, 11, 19)


def test_what_a_delta_removes_and_nobody_knows_is_a_warning(tmp_path: Path) -> None:
    take_in(tmp_path, school())

    report = take_in(
        tmp_path,
        only("courses", {"sourcedId": "c9", "title": "", "status": "tobedeleted"}),
        mode="delta",
    )

    assert codes(report.warnings) == {("courses.csv", 2, "sourcedId", "gone_unknown")}
    assert report.run_id


def test_a_delta_to_an_empty_database_without_organisations_is_refused(tmp_path: Path) -> None:
    report = take_in(
        tmp_path, only("users", {**SCHOOL["users"][0], "status": "active"}), mode="delta"
    )

    assert codes(report.faults) == {("orgs.csv", 0, "", "no_org")}


# Sources, and what is kept


def test_the_source_is_the_manifests_unless_one_is_given_or_it_has_none(tmp_path: Path) -> None:
    assert take_in(tmp_path, school(), dry_run=True).source == "canary-sis"
    assert take_in(tmp_path, school(), dry_run=True, source="mine").source == "mine"
    files = tmp_path / "set" / "manifest.csv"
    files.write_text(files.read_text().replace("canary-sis", "absent"))

    report = import_roster(tmp_path / "set", actor=None, at=AT, dry_run=True)

    assert report.source == "set"
    assert ("set", 0, "", "source_by_file_name") in codes(report.warnings)


def test_no_name_and_no_secret_reaches_the_run_the_ledger_or_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG", logger="senim")
    tables = school()
    tables["users"][1].update(email=CANARY, phone=CANARY, username="", enabledUser="")
    tables["classes"][1]["termSourcedIds"] = CANARY
    report = take_in(tmp_path, tables)
    tables["users"][2].update(enabledUser=CANARY, userIds=f"{{IIN:{CANARY}}}")
    refused = take_in(tmp_path, tables, at=LATER)

    assert report.run_id
    assert refused.refused
    openings = Opening.objects.filter(id__in=runs_entries().values("id"))
    assert len(openings) == 1
    kept = [
        *ImportRun.objects.values_list("counts", "warnings", "source"),
        *(bytes(opening.facts).decode() for opening in openings),
        *(bytes(entry.canonical).decode() for entry in runs_entries()),
        (report, refused),
    ]
    said = f"{kept!r}{caplog.text}{capfd.readouterr()}".casefold()
    for canary in (CANARY, "Аружан", "Мәдина", IIN, SECRET, "pupil@", "5550101"):
        assert canary.casefold() not in said
    assert SECRET not in repr(everything())


def test_many_rows_cost_few_queries(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    tables = school()
    pupil = {**tables["users"][2], "userIds": "", "agentSourcedIds": ""}
    for number in range(600):
        tables["users"].append({**pupil, "sourcedId": f"p{number}", "username": f"p{number}"})
        tables["roles"].append(
            {**tables["roles"][2], "sourcedId": f"pr{number}", "userSourcedId": f"p{number}"}
        )
    take_in(tmp_path, tables)

    with django_assert_max_num_queries(90):
        take_in(tmp_path, tables, at=LATER)


def _by_hand() -> Any:
    return guard.lifted("a test edits as the office would")
