"""The matrix again on PostgreSQL, the scopes of Python switched off: the second wall holds (S2).

Everybody asks for every page of the table. What they may see anywhere in it they may see here; a
single string beyond that is a row PostgreSQL should have kept.
"""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from senim.base.scope import Door, ScopedManager, Way
from senim.ledger.models import Reading
from senim.rules.access import Viewer
from senim.rules.fields import FieldClass
from tests.access import test_matrix as matrix
from tests.access.table import ALL_OF_8A, PERSONAS
from tests.cast import PUPILS, Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]

planted, persona = matrix.planted, matrix.persona


@pytest.fixture
def unscoped(planted: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `seen_by` return every row, as if nobody had written a scope."""

    def seen_by(manager: Any, viewer: Viewer) -> Any:
        return manager._through(Door(Way.VIEWER, viewer))

    monkeypatch.setattr(ScopedManager, "seen_by", seen_by)


@pytest.fixture
def ungated(unscoped: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every tie open every field as well, as if nobody had asked `rules.access`."""
    assert get_resolver().url_patterns  # brings in the pages, which ask for themselves
    asking = [module for module in list(sys.modules.values()) if hasattr(module, "fields_open")]
    assert len(asking) > 5
    for module in asking:
        monkeypatch.setattr(module, "fields_open", lambda *_: frozenset(FieldClass))


TEACHES = {"other_teacher": {f"name:{pupil}" for pupil in ALL_OF_8A}}
"""Classes of one's own that the table has no page of."""


def entitled(name: str) -> set[str]:
    """Return every planted string a persona may see on some page of the table."""
    own = {f"name:{name}"} | matrix.STRIPS.get(name, set()) | TEACHES.get(name, set())
    own |= {f"name:{child}" for child in matrix.CHILDREN.get(name, ())}
    for row in matrix.ROWS:
        if name in row.allowed:
            own |= row.shows | row.some.get(name, frozenset())
            own |= {f"name:{key}" for key in PUPILS if f"{{member:{key}}}" in row.path}
    return own


def strangers(name: str, client: Client, cast: Cast, planted: dict[str, str]) -> set[str]:
    """Return what a persona finds on all pages of the table and may see on none of them."""
    found: set[str] = set()
    client.raise_request_exception = False
    for row in matrix.ROWS:
        Reading.objects.all().delete()  # the clock stands: a minute holds all that is asked here
        found |= matrix.seen(client.get(matrix.address(row, cast)), planted)
    return found - entitled(name)


@pytest.mark.torture  # the one below switches off more, and every run of the tests has it
@pytest.mark.parametrize("name", PERSONAS)
def test_without_scopes_postgresql_shows_nobody_a_stranger(
    name: str,
    cast: Cast,
    planted: dict[str, str],
    persona: Callable[[str], Client],
    unscoped: None,
) -> None:
    assert strangers(name, persona(name), cast, planted) == set()


@pytest.mark.parametrize("name", PERSONAS)
def test_without_scopes_and_gates_postgresql_shows_nobody_a_stranger(
    name: str,
    cast: Cast,
    planted: dict[str, str],
    persona: Callable[[str], Client],
    ungated: None,
) -> None:
    assert strangers(name, persona(name), cast, planted) == set()
