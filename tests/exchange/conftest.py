"""Rosters come into a database with nobody in it."""

import pytest

from tests.exchange.sets import empty_database


@pytest.fixture
def nobody(db: None) -> None:
    """Empty the database for one test, though others of the run filled it."""
    empty_database()
