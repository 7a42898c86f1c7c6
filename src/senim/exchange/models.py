"""What others call our things, and what each import did."""

from django.db import models

from senim.base.models import Placement, Record


class ExternalId(Record):
    """What one source calls one of our things. Imports look here first, by source.

    sourced_id is the source's own and may point at a person; one that is an IIN is kept as a keyed
    hash. Kept as long as the thing itself; erased with it. Never shown on a page.
    within: the second id of a tie (the school of a session or member, the agent of a pupil).
    said: the source's own word where ours is coarser (the role a person has there).
    adopted: the thing stood here before this source named it, so the source may tie to it but not
    change it. removed_at: the source no longer names it.
    """

    placement = Placement.LOCAL

    class Kind(models.TextChoices):
        """OneRoster's tables, and the ties that follow from them."""

        ORG = "org"
        SESSION = "academicSession"
        COURSE = "course"
        CLASS = "class"
        USER = "user"
        DEMOGRAPHICS = "demographics"
        ACCOUNT = "account"
        MEMBER = "member"
        AGENT = "agent"
        ROLE = "role"
        POST = "post"
        ENROLLMENT = "enrollment"

    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=15, choices=Kind)
    sourced_id = models.CharField(max_length=255)
    within = models.CharField(max_length=255, blank=True)
    target_id = models.UUIDField()
    said = models.CharField(max_length=40, blank=True)
    adopted = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "sourced_id", "within"], name="one_target_a_name"
            ),
        ]
        indexes = [models.Index(fields=["target_id"], name="external_id_by_target")]


class ImportRun(Record):
    """One import that was taken in: its counts by table and its warnings, without any names.

    school_id: the org it is filed under, the topmost it brought. digest: SHA-256 of the input.
    warnings: the first of them as file, line, field and code; warned: how many there were.
    Kept for good; holds no personal data.
    """

    placement = Placement.SCHOOL

    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=120)
    version = models.CharField(max_length=4)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)
    counts = models.JSONField()
    warnings = models.JSONField(default=list)
    warned = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["source", "at"], name="import_run_by_source")]
