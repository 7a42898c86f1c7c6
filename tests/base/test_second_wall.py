"""The second wall: PostgreSQL by itself shows nothing to whoever has no tie (S3)."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from senim.base import roles
from senim.base.scope import Unscoped, entry_opened
from senim.base.second_wall import declared
from senim.ledger import guard
from senim.ledger import services as ledger
from senim.people.models import User
from senim.schools.models import Enrollment, Member
from tests.cast import AT, Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

PEOPLE = ("people_user", "people_account", "schools_member")
KEY = re.compile(r"(^|_)(user|member|account|actor|guardian|ward|pupil|person)_id$|_by$")


def asked(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return what a statement written by hand finds: it goes by no door."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def tables() -> list[str]:
    return [row[0] for row in asked("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def personal_tables() -> set[str]:
    """Return every table that holds a person's key, by its columns and by its foreign keys."""
    columns = asked(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'uuid'"
    )
    by_name = {table for table, column in columns if KEY.search(column)}
    keys = asked(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f'"
    )
    behind = {*PEOPLE, *declared()[0]}
    return by_name | {table for table, target in keys if target in behind} | {*PEOPLE}


def test_every_table_with_a_persons_key_is_walled_or_a_written_exemption() -> None:
    walled, exempt = declared()
    forced = {
        row[0]
        for row in asked(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        )
    }

    undeclared = sorted(personal_tables() - forced - exempt.keys())

    assert undeclared == [], (
        "these tables hold a person's key: say in the app's wall.py which rows a viewer sees"
        " (WALLED), or why the table has no wall (EXEMPT); see CONTRIBUTING.md, a new table"
    )
    assert set(walled) & set(tables()) <= forced
    assert not set(walled) & set(exempt)
    assert all(len(reason) > 15 for reason in exempt.values())


def test_every_walled_table_has_its_three_policies() -> None:
    found: dict[str, set[str]] = {}
    for table, policy in asked("SELECT tablename, policyname FROM pg_policies"):
        found.setdefault(table, set()).add(policy)

    assert set(found) == set(declared()[0])
    assert {frozenset(policies) for policies in found.values()} == {
        frozenset({"senim_entry", "senim_seen", "senim_system"})
    }


def test_the_app_and_the_jobs_own_nothing_and_bypass_nothing() -> None:
    told = asked(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = ANY(%s)",
        list(roles.ROLES),
    )
    owned = asked(
        "SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner"
        " WHERE rolname = ANY(%s) AND relpersistence = 'p'",
        list(roles.ROLES),
    )
    members = asked(
        "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
        " WHERE r.rolname = ANY(%s)",
        list(roles.ROLES),
    )

    assert sorted(told) == [(role, False, False, False, False) for role in sorted(roles.ROLES)]
    assert owned == []
    assert members == []


def test_the_tests_work_as_the_app_does() -> None:
    assert asked("SELECT current_user, session_user") == [(roles.APP, roles.APP)]


def test_without_a_word_no_row_is_there(cast: Cast) -> None:
    with guard.lifted("a test counts"):
        there = {table: asked(f"SELECT count(*) FROM {table}")[0][0] for table in declared()[0]}  # noqa: S608
    unsaid = {table: asked(f"SELECT count(*) FROM {table}")[0][0] for table in declared()[0]}  # noqa: S608

    assert there["schools_member"] > 20
    assert there["people_user"] > 20
    assert set(unsaid.values()) == {0}


def test_what_one_transaction_said_the_next_does_not_know(cast: Cast) -> None:
    """Over one connection, as a pool would hand it on; is_local is what this stands on."""
    params = {**connection.settings_dict}
    with psycopg.connect(
        host=params["HOST"],
        port=params["PORT"],
        user=params["USER"],
        password=params["PASSWORD"],
        dbname=params["NAME"],
    ) as other:
        with other.transaction():
            said = other.execute("SELECT set_config('senim.door', 'system', true)").fetchone()
        after = other.execute("SELECT current_setting('senim.door', true)").fetchone()

    assert said == ("system",)
    assert after == ("",)


def test_our_own_words_end_with_the_transaction() -> None:
    from senim.base.postgresql.standing import SAY

    assert SAY.count("true)") == SAY.count("set_config(") > 5
    assert "false" not in SAY


def test_a_savepoint_taken_back_takes_its_words_back(cast: Cast) -> None:
    viewer = cast.actor("deputy").viewer
    seen = Member.objects.seen_by(viewer).count()

    with transaction.atomic():
        Member.objects.system(reason="a test looks at all").count()
        transaction.set_rollback(True)

    assert Member.objects.seen_by(viewer).count() == seen


def test_a_viewer_sees_through_no_table_but_their_own(cast: Cast) -> None:
    """Every row there is, asked for without any scope, by the mother of three."""
    viewer = cast.actor("mother").viewer
    members = Member.objects.seen_by(viewer)
    members.query.where = type(members.query.where)()
    people = User.objects.seen_by(viewer)
    people.query.where = type(people.query.where)()

    names = set(members.values_list("shown_name", flat=True))
    persons = set(people.values_list("id", flat=True))

    children = {cast.people[key].name for key in ("pupil", "sister", "brother")}
    staff = {person.name for person in cast.people.values() if person.hat.startswith("teacher")}
    assert children <= names <= children | staff
    assert cast.people["classmate"].user_id not in persons
    assert cast.people["father_restricted"].user_id not in persons


def test_a_statement_without_a_door_is_a_fault(cast: Cast) -> None:
    with pytest.raises(Unscoped, match="schools_member: a statement without a door"):
        list(Member._base_manager.all())


def test_what_system_finds_is_written_by_an_entry_alone(cast: Cast) -> None:
    rows = Member.objects.system(reason="a test").filter(id=cast.member("pupil"))

    with guard.lifted("a test"):
        assert rows.update(shown_name="Канарина Аружан") == 1
    with pytest.raises(Unscoped, match="without a door"):
        rows.update(shown_name="canary")


def test_an_entry_writes_rows_of_its_own_school_alone(cast: Cast) -> None:
    birch, poplar = cast.schools["birch"], cast.schools["poplar"]
    thing = ledger.Thing("org", birch, birch)

    with ledger.entry("schools.roll.changed", thing, actor=None, at=AT):
        rows = Enrollment.objects.in_entry()
        assert set(rows.values_list("school_id", flat=True)) == {birch}
        assert rows.filter(school_id=poplar).update(ends=None) == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Member.objects.in_entry().bulk_create(
                [
                    Member(
                        school_id=poplar,
                        user_id=cast.people["pupil"].user_id,
                        shown_name="canary",
                        sort_key="canary",
                        date_last_modified=AT,
                    )
                ]
            )


@pytest.fixture
def said() -> Iterator[None]:
    """Say what an entry says, whatever the guard of Python would say to it."""
    with entry_opened():
        yield


@pytest.mark.parametrize("table", roles.APPEND_ONLY)
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET school_id = school_id", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_ledger_is_only_added_to(said: None, table: str, verb: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        asked(verb.format(table))


@pytest.mark.parametrize("table", roles.SEALS)
def test_the_app_seals_nothing(said: None, table: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        asked(f"DELETE FROM {table}")  # noqa: S608


def test_nobody_but_the_owner_changes_what_the_database_is() -> None:
    assert roles.may("base_installation", roles.APP) == "SELECT"
    assert roles.may("base_installation", roles.JOB) == "SELECT"
