"""A person takes in a roster only for schools whose roll they keep."""

from pathlib import Path

import pytest

from senim.exchange.models import ImportRun
from senim.ledger import guard
from senim.ledger.models import Entry
from senim.rules.errors import NotFound
from senim.schools.models import Org
from tests.cast import Cast
from tests.exchange.sets import Tables, everything, school, take_in

NUMBER = "100140000011"


@pytest.fixture
def set_of_birch(cast: Cast) -> Tables:
    """Return a set whose school is the cast's Birch school, by its number."""
    with guard.lifted("a test gives a school its number"):
        Org.objects.filter(id=cast.schools["birch"]).update(identifier=NUMBER)
    tables = school()
    tables["orgs"] = [{**tables["orgs"][1], "identifier": NUMBER, "parentSourcedId": ""}]
    return tables


def test_the_clerk_takes_in_the_roster_of_their_school(
    cast: Cast, set_of_birch: Tables, tmp_path: Path
) -> None:
    report = take_in(tmp_path, set_of_birch, actor=cast.actor("clerk"))

    assert report.run_id
    assert ImportRun.objects.get().school_id == cast.schools["birch"]
    entry = Entry.objects.get(event="exchange.roster.imported")
    assert entry.user_id == cast.people["clerk"].user_id


@pytest.mark.parametrize("outsider", ["teacher", "head_elsewhere", "mother", "ex_deputy"])
def test_an_outsider_takes_in_nothing(
    cast: Cast, set_of_birch: Tables, tmp_path: Path, outsider: str
) -> None:
    before = everything()

    with pytest.raises(NotFound):
        take_in(tmp_path, set_of_birch, actor=cast.actor(outsider))

    assert everything() == before


def test_the_clerk_takes_in_no_other_school_along_with_their_own(
    cast: Cast, set_of_birch: Tables, tmp_path: Path
) -> None:
    set_of_birch["orgs"].append({**school()["orgs"][1], "sourcedId": "s2"})

    with pytest.raises(NotFound):
        take_in(tmp_path, set_of_birch, actor=cast.actor("clerk"), dry_run=True)
