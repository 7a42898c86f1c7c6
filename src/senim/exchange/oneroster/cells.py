"""What one cell says: dates, booleans, words and identifiers in the forms found in practice.

Each reader returns the value and whether it was written as the standard asks; it raises Unreadable
with a code where nothing can be made of the text. Nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, TypeVar

from senim.rules.iin import is_iin

Order = Literal["dm", "md"]
Word = TypeVar("Word")

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
ISO_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})(?: \d{1,2}:\d{2}.*)?", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: \d{1,2}:\d{2}.*)?", re.ASCII)
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: \d{1,2}:\d{2}.*)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2100

TRUE_WORDS = frozenset({"true", "1", "yes", "y", "t", "иә", "да"})
FALSE_WORDS = frozenset({"false", "0", "no", "n", "f", "жоқ", "нет"})

IIN_TYPES = frozenset({"iin", "жсн", "иин"})
TYPED_ID = re.compile(r"\{\s*([^:{}]+?)\s*:\s*([^{}]*?)\s*\}")


class Unreadable(ValueError):
    """Nothing can be made of a text; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def column_order(texts: Iterable[str]) -> Order | None:
    """Return whether a column writes the day or the month first, where its own dates show it.

    Only dates like 13/09/2026 show it. None when none does, or when two disagree.
    """
    shown: set[Order] = set()
    for text in texts:
        if found := SLASHED.fullmatch(text.strip()):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                shown.add("dm")
            elif second > 12 >= first:
                shown.add("md")
    return shown.pop() if len(shown) == 1 else None


def read_date(text: str, *, order: Order | None = None) -> tuple[date, bool]:
    """Return the day a text names. order: of day and month in this column, where it is known.

    Raises Unreadable("date_unreadable"), ("date_ambiguous") or ("date_far").
    """
    stripped = text.strip()
    if found := ISO.fullmatch(stripped):
        return _day(*found.groups()), True
    for form in (ISO_MOMENT, YEAR_FIRST, COMPACT):
        if found := form.fullmatch(stripped):
            return _day(*found.groups()), False
    if found := DOTTED.fullmatch(stripped):
        return _day(found[3], found[2], found[1]), False
    if found := SLASHED.fullmatch(stripped):
        return _slashed(int(found[1]), int(found[2]), found[3], order), False
    raise Unreadable("date_unreadable")


def _slashed(first: int, second: int, year: str, order: Order | None) -> date:
    if order == "dm" or first == second:
        return _day(year, second, first)
    if order == "md":
        return _day(year, first, second)
    if first <= 12 and second <= 12:
        raise Unreadable("date_ambiguous")
    day, month = (first, second) if first > 12 else (second, first)
    return _day(year, month, day)


def _day(year: str | int, month: str | int, day: str | int) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("date_unreadable") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("date_far")
    return found


def read_flag(text: str) -> tuple[bool, bool]:
    """Return a boolean. Letter case is no matter. Raises Unreadable("flag_unreadable")."""
    word = text.strip().casefold()
    if word in TRUE_WORDS:
        return True, word == "true"
    if word in FALSE_WORDS:
        return False, word == "false"
    raise Unreadable("flag_unreadable")


def read_word(text: str, words: Mapping[str, Word]) -> tuple[Word, bool]:
    """Return what a word of a closed list means. Raises Unreadable("word_unknown")."""
    if text in words:
        return words[text], True
    folded = {word.casefold(): meaning for word, meaning in words.items()}
    plain = "".join(text.split()).casefold()
    if plain not in folded:
        raise Unreadable("word_unknown")
    return folded[plain], False


def read_list(text: str) -> tuple[str, ...]:
    """Return the ids of a list cell, each once, in order."""
    return tuple(dict.fromkeys(part for part in (p.strip() for p in text.split(",")) if part))


def read_iin(text: str) -> str:
    """Return the IIN among a user's typed identifiers («{IIN:…}»), or "" where none is typed so.

    Raises Unreadable("iin_wrong") when it is typed as an IIN and is none.
    """
    for kind, value in TYPED_ID.findall(text):
        if kind.casefold() in IIN_TYPES:
            number = "".join(value.split())
            if not is_iin(number):
                raise Unreadable("iin_wrong")
            return number
    return ""
