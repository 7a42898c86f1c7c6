"""What the journal holds: lessons as taught, attendance, line items, results and their facts."""

from django.db import models
from django.db.models import F, Q

from senim.base.models import Placement, Record, RosterRecord
from senim.base.scope import ScopedManager, any_of
from senim.people.protection import protected_ids
from senim.rules.access import Viewer


def _open_to(viewer: Viewer, *, klass: str, member: str) -> Q:
    """Rows of classes taught or led as homeroom, of schools led or supported, and one's own.

    Of a school supported without those under protected identity. klass, member: the paths to the
    class and to the pupil's id.
    """
    seen = any_of(
        {
            f"{klass}_id__in": viewer.class_ids,
            f"{klass}__homeroom_id__in": viewer.homeroom_ids,
            "school_id__in": viewer.led_school_ids,
            f"{member}__in": viewer.pupil_ids,
        }
    )
    if not viewer.supported_school_ids:
        return seen
    user = f"{member.removesuffix('_id')}__user_id__in"
    supported = Q(school_id__in=viewer.supported_school_ids)
    return seen | supported & ~Q(**{user: protected_ids(viewer.on)})


class LessonEntry(Record):
    """What the journal says of one lesson: topic, homework, whether attendance was taken.

    Not personal. Named by class, civil date and the slot's number within the shift.
    """

    placement = Placement.SCHOOL

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    klass = models.ForeignKey(
        "schools.Class", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    date = models.DateField()
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=300, blank=True)
    homework = models.TextField(blank=True, max_length=2000)
    attendance_taken_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "klass", "date", "number"], name="one_lesson_a_slot"
            )
        ]


class Attendance(Record):
    """A pupil's absence or lateness at one lesson (F2; the reason ill is F6 towards classmates).

    Presence is the teacher's fact; the reason is another fact, of the homeroom teacher or nurse,
    and stands apart with its own author. Without a row a pupil was there, once attendance is taken.
    """

    placement = Placement.SCHOOL

    class Presence(models.TextChoices):
        """What the teacher saw; present is kept when an absence was corrected."""

        PRESENT = "present"
        ABSENT = "absent"
        LATE = "late"

    class Reason(models.TextChoices):
        """Why, as far as it is known."""

        UNKNOWN = "unknown"
        INVALID = "invalid"
        VALID = "valid"
        ILL = "ill"

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lesson = models.ForeignKey(
        "journal.LessonEntry", on_delete=models.PROTECT, related_name="attendance", db_index=False
    )
    member = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    presence = models.CharField(max_length=7, choices=Presence)
    presence_by = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    presence_at = models.DateTimeField()
    reason = models.CharField(max_length=7, choices=Reason, default=Reason.UNKNOWN)
    reason_by = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason_at = models.DateTimeField(null=True)

    objects = ScopedManager["Attendance"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "lesson", "member"], name="one_attendance_a_lesson"
            ),
            models.CheckConstraint(
                condition=Q(reason_by__isnull=True, reason_at__isnull=True)
                | Q(reason_by__isnull=False, reason_at__isnull=False),
                name="reason_has_author",
            ),
        ]
        indexes = [models.Index(fields=["school", "member"], name="attendance_by_member")]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """Of one's classes, homeroom, school, or one's own and wards'."""
        return _open_to(viewer, klass="lesson__klass", member="member_id")


class Category(models.TextChoices):
    """What a line item measures, by the names of the acts."""

    FORMATIVE = "formative"
    SOR = "sor"
    SOCH = "soch"


class LineItem(RosterRecord):
    """A column of the register: something pupils of a class get points for."""

    placement = Placement.SCHOOL

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    klass = models.ForeignKey(
        "schools.Class", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    session = models.ForeignKey(
        "schools.AcademicSession", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.CharField(max_length=9, choices=Category)
    number = models.PositiveSmallIntegerField(default=0, help_text="SOR 1, 2, 3; 0 for the rest")
    date = models.DateField()
    maximum = models.PositiveSmallIntegerField()
    lesson = models.ForeignKey(
        "journal.LessonEntry",
        on_delete=models.PROTECT,
        null=True,
        related_name="line_items",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "lesson", "category"], name="one_line_item_a_lesson"
            ),
            models.CheckConstraint(condition=Q(maximum__gt=0), name="line_item_maximum"),
            models.UniqueConstraint(
                fields=["school", "klass", "session", "category", "number"],
                condition=~Q(category="formative"),
                name="one_summative_a_number",
            ),
        ]
        indexes = [models.Index(fields=["school", "klass", "session"], name="line_item_by_term")]


class Result(RosterRecord):
    """A pupil's points in one line item (F2): the fold of its facts, kept for reading.

    differs: two authors disagree; both facts stand and a deputy decides.
    """

    placement = Placement.SCHOOL

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    line_item = models.ForeignKey(
        "journal.LineItem", on_delete=models.PROTECT, related_name="results", db_index=False
    )
    member = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    score = models.PositiveSmallIntegerField(null=True)
    comment = models.CharField(max_length=300, blank=True)
    differs = models.BooleanField(default=False)
    last_fact_id = models.UUIDField()
    set_by = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField()

    objects = ScopedManager["Result"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "line_item", "member"], name="one_result_a_pupil"
            )
        ]
        indexes = [models.Index(fields=["school", "member"], name="result_by_member")]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """Of one's classes, homeroom, school, or one's own and wards'."""
        return _open_to(viewer, klass="line_item__klass", member="member_id")


class ResultFact(Record):
    """One thing said about a result: set, correct, annul, or a note without points (F2).

    Never changed.
    """

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """What was said."""

        SET = "set"
        CORRECT = "correct"
        ANNUL = "annul"
        NOTE = "note"

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    result = models.ForeignKey(
        "journal.Result", on_delete=models.PROTECT, related_name="facts", db_index=False
    )
    kind = models.CharField(max_length=7, choices=Kind)
    score = models.PositiveSmallIntegerField(null=True)
    comment = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    replaces_id = models.UUIDField(null=True, help_text="the fact its author had before them")
    author = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    time_uncertain = models.BooleanField(default=False)

    objects = ScopedManager["ResultFact"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["annul", "note"], score__isnull=True)
                | Q(kind__in=["set", "correct"], score__isnull=False),
                name="fact_has_score",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__gte=F("event_at")), name="fact_not_from_the_future"
            ),
        ]
        indexes = [models.Index(fields=["school", "result"], name="fact_by_result")]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """As its result."""
        return _open_to(viewer, klass="result__line_item__klass", member="result__member_id")
