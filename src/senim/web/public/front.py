"""What the front page shows: five doors, the demo's people, and what we hold ourselves to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from senim.rules.fields import F0
from senim.web.public.founding import Case, case

State = Literal["works", "partly", "untested", "unbuilt"]

# Each door belongs to one founding case; its words are front.<key>.
DOORS: Mapping[str, str] = {
    "record": "fourteen-companies",
    "morning": "e-learning",
    "hub": "jetisu-hub",
    "centre": "taraz-it-centre",
    "region": "east-kazakhstan",
}
FIRST_DOOR = "record"
PERSONAS = ("teacher", "mother", "pupil", "clerk", "deputy_head", "head", "official", "support")
AIMS: tuple[tuple[str, State], ...] = (
    ("once", "works"),
    ("eight", "untested"),
    ("ground", "partly"),
    ("public", "unbuilt"),
)


@dataclass(frozen=True, slots=True)
class Door:
    """One door of the front page; url is None while its room is not built."""

    key: F0[str]
    case: F0[Case]
    url: F0[str | None]

    @property
    def open(self) -> bool:
        """Say whether one can go in."""
        return self.url is not None


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The whole front page. personas: keys of the demo's people, empty outside the demo."""

    first: F0[Door]
    doors: F0[tuple[Door, ...]]
    personas: F0[tuple[str, ...]]
    aims: F0[tuple[tuple[str, State], ...]] = AIMS


def front_page(urls: Mapping[str, str], *, demo: bool) -> FrontPage:
    """Return the front page.

    urls: where each built door leads, by door key; a door without one says what will be there.
    """
    doors = {key: Door(key, case(slug), urls.get(key)) for key, slug in DOORS.items()}
    first = doors.pop(FIRST_DOOR)
    return FrontPage(first, tuple(doors.values()), PERSONAS if demo else ())
