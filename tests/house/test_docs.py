"""Docs keep up with the house: links lead somewhere, words stand on pages, codes are told."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from senim.base.words import catalogue
from senim.rules.access import Action, Hat, Relation
from senim.rules.fields import FieldClass

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDE = DOCS / "guide"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
MACHINE = re.compile(r"(?<![\w.])/(?:work|home|root|tmp|mnt|Users)/")
GUIDES = ("kk", "ru", "en")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def links(page: Path) -> Iterator[tuple[str, Path]]:
    """Yield each link of a page to something of ours, and the file it leads to."""
    for target in LINK.findall(page.read_text("utf-8")):
        if not re.match(r"[a-z]+:", target):
            path = target.partition("#")[0]
            yield target, (page.parent / path if path else page)


def guide_pages(lang: str) -> list[Path]:
    return sorted((GUIDE / lang).glob("*.md"))


def rows(page: Path) -> Iterator[list[str]]:
    """Yield the cells of every table row whose first cell is a code."""
    for line in page.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| `"):
            yield cells


def codes_under(heading: str) -> list[str]:
    """Return the codes that the reference tells under a heading."""
    text = (DOCS / "reference" / "codes.md").read_text("utf-8")
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \| \S", part, re.MULTILINE)


def keys_of(kind: str) -> set[str]:
    return {key.removeprefix(f"{kind}.") for key in catalogue() if key.startswith(f"{kind}.")}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    astray = [target for target, file in links(page) if not file.exists()]

    assert astray == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_names_a_path_of_some_machine(page: Path) -> None:
    assert MACHINE.findall(page.read_text("utf-8")) == []


def test_the_guide_has_the_same_pages_in_three_languages() -> None:
    kk, ru, en = ([page.name for page in guide_pages(lang)] for lang in GUIDES)

    assert kk
    assert kk == ru == en


def test_the_guide_leads_to_each_of_its_pages() -> None:
    led = {file.resolve() for _, file in links(GUIDE / "README.md")}
    unled = [named(page) for lang in GUIDES for page in guide_pages(lang) if page not in led]

    assert unled == []


@pytest.mark.parametrize("lang", GUIDES)
def test_a_guide_shows_its_pages_in_its_own_language(lang: str) -> None:
    foreign = [
        target
        for page in guide_pages(lang)
        for words, target in PICTURE.findall(page.read_text("utf-8"))
        if not words or not re.fullmatch(rf"\.\./pictures/[a-z-]+-(360|1280)-{lang}\.png", target)
    ]

    assert foreign == []


@pytest.mark.parametrize("lang", GUIDES)
def test_bold_words_of_a_guide_stand_on_a_page(lang: str) -> None:
    texts = [entry[lang] for entry in catalogue().values()]
    spoken = {text for text in texts if isinstance(text, str)}
    astray = {
        f"{page.name}: {words}"
        for page in guide_pages(lang)
        for words in (" ".join(found.split()) for found in BOLD.findall(page.read_text("utf-8")))
        if words.rstrip(".:") not in spoken and words not in spoken
    }

    assert astray == set()


def test_the_glossary_says_words_as_the_pages_do() -> None:
    told = list(rows(DOCS / "glossary.md"))
    apart = [
        (key, lang, said)
        for code, *words in told
        for key in [code.strip("`")]
        for lang, said in zip(GUIDES, words, strict=True)
        if catalogue().get(key, {}).get(lang) != said
    ]

    assert told
    assert apart == []


def test_every_ledger_event_has_its_line() -> None:
    in_glossary = [code.strip("`") for code, *_ in rows(DOCS / "glossary.md")]

    assert sorted(codes_under("Ledger events")) == sorted(keys_of("event"))
    assert {f"event.{event}" for event in keys_of("event")} <= set(in_glossary)


def test_every_refusal_has_its_line() -> None:
    assert sorted(codes_under("Refusals")) == sorted(keys_of("refusal"))


@pytest.mark.parametrize(
    ("heading", "codes"),
    [("Hats", Hat), ("Relations", Relation), ("Actions", Action)],
)
def test_every_code_of_access_has_its_line(heading: str, codes: type[StrEnum]) -> None:
    assert codes_under(heading) == [code.value for code in codes]


def test_every_field_class_has_its_line() -> None:
    assert codes_under("Field classes") == [f"F{code.value}" for code in FieldClass]


def test_the_proofs_of_the_threats_are_tests_that_exist() -> None:
    named = re.findall(
        r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (DOCS / "threats.md").read_text("utf-8")
    )

    assert len(named) > 20
    for file, test in named:
        assert (ROOT / file).exists(), file
        assert not test or f"def {test}(" in (ROOT / file).read_text("utf-8"), f"{file}::{test}"
