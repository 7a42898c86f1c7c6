"""What the database knows of its rows, and how it plans our questions."""

import pytest
from django.db import connection

from senim.base import statistics
from senim.base.clock import now
from senim.base.models import Installation
from senim.config import env

pytestmark = pytest.mark.django_db


def _counted(table: str) -> bool:
    """Say whether the database has looked at a table's rows."""
    known = (
        "SELECT 1 FROM sqlite_stat1 WHERE tbl = %s"
        if connection.vendor == "sqlite"
        else "SELECT 1 FROM pg_stats WHERE tablename = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(known, [table])
        return cursor.fetchone() is not None


@pytest.mark.sqlite  # PostgreSQL lets only the owner of a table look at it anew
def test_refreshing_looks_at_the_rows() -> None:
    Installation.objects.create(kind=Installation.Kind.DEMO, made_at=now())
    statistics.refresh()
    assert _counted("base_installation")


def test_postgresql_plans_a_question_once_a_connection() -> None:
    options = env.database({"SENIM_DATABASE_URL": "postgresql://senim@localhost/senim"})["OPTIONS"]
    assert isinstance(options, dict)
    assert "-c plan_cache_mode=force_generic_plan" in options["options"]
