"""The abstract rows everything stands on, and what this installation is.

Every model says its `placement`: `school` (grows with pupils, carries `school_id`), `reference`
(small, the same everywhere) or `local` (this installation's own, never distributed).
"""

from enum import StrEnum
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from senim.base.ids import uuid7
from senim.base.words import LANGUAGES


class Placement(StrEnum):
    """Where a table's rows live when an installation outgrows one machine."""

    SCHOOL = "school"
    REFERENCE = "reference"
    LOCAL = "local"


class Status(models.TextChoices):
    """OneRoster's status; only retention deletes."""

    ACTIVE = "active"
    TO_BE_DELETED = "tobedeleted"


class Record(models.Model):
    """A row with a UUIDv7 of its own."""

    placement: ClassVar[Placement]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class RosterRecord(Record):
    """A row of the OneRoster family: it is never deleted in daily work, only marked."""

    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    date_last_modified = models.DateTimeField()

    class Meta:
        abstract = True


def check_three_languages(value: object) -> None:
    """Raise ValidationError unless the value maps kk, ru, en (at least one) to texts."""
    if not isinstance(value, dict) or not value or set(value) - set(LANGUAGES):
        raise ValidationError("a text needs kk, ru or en", code="text_languages")
    if not all(isinstance(text, str) for text in value.values()):
        raise ValidationError("a text is a string", code="text_string")


class WordsField(models.JSONField):
    """A text in kk, ru and en; read it with `base.words.in_language`."""

    default_validators = [check_three_languages]

    def __init__(self, **options: object) -> None:
        options.setdefault("default", dict)
        super().__init__(**options)  # type: ignore[arg-type]


class Installation(models.Model):
    """What this database is: one row, made by `senim init` or by the demo. No personal data."""

    placement = Placement.LOCAL

    class Kind(models.TextChoices):
        """A demo opens demo doors on the loopback address; a real one never does."""

        REAL = "real"
        DEMO = "demo"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=4, choices=Kind)
    made_at = models.DateTimeField()
    demo_at = models.DateTimeField(
        null=True, help_text="the instant a filled demo stands at: a lesson of a school day"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]
