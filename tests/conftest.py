"""What every test stands on: keys of its own, a fixed time, and the cast in the database.

On PostgreSQL SENIM_DATABASE_URL names an administrator, who makes the test database and raises the
second wall; the tests then work as the app does, as `senim_app`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from senim.base import installation, roles
from senim.base.sealed import make_keys
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
        yield
        here.close()
        here.settings_dict = owner


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
def own_database(the_cast: Cast, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Work in a copy of the test database, on PostgreSQL, in a test that commits."""
    here: Any = connection
    known = connections.settings["default"]
    name, copy, before = known["NAME"], f"{known['NAME']}_own", here.settings_dict
    here.close()
    with psycopg.connect(os.environ["SENIM_DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        known["NAME"], here.settings_dict = copy, before | {"NAME": copy}
        try:
            with django_db_blocker.unblock():
                yield
        finally:
            here.close()
            known["NAME"], here.settings_dict = name, before
            admin.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


@pytest.fixture
def as_job(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Work as `senim work` does; ask for it before `db`, which opens the transaction."""
    with django_db_blocker.unblock(), roles.as_job():
        yield


@pytest.fixture
def figure() -> Callable[[str], None]:
    """Return a way to print a figure a test measured; the scorecard gathers these lines."""
    return lambda text: print(f"figure: {text}")  # noqa: T201
