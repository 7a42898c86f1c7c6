"""What has to be answered, who was told, who is held, and what accounts read beyond their work."""

from django.db import models

from senim.base.models import Placement, Record


class Case(Record):
    """A question the school has to answer by a day.

    subject_kind, subject_id: what it is about ("entry", "account", "access"). member_id: the pupil
    concerned, where it is one. said, answer: in people's own words; kept here, never in an entry.
    """

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """Why it was opened."""

        LOOKS_WRONG = "looks_wrong"
        HELD = "held"
        EMERGENCY = "emergency"

    school_id = models.UUIDField()
    number = models.PositiveIntegerField(help_text="running, a school; how people name the case")
    kind = models.CharField(max_length=12, choices=Kind)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.UUIDField()
    member_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True, help_text="the person; null for the installation")
    said = models.TextField(blank=True)
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_id", "number"], name="one_case_a_number")
        ]
        indexes = [
            models.Index(
                fields=["school_id", "due_on"],
                name="case_open",
                condition=models.Q(answered_at__isnull=True),
            )
        ]


class Notice(Record):
    """That somebody is told something: one person, or whoever leads the school.

    code: words under `notice.<code>`; facts: what they need, never a secret.
    """

    placement = Placement.SCHOOL

    school_id = models.UUIDField()
    user_id = models.UUIDField(null=True, help_text="null: whoever leads the school")
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    case = models.ForeignKey(
        "ledger.Case", on_delete=models.PROTECT, null=True, related_name="notices"
    )
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["school_id", "at"], name="notice_by_school"),
            models.Index(fields=["user_id", "at"], name="notice_by_person"),
        ]


class Hold(Record):
    """That an account may read nothing more until somebody answers for it.

    rule: the limit it crossed, as `rules.tripwire.crossed` names it.
    """

    placement = Placement.SCHOOL

    school_id = models.UUIDField()
    account_id = models.UUIDField()
    user_id = models.UUIDField()
    case = models.ForeignKey("ledger.Case", on_delete=models.PROTECT, related_name="holds")
    rule = models.CharField(max_length=8)
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_id", "account_id"],
                name="held_once",
                condition=models.Q(released_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["account_id"], name="hold_by_account")]


class Reading(Record):
    """How many pupils one account was shown beyond its own classes, by thing and civil day.

    subject_id: a member who stood on a list or alone, or a class; all registers of one homeroom
    class are one subject.
    """

    placement = Placement.SCHOOL

    school_id = models.UUIDField()
    account_id = models.UUIDField()
    day = models.DateField()
    kind = models.CharField(max_length=16, help_text="klass or member")
    subject_id = models.UUIDField()
    channel = models.CharField(max_length=8, default="page", help_text="page or export")
    pupils = models.PositiveIntegerField()
    at = models.DateTimeField(help_text="the first time that day")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_id", "account_id", "day", "subject_id", "channel"],
                name="one_reading_a_thing",
            )
        ]
        indexes = [models.Index(fields=["account_id", "at"], name="reading_by_account")]
