"""A second teacher of the class, for what two authors say of one pupil."""

import pytest

from senim.ledger import services as ledger
from senim.rules.access import Actor
from senim.schools import services as schools
from tests.cast import AT, YEAR_STARTS, Cast


@pytest.fixture
def teacher(cast: Cast) -> Actor:
    return cast.actor("teacher")


@pytest.fixture
def second_teacher(cast: Cast) -> Actor:
    """Let Viktor Li teach the same algebra."""
    school = cast.schools["birch"]
    seat = schools.NewEnrollment(
        school, cast.classes["algebra"], cast.member("other_teacher"), "teacher", YEAR_STARTS
    )
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        schools.add_enrollments([seat], at=AT)
    return cast.actor("other_teacher")
