"""Rows of several tables in one question to the database, for pages that may ask only a few.

Each row comes back as one JSON text that names its kind; a reader gives a frozen struct a kind.
"""

from typing import Any

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

TAG = "row"


def rows(queryset: QuerySet[Any], kind: str, /, **columns: str) -> QuerySet[Any, str]:
    """Return the queryset as texts, one a row: its kind and columns, {name: path of the field}."""
    tag = Cast(Value(kind), CharField())
    said = JSONObject(**{TAG: tag}, **{name: F(path) for name, path in columns.items()})
    return queryset.order_by().values_list(Cast(said, TextField()), flat=True)


def together(first: QuerySet[Any, str], *others: QuerySet[Any, str]) -> tuple[str, ...]:
    """Return all rows of the querysets in one query, in an order that stays the same."""
    return tuple(sorted(first.union(*others, all=True)))
