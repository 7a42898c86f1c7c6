"""When and where a class meets: rooms, bell schedules with shifts, slots, meetings."""

from django.db import models
from django.db.models import F, Q

from senim.base.models import Placement, RosterRecord, WordsField


class Room(RosterRecord):
    """A room of a school."""

    placement = Placement.SCHOOL

    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=40)


class BellSchedule(RosterRecord):
    """The bells of one shift."""

    placement = Placement.SCHOOL

    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    title = WordsField()
    shift = models.PositiveSmallIntegerField(default=1)


class Slot(RosterRecord):
    """One lesson's place between two bells, numbered within its shift."""

    placement = Placement.SCHOOL

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    bells = models.ForeignKey(
        "timetable.BellSchedule", on_delete=models.PROTECT, related_name="slots"
    )
    number = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "bells", "number"], name="one_slot_a_number"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_times"),
        ]


class Meeting(RosterRecord):
    """One timetabled period of a taught class, on a weekday, from a day to a day.

    joined: meetings of a joined class share this id: one teacher, one slot, two grades.
    """

    placement = Placement.SCHOOL

    school = models.ForeignKey(
        "schools.Org", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    klass = models.ForeignKey(
        "schools.Class", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    teacher = models.ForeignKey(
        "schools.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    room = models.ForeignKey(
        "timetable.Room",
        on_delete=models.PROTECT,
        null=True,
        related_name="meetings",
        db_index=False,
    )
    slot = models.ForeignKey(
        "timetable.Slot", on_delete=models.PROTECT, related_name="meetings", db_index=False
    )
    weekday = models.PositiveSmallIntegerField(help_text="ISO: 1 is Monday")
    joined = models.UUIDField(null=True)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "klass", "weekday", "slot", "starts"], name="one_meeting_a_slot"
            ),
            models.UniqueConstraint(
                fields=["school", "teacher", "weekday", "slot", "starts"],
                condition=Q(joined__isnull=True),
                name="teacher_in_one_place",
            ),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="weekday_iso"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="meeting_dates"
            ),
        ]
        indexes = [models.Index(fields=["school", "teacher", "weekday"], name="meeting_by_teacher")]
