"""Who looked, by what post, on what ground, and who answers for it: as codes, names and facts.

People of the school are named; of officials the office and post; of parents and pupils who tried
what is not theirs, only that it was one. The school knows who; the other family need not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from senim.privacy.looks import OF_A_FAMILY, Kind, Line, Look
from senim.rules.access import Hat
from senim.schools.accesses import AccessCard, accesses
from senim.schools.enrolled import Post, posts_ever, shown_names

Words = dict[str, str]
POSTS_OF = {
    Hat.OFFICE: ("head", "deputy", "clerk"),
    Hat.OFFICIAL: ("official",),
    Hat.CASE: ("official",),
    Hat.SUPPORT: ("support",),
    Hat.EMERGENCY: ("head", "deputy", "clerk"),
}
OF_AN_OFFICE = frozenset({Hat.OFFICIAL, Hat.CASE, Hat.SUPPORT})


@dataclass(frozen=True, slots=True)
class Who:
    """Who looked. name: of the school's people alone; office: by language, of all others.

    key: by which a page's lines are narrowed to this one.
    """

    key: str
    name: str
    post: str
    office: Words | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """Why it was, or was not, open. code: words under `looked.ground`; facts: what they need.

    purpose: what it was opened for, as a code of words under `purpose`, where that was asked.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What names the people of lines: asked once for all of them."""

    names: Mapping[UUID, str]
    posts: Mapping[UUID, tuple[Post, ...]]
    openings: Mapping[UUID, AccessCard]

    def who(self, look: Look) -> Who:
        """Return who looked."""
        hat, user = look.row.hat, look.row.user_id
        if user is None:
            return Who("installation", "", "installation")
        if hat in OF_A_FAMILY:
            return Who(hat, "", hat)
        post = self._post(user, hat, look.day)
        if hat in OF_AN_OFFICE:
            office = post.org if post else None
            return Who(f"office-{post.org_id if post else ''}", "", POSTS_OF[Hat(hat)][0], office)
        return Who(str(user), self.names.get(user, ""), post.kind if post else "teacher")

    def ground(self, look: Look, who: Who) -> Ground:
        """Return on what ground it was looked at; for a refused try, that there was none."""
        opening = self.openings.get(opening_of(look) or UUID(int=0))
        if look.kind is Kind.REFUSED:
            return Ground("none")
        if look.kind is Kind.DELIVERY:
            return Ground("agreement", {"number": str(look.row.facts.get("agreement", ""))})
        if opening:
            return _ground_of(opening)
        if look.kind is Kind.DAILY:
            return Ground("teaching")
        by_post = {"head": "leading", "deputy": "leading", "clerk": "roll"}
        purpose = str(look.row.facts.get("purpose", ""))
        return Ground(by_post.get(who.post, "work"), purpose=purpose)

    def _post(self, user: UUID, hat: str, day: date) -> Post | None:
        kinds = POSTS_OF.get(Hat(hat), ())
        held = [post for post in self.posts.get(user, ()) if post.kind in kinds]
        return next((post for post in held if post.held_on(day)), held[0] if held else None)


def opening_of(look: Look) -> UUID | None:
    """Return the temporary opening a look rested on, as its facts name it."""
    named = look.row.facts.get("access")
    return UUID(named) if named else None


def _ground_of(opening: AccessCard) -> Ground:
    match opening.kind:
        case "emergency":
            return Ground("emergency", {"reason": opening.reason})
        case "support":
            return Ground("support", {"name": opening.opened_by_name})
    return Ground("case", {"number": opening.ground})


def known(school_id: UUID, lines: Iterable[Line]) -> Known:
    """Return what names the people of lines: two queries, and those of temporary openings."""
    found = [look for line in lines for look in line.looks]
    users = {look.row.user_id for look in found if look.row.user_id}
    openings = {key for look in found if (key := opening_of(look))}
    return Known(
        shown_names(school_id, users),
        posts_ever(users),
        accesses(openings) if openings else {},
    )
