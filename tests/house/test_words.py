"""Every word in three languages, every code worded, no English under Kazakh or Russian."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import senim
from senim.base.words import LANGUAGES, Unworded, catalogue, say

SOURCE = Path(senim.__file__).parent
FORMS = {"kk": {"one", "other"}, "ru": {"one", "few", "many"}, "en": {"one", "other"}}
LATIN = re.compile(r"[A-Za-z]{2,}")
QUOTED = re.compile(r"SENIM_\w+|\{[^}]*\}|«[^»]*»|`[^`]*`")
PROPER = {
    # names and marks that are written in Latin in every language
    *(
        "Senim",
        "Eng",
        "EUPL",
        "OneRoster",
        "CSV",
        "JSON",
        "XLSX",
        "PostgreSQL",
        "PDF",
        "Excel",
        "SQLite",
    ),
    *("Java", "Python", "PHP", "JavaScript", "Arduino", "LEGO", "Mindstorms", "VEX"),
    *("Kundelik", "BilimLand", "Bilimal", "Bilim", "BilimClass", "Daryn", "Online", "app"),
    *("Learning", "eGov", "gov", "HUB", "Jetisu", "Stan", "kz", "Bestnews", "Orda", "YouTube"),
    *("Allur", "Astana", "Motors", "GitHub", "Ctrl", "Enter", "Tab", "Backspace", "Esc", "QR"),
    *(
        "IT",
        "kk",
        "ru",
        "en",
        "policy",
        "formative",
        "sor",
        "soch",
        "SMS",
        "TOTP",
        "UTF",
        "Windows",
        "zip",
        "http",
        "https",
        "localhost",
    ),
}


def texts(entry: Any) -> list[str]:
    return [str(t) for t in entry.values()] if isinstance(entry, Mapping) else [str(entry)]


def strings_in_code(name: str) -> Iterator[tuple[Path, str]]:
    """Yield the literal first argument of every call to a function or class of that name."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func
            called_name = called.attr if isinstance(called, ast.Attribute) else None
            called_name = called.id if isinstance(called, ast.Name) else called_name
            first = node.args[0]
            if called_name == name and isinstance(first, ast.Constant):
                yield file, str(first.value)


def test_every_key_speaks_three_languages() -> None:
    mute = [
        f"{key}: {lang}"
        for key, entry in catalogue().items()
        for lang in LANGUAGES
        if lang not in entry or not all(text.strip() for text in texts(entry[lang]))
    ]

    assert mute == []


def test_plural_forms_are_whole() -> None:
    partial = [
        f"{key}: {lang}"
        for key, entry in catalogue().items()
        for lang in LANGUAGES
        if isinstance(entry[lang], Mapping) and set(entry[lang]) != FORMS[lang]
    ]

    assert partial == []


def test_the_three_languages_take_the_same_facts() -> None:
    def facts(entry: Any) -> set[str]:
        return {
            name for text in texts(entry) for _, name, _, _ in Formatter().parse(text) if name
        } - {"n"}

    uneven = [
        key
        for key, entry in catalogue().items()
        if len({frozenset(facts(entry[lang])) for lang in LANGUAGES}) > 1
    ]

    assert uneven == []


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_english_shows_through(lang: str) -> None:
    through = {
        key: words
        for key, entry in catalogue().items()
        for words in [
            {word for text in texts(entry[lang]) for word in LATIN.findall(QUOTED.sub("", text))}
            - PROPER
        ]
        if words
    }

    assert through == {}


def test_every_refusal_is_worded() -> None:
    codes = {
        code for kind in ("Refusal", "Invalid", "NotFound") for _, code in strings_in_code(kind)
    }
    silent = sorted(code for code in codes if f"refusal.{code}" not in catalogue())

    assert codes
    assert silent == []


def test_every_ledger_event_is_worded() -> None:
    sources = [file.read_text() for file in SOURCE.rglob("*.py")]
    named = {
        event
        for text in sources
        for event in re.findall(r'(?:entry\(|event=)\s*"([a-z_]+(?:\.[a-z_]+)+)"', text)
    }
    silent = sorted(event for event in named if f"event.{event}" not in catalogue())

    assert named
    assert silent == []


def test_every_key_a_template_names_has_words() -> None:
    unknown = [
        f"{file.relative_to(SOURCE)}: {key}"
        for file in (SOURCE / "web" / "templates").rglob("*.html")
        for key in re.findall(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""", file.read_text())
        if key not in catalogue()
    ]

    assert unknown == []


def test_an_unknown_key_is_a_fault_not_a_raw_key() -> None:
    with pytest.raises(Unworded):
        say("no.such.key", "kk")
