"""The second wall is raised after every migration, over what stands."""

from typing import Any

import pytest
from django.db import connection

from senim.base import roles

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("own_database")]


def walls() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies")
        return sorted(cursor.fetchall())


def test_raising_the_wall_again_changes_nothing() -> None:
    before = walls()

    with roles.as_owner():
        roles.raise_wall()

    assert before
    assert walls() == before
