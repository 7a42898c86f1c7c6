"""What was done, by whom, and who looked. Insert-only, without foreign keys, without names."""

from django.db import models
from django.db.models import Q

from senim.base.ids import uuid7
from senim.base.models import Placement, Record


class Entry(Record):
    """One change, one look or one refused look.

    Holds ids, codes and a salted commitment; never names or values. Kept for good: erasing the
    Opening leaves the entry's proof whole.
    """

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """What an entry witnesses."""

        CHANGE = "change"
        LOOK = "look"
        REFUSED = "refused"

    school_id = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=7, choices=Kind)
    event = models.CharField(max_length=64)
    actor_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    hat = models.CharField(max_length=12, blank=True)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.UUIDField()
    op_id = models.UUIDField(null=True)
    once_key = models.CharField(max_length=180, null=True)
    canonical = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_id", "once_key"], name="one_look_a_day"),
            models.CheckConstraint(
                condition=Q(kind__in=["change", "look", "refused"]), name="entry_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["school_id", "subject_id", "at"], name="entry_by_subject"),
            models.Index(fields=["school_id", "at"], name="entry_by_time"),
        ]


class Opening(models.Model):
    """The facts and the salt behind an entry's commitment. Erasable; shares the entry's id."""

    placement = Placement.SCHOOL

    id = models.UUIDField(primary_key=True)
    school_id = models.UUIDField()
    salt = models.BinaryField()
    facts = models.BinaryField()


class Operation(models.Model):
    """An operation a client named before it sent it; the same name twice changes nothing.

    Kept as long as marks: a device may come back after weeks.
    """

    placement = Placement.SCHOOL

    id = models.UUIDField(primary_key=True, help_text="op_id, made by the client")
    school_id = models.UUIDField()
    account_id = models.UUIDField()
    body_hash = models.BinaryField()
    answer = models.JSONField()
    at = models.DateTimeField()


class Outgoing(models.Model):
    """A message to another system, written with the change it tells of (transactional outbox)."""

    placement = Placement.SCHOOL

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school_id = models.UUIDField()
    topic = models.CharField(max_length=64)
    body = models.JSONField()
    at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], name="outgoing_waiting", condition=Q(delivered_at__isnull=True)
            )
        ]


class Seen(models.Model):
    """That a pupil or another member stood on a list somebody looked at.

    A look at a class needs none: who was in it is told by dated enrolments and the look's span.
    """

    placement = Placement.SCHOOL

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school_id = models.UUIDField()
    entry_id = models.UUIDField()
    member_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_id", "member_id", "entry_id"], name="seen_once_a_look"
            )
        ]


class Withheld(models.Model):
    """That the law delays when a family learns of an entry. Shares the entry's id.

    until: the day from which it is shown; before it the family sees only how many there are.
    """

    placement = Placement.SCHOOL

    id = models.UUIDField(primary_key=True, help_text="the entry's id")
    school_id = models.UUIDField()
    until = models.DateField()
    ground = models.CharField(max_length=40)
