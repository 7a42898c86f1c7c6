"""The words of Senim in Kazakh, Russian and English, read from the `words/*.toml` of each room.

Three languages stand side by side in one file, Kazakh first. A missing key or language raises: a
page never shows a raw key. Plural forms follow CLDR (kk and en: one, other; ru: one, few, many).
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("kk", "ru", "en")
PACKAGE = Path(__file__).resolve().parent.parent


class Unworded(KeyError):
    """A key has no words, or none in the language asked for."""


def plural_form(n: int, lang: str) -> str:
    """Return the CLDR cardinal form of a whole number."""
    if lang != "ru":
        return "one" if n == 1 else "other"
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14):
        return "few"
    return "many"


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if set(LANGUAGES) & value.keys():
            yield key, value
        else:
            yield from _flatten(value, f"{key}.")


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Return every key with its words by language. Raises Unworded for a key that stands twice."""
    words: dict[str, Mapping[str, Any]] = {}
    for path in sorted(PACKAGE.glob("*/words/*.toml")):
        for key, entry in _flatten(tomllib.loads(path.read_text("utf-8")), ""):
            if key in words:
                raise Unworded(f"{key} stands twice; the second time in {path.name}")
            words[key] = entry
    return words


def worded(key: str) -> bool:
    """Say whether the key has words."""
    return key in catalogue()


def say(key: str, lang: str, **facts: object) -> str:
    """Return the words of a key in a language with the facts put in.

    A key with plural forms takes the form of the fact `n`. Raises Unworded when there are none.
    """
    try:
        text = catalogue()[key][lang]
    except KeyError:
        raise Unworded(f"no words for {key} in {lang}") from None
    if isinstance(text, Mapping):
        n = facts["n"]
        form = plural_form(n, lang) if isinstance(n, int) else "other"
        text = text[form] if form in text else text["other"]
    return str(text).format_map(facts) if facts else str(text)


def in_language(texts: Mapping[str, str], lang: str) -> str:
    """Return a kk/ru/en text in the language asked for, else in the first one it has."""
    return next((texts[code] for code in (lang, *LANGUAGES) if texts.get(code)), "")
