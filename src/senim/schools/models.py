"""Organisations, their members, sessions, courses, classes, enrolments and posts; all dated."""

from django.db import models
from django.db.models import F, Q

from senim.base.models import Placement, Record, RosterRecord, WordsField
from senim.base.scope import ScopedManager, any_of
from senim.people.protection import protected_ids
from senim.rules.access import Viewer

DATES_IN_ORDER = Q(ends__isnull=True) | Q(ends__gt=F("starts"))


def _of_the_school(viewer: Viewer, *, user: str) -> Q:
    """Rows of schools led, and of those whose roll is kept or that one supports.

    Who is under protected identity is among them only for those who lead. user: the path to the
    person's id.
    """
    led = any_of({"school_id__in": viewer.led_school_ids})
    others = viewer.roll_school_ids | viewer.supported_school_ids
    if not others - viewer.led_school_ids:
        return led
    protected = Q(**{f"{user}__in": protected_ids(viewer.on)})
    return led | Q(school_id__in=others - viewer.led_school_ids) & ~protected


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
        """Oneself and wards, those enrolled in one's classes, and the roll one leads or keeps.

        And, as names on a page, those of a school that one supports.
        """
        own = any_of(
            {
                "user_id__in": (viewer.user_id,),
                "id__in": viewer.pupil_ids,
            }
        )
        own |= _of_the_school(viewer, user="user_id")
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
        own = any_of(
            {
                "klass_id__in": viewer.class_ids | viewer.homeroom_ids,
                "klass__homeroom_id__in": viewer.homeroom_ids,
                "member_id__in": viewer.pupil_ids,
            }
        )
        return own | _of_the_school(viewer, user="member__user_id")


class Role(RosterRecord):
    """A post held at an organisation, from a day to a day."""

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """Posts; teaching is told by enrolments, not by a post."""

        HEAD = "head"
        DEPUTY = "deputy"
        CLERK = "clerk"
        OFFICIAL = "official"
        SUPPORT = "support"

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
        return Q(user_id=viewer.user_id) | _of_the_school(viewer, user="user_id")


class Access(Record):
    """One temporary opening of a record, from an instant to an instant: nobody's standing right.

    member: the one pupil; none for support, which opens pages of the school. reason: why, in the
    opener's own words, kept here and never in an entry; ground: the number of an official case.
    It is over at `ended_at`, else by itself at `ends_at`.
    """

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """Why a record is opened: a child in danger, a support request, an official's case."""

        EMERGENCY = "emergency"
        SUPPORT = "support"
        CASE = "case"

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind)
    user = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    member = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.TextField(max_length=1000)
    ground = models.CharField(max_length=60, blank=True)
    opened_by = models.UUIDField(help_text="the person")
    told_user_id = models.UUIDField(null=True, help_text="the second person, told at once")
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = ScopedManager["Access"]()

    class Meta:
        verbose_name_plural = "accesses"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at")), name="access_ends_by_itself"
            ),
            models.CheckConstraint(
                condition=Q(kind="support", member__isnull=True)
                | Q(kind__in=["emergency", "case"], member__isnull=False),
                name="access_names_its_pupil",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="access_by_person"),
            models.Index(fields=["school", "opened_at"], name="access_by_school"),
        ]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """One's own, and those of schools one leads."""
        return Q(user_id=viewer.user_id) | Q(school_id__in=viewer.led_school_ids)
