"""Filters of what a viewer's ties open, and the lists in them."""

from uuid import UUID

import pytest
from django.db.models import Q

from senim.base.ids import uuid7
from senim.base.scope import any_of, evened


@pytest.mark.parametrize(("known", "asked"), [(0, 1), (1, 1), (2, 2), (3, 4), (5, 8), (17, 32)])
def test_lists_are_asked_in_few_lengths(known: int, asked: int) -> None:
    ids = [uuid7() for _ in range(known)]
    assert evened(ids)[:known] == ids
    assert len(set(evened(ids))) == asked


def test_ids_added_to_a_list_are_nobodys() -> None:
    """No row has them: ours are UUIDs of version 7, and these have no version."""
    assert all(id_.version is None for id_ in evened([uuid7() for _ in range(9)])[9:])


def test_condition_without_values_costs_no_join() -> None:
    pupil = uuid7()
    open_to = any_of({"lesson__klass_id__in": frozenset[UUID](), "member_id__in": {pupil}})
    assert open_to == Q(member_id__in=[pupil])


def test_who_has_no_tie_meets_no_row() -> None:
    assert any_of({"member_id__in": frozenset[UUID]()}) == Q(pk__in=())
