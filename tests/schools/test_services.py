"""A real SQLite database serves one school; whoever puts a second is refused, whole."""

from pathlib import Path

import pytest
from django.db import connection

from senim.base import installation
from senim.base.ids import uuid7
from senim.base.models import Installation
from senim.exchange.oneroster.report import Report
from senim.ledger import services as ledger
from senim.rules.errors import Invalid
from senim.schools import services as schools
from senim.schools.models import Org
from senim.schools.services import NewOrg
from tests.cast import AT, words
from tests.exchange.sets import SCHOOL, Tables, empty_database, runs_entries, school, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
REAL, DEMO = Installation.Kind.REAL, Installation.Kind.DEMO


@pytest.fixture(autouse=True)
def _nobody(db: None) -> None:
    empty_database()


def new(kind: str = "school") -> NewOrg:
    return NewOrg(kind, words("Қайың"))


def add(*orgs: NewOrg) -> None:
    thing = ledger.Thing("org", uuid7(), uuid7())
    with ledger.entry("demo.filled", thing, actor=None, at=AT):
        schools.add_orgs(orgs, at=AT)


def put(*orgs: NewOrg) -> None:
    thing = ledger.Thing("org", uuid7(), uuid7())
    with ledger.entry("demo.filled", thing, actor=None, at=AT):
        schools.put(NewOrg, orgs, at=AT)


def two_schools() -> Tables:
    tables = school()
    tables["orgs"].append({**SCHOOL["orgs"][1], "sourcedId": "s2", "name": "№ 2 мектебі"})
    return tables


def fault_codes(report: Report) -> set[str]:
    return {finding.code for finding in report.faults}


@pytest.mark.parametrize("kind", ["school", "college", "centre"])
def test_a_second_school_is_refused(kind: str) -> None:
    installation.stamp(REAL, at=AT)
    add(new("district"), new())

    for way in (add, put):
        with pytest.raises(Invalid, match="sqlite_one_school"):
            way(new("district"), new(kind))

    assert sorted(Org.objects.values_list("kind", flat=True)) == ["district", "school"]


def test_two_schools_at_once_are_refused_whole() -> None:
    installation.stamp(REAL, at=AT)

    with pytest.raises(Invalid, match="sqlite_one_school"):
        add(new(), new("college"))

    assert not Org.objects.exists()


def test_the_one_school_is_put_again_and_gets_districts() -> None:
    installation.stamp(REAL, at=AT)
    one = new()
    add(one)

    put(one, new("district"), new("region"))

    assert Org.objects.count() == 3


def test_a_district_does_not_become_a_second_school() -> None:
    installation.stamp(REAL, at=AT)
    district = new("district")
    add(new(), district)

    with pytest.raises(Invalid, match="sqlite_one_school"):
        put(NewOrg("school", district.name, id=district.id))


@pytest.mark.parametrize("kind", [DEMO, None])
def test_demos_and_unstamped_databases_hold_many(kind: Installation.Kind | None) -> None:
    if kind:
        installation.stamp(kind, at=AT)

    add(new(), new())

    assert Org.objects.count() == 2


def test_another_database_holds_many(monkeypatch: pytest.MonkeyPatch) -> None:
    installation.stamp(REAL, at=AT)
    monkeypatch.setattr(connection, "vendor", "postgresql")

    schools.require_room([new(), new()])


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_roster_of_two_schools_is_a_fault(tmp_path: Path, *, dry_run: bool) -> None:
    installation.stamp(REAL, at=AT)

    report = take_in(tmp_path, two_schools(), dry_run=dry_run)

    assert fault_codes(report) == {"sqlite_one_school"}
    assert not Org.objects.exists()
    assert not runs_entries().exists()


def test_a_roster_of_one_school_is_taken_in_twice(tmp_path: Path) -> None:
    installation.stamp(REAL, at=AT)

    assert take_in(tmp_path, school()).run_id
    assert take_in(tmp_path, school()).run_id
