"""Organisations, their members, sessions, courses, classes, enrolments and posts; all dated."""

from django.db import models
from django.db.models import F, Q

from senim.base.models import Placement, RosterRecord, WordsField
from senim.base.scope import ScopedManager, any_of
from senim.rules.access import Viewer

DATES_IN_ORDER = Q(ends__isnull=True) | Q(ends__gt=F("starts"))


class Org(RosterRecord):
    """An organisation, from the republic down to a school, and those who promise or pay."""

    placement = Placement.REFERENCE

    class Kind(models.TextChoices):
        """What an organisation is; the school is what pupils' rows are kept by."""

        REPUBLIC = "republic"
        REGION = "region"
        DISTRICT = "district"
        SCHOOL = "school"
        COLLEGE = "college"
        CENTRE = "centre"
        DEPARTMENT = "department"
        PARTY = "party"
        UNIVERSITY = "university"
        MINISTRY = "ministry"
        INVESTOR = "investor"
        COMPANY = "company"
        NGO = "ngo"

    parent = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, null=True, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    name = WordsField()
    identifier = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Almaty")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="org_not_own_parent")
        ]


class Member(RosterRecord):
    """A person in one school, with the name the school shows (F1)."""

    placement = Placement.SCHOOL

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    shown_name = models.CharField(max_length=240)
    sort_key = models.CharField(max_length=400)

    objects = ScopedManager["Member"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "user"], name="one_member_a_school")
        ]
        indexes = [
            models.Index(fields=["user"], name="member_by_user"),
            models.Index(fields=["school", "sort_key"], name="member_by_name"),
        ]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """Oneself and wards, those enrolled in one's classes, and the roll one leads or keeps."""
        own = any_of(
            {
                "user_id__in": (viewer.user_id,),
                "id__in": viewer.pupil_ids,
                "school_id__in": viewer.roll_school_ids,
            }
        )
        if not viewer.class_ids | viewer.homeroom_ids:
            return own
        enrolled = Enrollment.objects.seen_by(viewer).filter(
            Q(ends__isnull=True) | Q(ends__gt=viewer.on), starts__lte=viewer.on
        )
        return own | Q(id__in=enrolled.values("member_id"))


class AcademicSession(RosterRecord):
    """A school year, half-year or quarter of one school. `ends` is the first day after it."""

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """OneRoster's session types in use here: a quarter is a term."""

        SCHOOL_YEAR = "schoolYear"
        SEMESTER = "semester"
        TERM = "term"

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    title = WordsField()
    number = models.PositiveSmallIntegerField(default=0)
    school_year = models.PositiveSmallIntegerField(help_text="the year it ends in")
    parent = models.ForeignKey(
        "schools.AcademicSession", on_delete=models.PROTECT, null=True, related_name="children"
    )
    starts = models.DateField()
    ends = models.DateField()
    provisional = models.BooleanField(default=False, help_text="no order is loaded for this year")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "kind", "number"], name="one_session_a_number"
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_dates"),
        ]


class Course(RosterRecord):
    """A subject as a school teaches it."""

    placement = Placement.SCHOOL

    class Assessment(models.TextChoices):
        """How the subject is assessed; see docs/rules/marks.md."""

        MARKED = "marked"
        HALF_YEAR = "half_year"
        PASS_FAIL = "pass_fail"  # noqa: S105 - a way to assess
        UNMARKED = "unmarked"

    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    title = WordsField()
    code = models.CharField(max_length=40, blank=True)
    assessment = models.CharField(max_length=9, choices=Assessment, default=Assessment.MARKED)


class Class(RosterRecord):
    """A homeroom class («7 «Ә»»), or a course taught to one (its pupils, or a subgroup of them).

    homeroom: for a taught class, the homeroom class it belongs to. A joined class of a village
    school is two taught classes that share their meetings.
    """

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """OneRoster's class types."""

        HOMEROOM = "homeroom"
        SCHEDULED = "scheduled"

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind)
    title = models.CharField(max_length=60, help_text="«7 «Ә»»; free text of the school")
    grade = models.PositiveSmallIntegerField(null=True)
    course = models.ForeignKey(
        "schools.Course", on_delete=models.PROTECT, null=True, related_name="classes"
    )
    homeroom = models.ForeignKey(
        "schools.Class", on_delete=models.PROTECT, null=True, related_name="taught"
    )
    subgroup = models.CharField(max_length=20, blank=True)
    school_year = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "classes"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="homeroom", course__isnull=True, homeroom__isnull=True)
                | Q(kind="scheduled", course__isnull=False),
                name="scheduled_class_has_course",
            ),
        ]
        indexes = [models.Index(fields=["school", "school_year", "kind"], name="class_by_school")]


class Enrollment(RosterRecord):
    """That a member learns in, or teaches, a class, from a day to a day."""

    placement = Placement.SCHOOL

    class Role(models.TextChoices):
        """OneRoster's roles in a class; the teacher of a homeroom class is its homeroom teacher."""

        STUDENT = "student"
        TEACHER = "teacher"

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    klass = models.ForeignKey("schools.Class", on_delete=models.PROTECT, related_name="enrollments")
    member = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, related_name="enrollments"
    )
    role = models.CharField(max_length=7, choices=Role)
    starts = models.DateField()
    ends = models.DateField(null=True)

    objects = ScopedManager["Enrollment"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "klass", "member", "role", "starts"],
                name="one_enrollment_at_a_time",
            ),
            models.CheckConstraint(condition=DATES_IN_ORDER, name="enrollment_dates"),
        ]
        indexes = [
            models.Index(fields=["school", "member"], name="enrollment_by_member"),
        ]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """Of one's own classes, of one's wards, of schools one leads or whose roll one keeps."""
        return any_of(
            {
                "klass_id__in": viewer.class_ids | viewer.homeroom_ids,
                "klass__homeroom_id__in": viewer.homeroom_ids,
                "member_id__in": viewer.pupil_ids,
                "school_id__in": viewer.roll_school_ids,
            }
        )


class Role(RosterRecord):
    """A post held at an organisation, from a day to a day."""

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """Posts; teaching is told by enrolments, not by a post."""

        HEAD = "head"
        DEPUTY = "deputy"
        CLERK = "clerk"
        OFFICIAL = "official"

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    starts = models.DateField()
    ends = models.DateField(null=True)

    objects = ScopedManager["Role"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "user", "kind", "starts"], name="one_post_at_a_time"
            ),
            models.CheckConstraint(condition=DATES_IN_ORDER, name="role_dates"),
        ]
        indexes = [models.Index(fields=["user"], name="role_by_user")]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """One's own posts, and those of schools whose roll one keeps."""
        return Q(user_id=viewer.user_id) | Q(school_id__in=viewer.roll_school_ids)
