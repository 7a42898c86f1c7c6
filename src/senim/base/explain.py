"""Why a mark is what it is, in words: the lines of rules.explanations in kk, ru and en.

`senim explain mark` reads its JSON in base.mark_payload and answers with `explain_mark_json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from senim.base.days import number
from senim.base.mark_payload import Payload, at_path, read_payload
from senim.base.words import LANGUAGES, say, worded
from senim.rules.explanations import Explained, Fact, Line, explanation
from senim.rules.mark_policies import Category
from senim.rules.marks import Needed, Part, TermMark, needed_on_soch, term_mark
from senim.rules.scales import half_up

CENTS = ("contribution", "contributed")


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One line as it is read: a label and, at the right, a value or nothing."""

    code: str
    label: str
    value: str = ""


def explain_lines(result: Explained, lang: str) -> tuple[ExplainedLine, ...]:
    """Return the lines of an explanation, for a card or a table."""
    return tuple(_worded(line, lang) for line in explanation(result).lines)


def explain(result: Explained, lang: str) -> str:
    """Return the explanation as text, one line below the other, under its question and rule."""
    lines = [_joined(line) for line in explain_lines(result, lang)]
    if isinstance(result, Needed) or result.mark is None:
        return "\n".join(lines)
    return "\n".join([f"{title(result, lang)} ({rule_name(result, lang)})", *lines])


def _joined(line: ExplainedLine) -> str:
    if not line.value or line.value.startswith("≈"):
        return f"{line.label} {line.value}".rstrip()
    return f"{line.label} → {line.value}"


def title(result: Explained, lang: str) -> str:
    """Return the question an explanation answers: «Неге 4?», or for the SOCh what is needed."""
    if isinstance(result, Needed):
        return say("marks.title.needed", lang, target=result.target)
    if result.mark is None:
        return say("marks.title.why_this", lang)
    return say("marks.title.why", lang, mark=result.mark)


def rule_name(result: Explained, lang: str) -> str:
    """Return the policy's code, with its paragraph where that was read: «kz-2024, 28-т.»."""
    why = explanation(result)
    if why.policy is None or why.paragraph is None:
        return why.policy or ""
    return say("marks.rule.paragraph", lang, policy=why.policy, paragraph=why.paragraph)


def summary(term: TermMark, lang: str, *, needed: Needed | None = None) -> str:
    """Return a term mark in a few sentences, as the diary shows it.

    The parts, what is missing or why there is no mark, and what is needed on the SOCh when given.
    """
    sentences = []
    for line in explanation(term).lines:
        if line.code in {"part", "part_mean"}:
            facts = _facts(line, lang)
            facts["contribution"] = exact(line.facts["contribution"], lang)
            sentences.append(say(f"marks.brief.{line.code}", lang, **facts))
        elif line.code not in {"total", "so_far", "rounded_once"}:
            sentences.append(_worded(line, lang).label)
    if needed:
        sentences += [line.label for line in explain_lines(needed, lang)]
    return " ".join(sentences)


def exact(value: Fact, lang: str, *, least: int = 0, most: int = 2) -> str:
    """Return an exact number in a language: from least to most decimals, ≈ when there are more."""
    if not isinstance(value, int | Fraction):
        raise TypeError(f"not a number: {value!r}")
    for places in range(least, most + 1):
        if 10**places % Fraction(value).denominator == 0:
            return _decimals(value, lang, places)
    return f"≈ {_decimals(value, lang, most)}"


def border_safe(value: Fraction, lang: str) -> str:
    """Return a percentage with two decimals, or as many more as it takes to round as the exact one.

    64.4996 is not shown as 64.50: the reader would round it up, and the rule does not.
    """
    most = 2
    while half_up(Fraction(half_up(value * 10**most), 10**most)) != half_up(value):
        most += 1
    return exact(value, lang, least=2, most=most)


def _decimals(value: int | Fraction, lang: str, places: int) -> str:
    shown = Decimal(half_up(Fraction(value) * 10**places)).scaleb(-places)
    return number(shown, lang, places=places)


def _worded(line: Line, lang: str) -> ExplainedLine:
    facts = _facts(line, lang)
    key = f"marks.why.{line.code}"
    value = say(f"{key}.value", lang, **facts) if worded(f"{key}.value") else ""
    return ExplainedLine(line.code, say(f"{key}.label", lang, **facts), value)


def _facts(line: Line, lang: str) -> dict[str, object]:
    return {name: _fact(name, value, lang) for name, value in line.facts.items()}


def _fact(name: str, value: Fact, lang: str) -> object:
    if name == "kind":
        return say(f"marks.kind.{value}", lang)
    if isinstance(value, tuple):
        if name == "categories":
            return ", ".join(say(f"marks.kind.{category}", lang) for category in value)
        return " + ".join(str(mark) for mark in value)
    if isinstance(value, Fraction):
        return _number(name, value, lang)
    return value


def _number(name: str, value: Fraction, lang: str) -> str:
    if name == "exact":
        return border_safe(value, lang)
    if name == "result":
        shown = border_safe(value, lang)
        return shown if shown.startswith("≈") else f"= {shown}"
    shown = exact(value, lang, least=2 if name in CENTS else 0)
    return str(value) if name == "weight" and shown.startswith("≈") else shown


def explain_mark_json(payload: bytes | Mapping[str, Any]) -> dict[str, Any]:
    """Return a term mark worked out from JSON, with its parts and its explanation in words.

    payload: `{"policy": "kz-2024", "formative": [8, 9], "sor": [[9, 14]], "soch": [[19, 24]]}`;
        points may be null for work still to come. Optional: `sor_aggregation` (pooled, mean),
        `period` (quarter, half_year), `subject` (marked, pass_fail), `grade` (1-12).
    Exact numbers come as strings that `Fraction` reads: "149/2", "75".
    Raises Refusal with the fact `path`, such as "$.sor[0][1]"; its words say what to do.
    """
    given = read_payload(payload)
    with at_path("$.soch"):
        term = term_mark(given.scores, policy=given.policy, kind=given.kind, grade=given.grade)
    return {
        "policy": given.policy.code,
        "state": str(term.state),
        "provisional": term.provisional,
        "percent_exact": None if term.percent_exact is None else str(term.percent_exact),
        "percent": term.percent,
        "mark": term.mark,
        "parts": [_part_json(part) for part in term.parts],
        "text": {lang: _text(term, given, lang) for lang in LANGUAGES},
    }


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "points": str(part.points),
        "maximum": str(part.maximum),
        "count": part.count,
        "weight": str(part.weight),
        "contribution": str(part.contribution),
    }


def _text(term: TermMark, given: Payload, lang: str) -> str:
    text = explain(term, lang)
    soch_max = next((s.maximum for s in given.scores if s.category is Category.SOCH), None)
    if not term.provisional or not isinstance(soch_max, int):
        return text
    needed = needed_on_soch(given.scores, policy=given.policy, soch_max=soch_max, grade=given.grade)
    return f"{text}\n{explain(needed, lang)}"
