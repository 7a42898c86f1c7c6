"""What every test stands on: keys of its own, a fixed time, and the cast in the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from senim.base import installation
from senim.base.sealed import make_keys
from tests.cast import AT, Cast, build


@pytest.fixture(autouse=True, scope="session")
def _keys_and_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give this run its own keys and stop the clock at the cast's Wednesday morning."""
    folder: Path = tmp_path_factory.mktemp("keys")
    make_keys(folder)
    settings.SENIM_KEYS_DIR = str(folder)
    settings.SENIM_NOW = AT.isoformat()


@pytest.fixture(autouse=True)
def _unstamped() -> Iterator[None]:
    """Forget what a test stamped its database as."""
    yield
    installation.forget()


@pytest.fixture(scope="session")
def the_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Cast:
    """Return the cast, written once into the test database and never changed for good."""
    with django_db_blocker.unblock():
        return build()


@pytest.fixture
def cast(the_cast: Cast, db: None) -> Cast:
    """Return the cast in a database whose changes are rolled back after the test."""
    return the_cast
