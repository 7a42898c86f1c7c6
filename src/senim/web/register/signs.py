"""How a cell reads and is written: a letter of attendance, points, or lateness with points beside.

The letters are words of the language; every language's letters are read, since a teacher may keep
the register in one and think in another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from senim.base.words import LANGUAGES, say
from senim.rules.attendance import Sign
from senim.rules.errors import Invalid

LETTERED = (Sign.UNEXCUSED, Sign.EXCUSED, Sign.ILL, Sign.LATE)
CLASS_OF = {Sign.UNEXCUSED: "u", Sign.EXCUSED: "e", Sign.ILL: "i", Sign.LATE: "l"}
"""The short names of signs in a cell's class: a page has a thousand cells."""

_TYPED = re.compile(r"(?P<letter>[^\W\d_])?\s*(?P<points>\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote into a cell: nothing at all empties it."""

    sign: Sign | None = None
    points: int | None = None

    @property
    def empty(self) -> bool:
        """Whether the cell is to be empty."""
        return self.sign is None and self.points is None


@cache
def letters(lang: str) -> Mapping[Sign, str]:
    """Return the letter of each sign in a language."""
    return {sign: say(f"parts.presence.letter.{sign}", lang) for sign in LETTERED}


@cache
def _signs(lang: str) -> Mapping[str, Sign]:
    """Return the sign of every letter; where two languages share one, the page's own wins."""
    order = [other for other in LANGUAGES if other != lang] + [lang]
    return {letter: sign for one in order for sign, letter in letters(one).items()}


def read_cell(text: str, lang: str, *, lesson: bool, column: str = "") -> Typed:
    """Return what a text says: "ж", "9", "к 7", or nothing.

    lesson: letters stand only in lessons. Raises Invalid("cell_unread") with the text and column.
    """
    wanted = text.strip().lower()
    match = _TYPED.fullmatch(wanted)
    sign = _signs(lang).get(match["letter"] or "") if match else None
    if match is None or (match["letter"] and (sign is None or not lesson)):
        raise Invalid("cell_unread", text=text.strip()[:20], column=column)
    return Typed(sign, int(match["points"]) if match["points"] else None)


def shown(sign: Sign | None, points: int | None, lang: str) -> str:
    """Return a cell as it reads in a form: what `read_cell` takes back."""
    letter = letters(lang).get(sign, "") if sign else ""
    return " ".join(part for part in (letter, "" if points is None else str(points)) if part)
