"""Keys run down the floors, every model says where its rows live, personal rows have one door."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from senim.base.models import Placement
from senim.base.scope import ScopedManager, Unscoped

FLOORS = (
    *("base", "ledger", "people", "schools", "timetable", "journal", "lessons", "practice"),
    *("programmes", "region", "privacy", "exchange", "capacity"),
)
PERSONAL = {
    *("people.User", "people.Demographics", "people.Guardianship", "people.Protection"),
    *("schools.Member", "schools.Enrollment", "schools.Role", "schools.Access"),
    *("journal.Attendance", "journal.Result", "journal.ResultFact"),
}
"""Reviewed: models that hold a person's data and so have no usable `objects`."""

OWN = [model for model in apps.get_models() if model.__module__.startswith("senim.")]


def keys() -> Iterator[tuple[type[models.Model], Any]]:
    for model in OWN:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                yield model, field


@pytest.mark.parametrize("model", OWN, ids=lambda m: m._meta.label)
def test_every_model_says_its_placement(model: Any) -> None:
    assert isinstance(model.placement, Placement)


def test_keys_run_down_the_floors() -> None:
    upward = [
        f"{model._meta.label}.{field.name}"
        for model, field in keys()
        if FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]

    assert upward == []


def test_keys_across_apps_protect_and_leave_no_way_back() -> None:
    loose = [
        f"{model._meta.label}.{field.name}"
        for model, field in keys()
        if field.remote_field.on_delete is not models.PROTECT
        or (
            field.related_model._meta.app_label != model._meta.app_label
            and field.remote_field.related_name != "+"
        )
    ]

    assert loose == []


def test_tables_that_grow_carry_their_school() -> None:
    people = {"people"}
    without = [
        model._meta.label
        for model in OWN
        if model.placement is Placement.SCHOOL  # type: ignore[attr-defined]
        and model._meta.app_label not in people
        and "school_id" not in {field.attname for field in model._meta.concrete_fields}
    ]

    assert without == []


def test_unique_keys_of_growing_tables_begin_with_the_school() -> None:
    astray = [
        f"{model._meta.label}: {constraint.name}"
        for model in OWN
        if model.placement is Placement.SCHOOL  # type: ignore[attr-defined]
        and model._meta.app_label != "people"
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields[0] not in ("school", "school_id")
    ]

    assert astray == []


def test_personal_models_are_those_reviewed() -> None:
    scoped = {m._meta.label for m in OWN if isinstance(m._default_manager, ScopedManager)}

    assert scoped == PERSONAL


@pytest.mark.parametrize("label", sorted(PERSONAL))
def test_a_query_without_a_viewer_is_refused(label: str) -> None:
    manager = apps.get_model(label)._default_manager

    with pytest.raises(Unscoped):
        manager.filter(pk=None)


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
