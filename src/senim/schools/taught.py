"""The classes whose registers somebody may open: taught, led as homeroom, or of a school led."""

from uuid import UUID

from django.db.models import Q

from senim.rules.access import Viewer
from senim.schools.models import Class
from senim.schools.queries import CLASS_COLUMNS, ClassCard


def taught_classes(
    viewer: Viewer, *, school_year: int, homeroom_id: UUID | None = None
) -> tuple[ClassCard, ...]:
    """Return the taught classes of a year the viewer's ties reach, by grade, title and subject.

    homeroom_id: only those of one homeroom class.
    """
    reached = (
        Q(id__in=viewer.class_ids)
        | Q(homeroom_id__in=viewer.homeroom_ids)
        | Q(school_id__in=viewer.led_school_ids)
    )
    rows = Class.objects.filter(
        reached, school_year=school_year, kind=Class.Kind.SCHEDULED, status="active"
    )
    if homeroom_id:
        rows = rows.filter(homeroom_id=homeroom_id)
    rows = rows.order_by("grade", "title", "course__code", "subgroup", "id")
    return tuple(ClassCard(*row) for row in rows.values_list(*CLASS_COLUMNS))
