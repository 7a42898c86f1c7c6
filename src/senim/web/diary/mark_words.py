"""A recommended mark in the words of the diary: why it is so, and what a 5 still takes."""

from dataclasses import dataclass

from senim.base.explain import explain_lines, rule_name, title
from senim.base.words import say
from senim.journal.term_sheet import SubjectTerm
from senim.rules.fields import F2
from senim.rules.mark_policies import Category
from senim.rules.marks import MarkState, NeededState, TermMark

TOTALS = ("total", "so_far")


@dataclass(frozen=True, slots=True)
class Why:
    """The Why? card: lines of (words, number), the line that sums them, and what else to know."""

    title: F2[str]
    rule: F2[str]
    parts: F2[tuple[tuple[str, str], ...]]
    total: F2[tuple[str, str] | None]
    note: F2[str]


@dataclass(frozen=True, slots=True)
class TermCell:
    """A recommended mark, or in words why there is none."""

    mark: F2[int | None]
    provisional: F2[bool]
    words: F2[str]


def term_cell(mark: TermMark, lang: str) -> TermCell:
    """Return the mark, or the lines that say why there is none."""
    if mark.mark is not None:
        return TermCell(mark.mark, mark.provisional, "")
    return TermCell(
        None, mark.provisional, " ".join(line.label for line in explain_lines(mark, lang))
    )


def why(mark: TermMark, lang: str) -> Why | None:
    """Return the card of a mark; where there is none, its row says why in words."""
    if mark.mark is None:
        return None
    lines = explain_lines(mark, lang)
    total = next((line for line in lines if line.code in TOTALS), None)
    return Why(
        title=title(mark, lang),
        rule=rule_name(mark, lang),
        parts=tuple((li.label, li.value) for li in lines if li.value and li.code not in TOTALS),
        total=(total.label, total.value) if total else None,
        note=" ".join(line.label for line in lines if not line.value),
    )


def need(term: SubjectTerm, lang: str) -> str:
    """Return what a 5 takes, in points or, while the SOCh has no maximum yet, in percent."""
    needed = term.needed
    if needed is None or term.mark.state is MarkState.NOTHING_YET:
        return ""
    if needed.state is NeededState.POINTS and not term.of(Category.SOCH):
        return say("diary.sheet.need_percent", lang, target=needed.target, points=needed.points)
    return " ".join(line.label for line in explain_lines(needed, lang))
