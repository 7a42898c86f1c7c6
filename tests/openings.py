"""Records opened for a while, as personas of the access tests wear them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from senim.ledger import services as ledger
from senim.rules import openings as rules
from senim.schools import openings
from senim.schools.models import Access
from tests.cast import AT, Cast

REASON = "Оқушы мектептен жылап шықты, үйіне жеткен жоқ"


def emergency(cast: Cast, who: str = "teacher", *, key: str = "pupil", at: datetime = AT) -> UUID:
    """Let somebody of the staff open a pupil's record, and return the opening's id."""
    member = cast.member(key)
    return openings.open_emergency(member, reason=REASON, actor=cast.actor(who), at=at)


def case(cast: Cast, who: str = "official", *, key: str = "pupil", at: datetime = AT) -> UUID:
    """Let an official open a pupil's record on the number of a case."""
    actor, member = cast.actor(who), cast.member(key)
    return openings.open_case(member, ground="12-45/2026", reason=REASON, actor=actor, at=at)


def support(cast: Cast, *, hours: str = "4", at: datetime = AT) -> UUID:
    """Let the head open the school's pages to the support person."""
    return openings.open_support(
        cast.people["support"].user_id,
        school_id=cast.schools["birch"],
        reason=REASON,
        hours=hours,
        actor=cast.actor("head"),
        at=at,
    )


def after_leaving(cast: Cast) -> UUID:
    """Leave an opening behind of a teacher who has left the school since."""
    school, member = cast.schools["birch"], cast.member("pupil")
    thing = ledger.Thing("member", member, school)
    with ledger.entry("demo.filled", thing, actor=None, at=AT):
        user = cast.people["ex_teacher"].user_id
        access = Access.objects.in_entry().create(
            school_id=school,
            kind="emergency",
            user_id=user,
            member_id=member,
            reason=REASON,
            opened_by=user,
            opened_at=AT,
            ends_at=AT + rules.EMERGENCY,
        )
    return access.id


OPENINGS: dict[str, tuple[str, Callable[[Cast], UUID]]] = {
    # what a persona wears: the hat, and the opening behind it
    "emergency": ("emergency", emergency),
    "after_leaving": ("emergency", after_leaving),
    "case": ("case", case),
    "support": ("support", support),
}


def worn(name: str, cast: Cast) -> str:
    """Open what a persona wears, and return it as the hat of a session."""
    hat, opened = OPENINGS[name]
    return f"{hat}:{opened(cast)}"
