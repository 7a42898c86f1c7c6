"""The five founding cases: what was said, by which office, when and where.

Each case is a file in `cases/`, read once. Only what the published text states is there, with its
"almost" and its missing dates; an accusation stays its author's. No person is named.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from senim.rules.fields import F0

CASES = Path(__file__).resolve().parent / "cases"
ORDER = ("fourteen-companies", "e-learning", "jetisu-hub", "taraz-it-centre", "east-kazakhstan")

Language = Literal["kk", "ru", "en"]
Hedge = Literal["", "almost", "more_than"]


class Kind(StrEnum):
    """What a statement is, as its author put it."""

    PROMISE = "promise"
    CLAIM = "claim"
    ACCUSATION = "accusation"
    FACT = "fact"
    ANSWER = "answer"
    INSTRUCTION = "instruction"
    DEMAND = "demand"


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in the three languages; `texts["kk"]` gives it in Kazakh."""

    kk: F0[str]
    ru: F0[str]
    en: F0[str]

    def __getitem__(self, lang: Language) -> str:
        """Return the text in a language. Raises KeyError for any other language."""
        return {"kk": self.kk, "ru": self.ru, "en": self.en}[lang]


@dataclass(frozen=True, slots=True)
class When:
    """When something was said or is to happen, as far as the text says.

    precision: how much of `on` the text gives; "none" when it gives no date.
    words: how the text itself puts the time, when it does.
    """

    on: F0[date | None] = None
    precision: F0[Literal["day", "month", "year", "none"]] = "none"
    words: F0[Texts | None] = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit and the text's own "almost". None of the texts dates its numbers."""

    value: F0[int]
    unit: F0[Texts]
    hedge: F0[Hedge] = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement stands: number of the document, line of its stored text."""

    document: F0[str]
    line: F0[int]


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said, by one office.

    about: whom an accusation concerns, in the text's own terms; None for other kinds.
    answer: id of the statement that answers an accusation; None when the text has no answer.
    quote: the exact words in the document's language, where they matter.
    """

    id: F0[str]
    kind: F0[Kind]
    text: F0[Texts]
    said_by_office: F0[Texts]
    said_on: F0[When]
    source: F0[Source]
    where: F0[Texts | None] = None
    quote: F0[str] = ""
    figures: F0[tuple[Figure, ...]] = ()
    about: F0[Texts | None] = None
    answer: F0[str | None] = None


@dataclass(frozen=True, slots=True)
class Case:
    """One published text and everything it states.

    language: the text's own. silences: what one would need to know and the text does not say.
    left_out: which parts of the page are not shown, and why.
    """

    slug: F0[str]
    document: F0[str]
    language: F0[Language]
    title: F0[Texts]
    place: F0[Texts]
    publisher: F0[Texts]
    published_on: F0[date | None]
    silences: F0[tuple[Texts, ...]]
    left_out: F0[Texts]
    statements: F0[tuple[Statement, ...]] = field(repr=False)

    @property
    def kinds(self) -> tuple[tuple[Kind, int], ...]:
        """Return how many statements there are of each kind, in the order of Kind."""
        count = Counter(statement.kind for statement in self.statements)
        return tuple((kind, count[kind]) for kind in Kind if count[kind])

    def statement(self, id: str) -> Statement:  # noqa: A002 - the field's own name
        """Return a statement by its id. Raises KeyError."""
        try:
            return next(one for one in self.statements if one.id == id)
        except StopIteration:
            raise KeyError(id) from None


def _texts(table: Mapping[str, str]) -> Texts:
    return Texts(**table)


def _maybe(table: Mapping[str, str] | None) -> Texts | None:
    return None if table is None else _texts(table)


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(value=row["value"], unit=_texts(row["unit"]), hedge=row.get("hedge", ""))


def _statement(row: dict[str, Any], document: str, speakers: Mapping[str, Texts]) -> Statement:
    statement = Statement(
        id=row.pop("id"),
        kind=Kind(row.pop("kind")),
        text=_texts(row.pop("text")),
        said_by_office=speakers[row.pop("by")],
        said_on=When(words=_maybe(row.pop("when", None))),
        source=Source(document, row.pop("line")),
        where=_maybe(row.pop("where", None)),
        quote=row.pop("quote", ""),
        figures=tuple(map(_figure, row.pop("figures", ()))),
        about=_maybe(row.pop("about", None)),
        answer=row.pop("answer", None),
    )
    if row:
        raise ValueError(f"document {document}: {statement.id} has unknown fields {sorted(row)}")
    return statement


@cache
def case(slug: str) -> Case:
    """Return one case. Raises KeyError when there is none of that name."""
    if slug not in ORDER:
        raise KeyError(slug)
    raw = tomllib.loads((CASES / f"{slug}.toml").read_text("utf-8"))
    speakers = {name: _texts(office) for name, office in raw["speakers"].items()}
    document = raw["document"]
    return Case(
        slug=slug,
        document=document,
        language=raw["language"],
        title=_texts(raw["title"]),
        place=_texts(raw["place"]),
        publisher=_texts(raw["publisher"]),
        published_on=raw.get("published_on"),
        silences=tuple(map(_texts, raw["silences"])),
        left_out=_texts(raw["left_out"]),
        statements=tuple(_statement(row, document, speakers) for row in raw["statements"]),
    )


def cases() -> tuple[Case, ...]:
    """Return the five cases in the order of the front page."""
    return tuple(case(slug) for slug in ORDER)
