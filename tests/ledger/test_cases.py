"""A case has its number in its school, also when two are opened at the same moment."""

from datetime import date
from typing import Any

import pytest
from django.db.models import QuerySet

from senim.ledger import cases
from senim.ledger import services as ledger
from tests.cast import AT, Cast


def opened(cast: Cast, school: str = "birch") -> cases.Case:
    about = ledger.Thing("klass", cast.classes["algebra"], cast.schools[school])
    return cases.open_case(
        cases.Case.Kind.LOOKS_WRONG, about, due_on=date(2026, 11, 25), actor=None, at=AT
    )


def test_cases_are_numbered_by_school(cast: Cast) -> None:
    assert [opened(cast).number, opened(cast).number, opened(cast, "poplar").number] == [1, 2, 1]


def test_a_number_taken_meanwhile_is_not_taken_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(cast)
    read = QuerySet.aggregate
    stale = iter([{"n": None}])

    def aggregate(self: QuerySet[Any], **asked: Any) -> dict[str, Any]:
        return next(stale, None) or read(self, **asked)

    monkeypatch.setattr(QuerySet, "aggregate", aggregate)

    assert opened(cast).number == 2
