"""Finding one pupil by what a person says of them: it answers one or none, never a list."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from senim.base.kazakh import search_key
from senim.people import queries as people
from senim.people.protection import is_protected
from senim.schools.models import Enrollment, Member

WHY = "who is to be opened is found without being seen"


def pupil_named(
    name: str,
    *,
    school_id: UUID,
    on: date,
    born: date | None = None,
    title: str = "",
    protected: bool = False,
) -> UUID | None:
    """Return the pupil of a school whose name has all the words said, where there is just one.

    born, title: birth date and class, where they are said. protected: also who is under protected
    identity. Two words at least make a name: one alone would be a search.
    """
    words = search_key(name).split()
    if len(words) < 2:
        return None
    found = _pupils(on=on, title=title).filter(school_id=school_id)
    for word in words:
        found = found.filter(user__search_key__contains=word)
    if born:
        found = found.filter(user__demographics__birth_date=born)
    if not protected:
        found = found.exclude(is_protected(on, user="user_id"))
    rows = found.values_list("id", "user__search_key")[:20]
    exact = [key for key, said in rows if set(words) <= set(said.split())]
    return exact[0] if len(exact) == 1 else None


def pupil_with_iin(iin: str, *, on: date) -> UUID | None:
    """Return the pupil with an IIN, wherever they learn, or None; none of protected identity."""
    user_id = people.person_with_iin(iin)
    if user_id is None:
        return None
    found = _pupils(on=on).filter(user_id=user_id)
    found = found.exclude(is_protected(on, user="user_id"))
    return found.values_list("id", flat=True).first()


def _pupils(*, on: date, title: str = "") -> QuerySet[Member]:
    learning = Enrollment.objects.system(reason=WHY).filter(
        Q(ends__isnull=True) | Q(ends__gt=on),
        member_id=OuterRef("id"),
        role=Enrollment.Role.STUDENT,
        starts__lte=on,
        status="active",
    )
    if title:
        learning = learning.filter(klass__kind="homeroom", klass__title=" ".join(title.split()))
    rows = Member.objects.system(reason=WHY)
    return rows.filter(Exists(learning), status="active")
