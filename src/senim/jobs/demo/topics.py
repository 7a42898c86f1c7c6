"""What was taught and set: believable topics by subject and grade, in the lesson's language."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from senim.jobs.demo.curriculum import Medium, Subject

HERE = Path(__file__).parent


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((HERE / "topics.toml").read_text("utf-8"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


@cache
def topics_for(subject: Subject, grade: int, medium: Medium) -> Sequence[str]:
    """Return a year's topics of a subject, those of the nearest lower grade that has its own."""
    own = _texts()["topics"][subject.code]
    language = subject.language or medium
    from_grade = max((int(key) for key in own if int(key) <= grade), default=min(map(int, own)))
    return _lines(own[str(from_grade)][language])


def homework_for(subject: Subject, grade: int, medium: Medium, number: int, rng: Random) -> str:
    """Return what is set for the next time; nothing in grade 1 and in a third of the lessons."""
    if grade == 1 or rng.random() < 0.3:
        return ""
    kinds = _texts()["homework"]
    kind = kinds.get(subject.pool, kinds["texts"])
    language = subject.language or medium
    if language not in kind:
        return ""
    first = 12 + number * 7
    paragraph = 1 + number // 2
    return rng.choice(_lines(kind[language])).format(a=first, b=first + 3, c=first + 5, p=paragraph)


@cache
def comments(medium: Medium, *, good: bool) -> Sequence[str]:
    """Return what teachers write beside points."""
    return _lines(_texts()["comments"]["good" if good else "weak"][medium])


@cache
def reasons(medium: Medium) -> Sequence[str]:
    """Return why points were corrected."""
    return _lines(_texts()["comments"]["corrected"][medium])
