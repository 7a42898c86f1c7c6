"""A small demo of a fixed seed and day, filled once for the tests that read it."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from senim.jobs.demo.filling import Demo, fill_demo
from senim.jobs.demo.making import School, make_school
from senim.jobs.demo.moments import Moment, moment_on
from senim.jobs.demo.places import region
from senim.journal.filling import Filled

SUNDAY = date(2026, 11, 22)
SMALL = Demo(pupils=60, schools=2, seed=7, today=SUNDAY)


@pytest.fixture(scope="session")
def moment() -> Moment:
    return moment_on(SUNDAY)


@pytest.fixture(scope="session")
def town(moment: Moment) -> School:
    """A town school of the usual size, as values."""
    return make_school(region(900, 2)[0], moment, seed=7, story={})


@pytest.fixture(scope="session")
def village(moment: Moment) -> School:
    """A village school of the usual size, as values."""
    return make_school(region(900, 2)[-1], moment, seed=7, story={})


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Filled]:
    """Fill the small demo; it is taken back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        total, _ = fill_demo(SMALL, tell=lambda _: None)
        connection.check_constraints()
        yield total
        transaction.set_rollback(True)
