"""The «Why?» card of a computed mark, for whichever page shows one."""

from dataclasses import dataclass

from senim.base.explain import explain_lines, rule_name, title
from senim.rules.fields import F2
from senim.rules.marks import TermMark

TOTALS = ("total", "so_far")


@dataclass(frozen=True, slots=True)
class WhyCard:
    """Lines of (words, number), the line that sums them, and what else to know."""

    title: F2[str]
    rule: F2[str]
    parts: F2[tuple[tuple[str, str], ...]]
    total: F2[tuple[str, str] | None]
    note: F2[str]


def why_card(mark: TermMark, lang: str) -> WhyCard:
    """Return the card of a mark; where there is no mark, its note says why."""
    lines = explain_lines(mark, lang)
    total = next((line for line in lines if line.code in TOTALS), None)
    return WhyCard(
        title=title(mark, lang),
        rule=rule_name(mark, lang),
        parts=tuple((li.label, li.value) for li in lines if li.value and li.code not in TOTALS),
        total=(total.label, total.value) if total else None,
        note=" ".join(line.label for line in lines if not line.value),
    )
