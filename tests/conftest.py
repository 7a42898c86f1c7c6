"""What every test stands on: keys of its own, a fixed time, and the cast in the database.

On PostgreSQL SENIM_DATABASE_URL names an administrator, who makes the test database and raises the
second wall; the tests then work as the app does, as `senim_app`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from senim.base import installation, roles
from senim.base.sealed import make_keys
from senim.ledger import guard
from senim.ledger.sealing import queries as sealing
from tests.cast import AT, Cast, build
from tools import roles as sign_in


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
    sealing.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the test database as its owner, and work in it as the app."""
    if connection.vendor != "postgresql":
        yield
        return
    here: Any = connection
    owner = here.settings_dict
    sign_in.make(os.environ["SENIM_DATABASE_URL"])
    settings.SENIM_OWNER_DATABASE = owner
    settings.SENIM_JOB_DATABASE = owner | {"USER": roles.JOB}
    with django_db_blocker.unblock():
        with here.cursor() as cursor:  # a test may stamp its database; the app may not
            cursor.execute(f"GRANT ALL ON base_installation TO {roles.APP}")
        here.close()
        here.settings_dict = owner | {"USER": roles.APP}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", _emptied_by_owner)
            yield
        here.close()
        here.settings_dict = owner


_fixture_teardown: Any = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _emptied_by_owner(case: TransactionTestCase) -> None:
    """Empty the tables after a test that commits: the app may not truncate."""
    with roles.as_owner(), guard.lifted("the tables of a test are emptied"):
        _fixture_teardown(case)


@pytest.fixture(scope="session")
def the_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Cast:
    """Return the cast, written once into the test database and never changed for good."""
    with django_db_blocker.unblock():
        return build()


@pytest.fixture
def cast(the_cast: Cast, db: None) -> Cast:
    """Return the cast in a database whose changes are rolled back after the test."""
    return the_cast


@pytest.fixture
def as_job(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Work as `senim work` does; ask for it before `db`, which opens the transaction."""
    with django_db_blocker.unblock(), roles.as_job():
        yield


@pytest.fixture
def figure() -> Callable[[str], None]:
    """Return a way to print a figure a test measured; the scorecard gathers these lines."""
    return lambda text: print(f"figure: {text}")  # noqa: T201
