"""Reads the JSON of `senim explain mark`. Every fault is refused with its place in the JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Never, TypeVar

from senim.rules.errors import Refusal
from senim.rules.mark_policies import (
    POLICIES,
    Category,
    MarkPolicy,
    SorAggregation,
    SubjectKind,
)
from senim.rules.marks import Score

FIELDS = ("policy", "formative", "sor", "soch", "sor_aggregation", "period", "subject", "grade")
MOST_SCORES = 400
MOST_POINTS = 10_000
DECIMALS = 4
PERIODS = {"quarter": SubjectKind.MARKED, "half_year": SubjectKind.HALF_YEAR}
SUBJECTS = {"marked": SubjectKind.MARKED, "pass_fail": SubjectKind.PASS_FAIL}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Payload:
    """What was handed in, ready for `term_mark`."""

    scores: tuple[Score, ...]
    policy: MarkPolicy
    kind: SubjectKind
    grade: int | None


def read_payload(payload: bytes | Mapping[str, Any]) -> Payload:
    """Return the scores and the rule from JSON. Raises Refusal with the fact `path`."""
    given = _parsed(payload) if isinstance(payload, bytes) else payload
    if not isinstance(given, Mapping):
        _refuse("mark_json_object", "$")
    for field in given:
        if field not in FIELDS:
            _refuse("mark_json_field", f"$.{field}", known=", ".join(FIELDS))
    if "policy" not in given:
        _refuse("mark_json_missing", "$.policy")
    policy = _policy(given)
    scores = (
        *_list(given, "formative", lambda value, path: _formative(value, path, policy)),
        *_list(given, "sor", lambda value, path: _summative(value, path, Category.SOR)),
        *_list(given, "soch", lambda value, path: _summative(value, path, Category.SOCH)),
    )
    return Payload(scores, policy, _kind(given), _grade(given))


@contextmanager
def at_path(path: str) -> Iterator[None]:
    """Give a refusal of the rules the place in the JSON it is about."""
    try:
        yield
    except Refusal as refusal:
        raise Refusal(refusal.code, **{"path": path, **refusal.facts}) from refusal


def _refuse(code: str, path: str, **facts: object) -> Never:
    raise Refusal(code, path=path, **facts)


def _parsed(payload: bytes) -> Any:
    """Decimals stay decimal: 8.5 read as a binary float would no longer be exact."""
    try:
        return json.loads(
            payload, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once
        )
    except json.JSONDecodeError as fault:
        _refuse("mark_json_broken", "$", line=fault.lineno, column=fault.colno)
    except (ValueError, RecursionError):  # not text, a number of thousands of digits, or too deep
        _refuse("mark_json_unreadable", "$")


def _no_constant(name: str) -> Never:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            _refuse("mark_json_twice", f"$.{name}", field=name)
        fields[name] = value
    return fields


def _policy(given: Mapping[str, Any]) -> MarkPolicy:
    policies = {policy.code: policy for policy in POLICIES}
    policy = _choice(given, "policy", policies)
    if "sor_aggregation" not in given:
        return policy
    ways = {str(way): way for way in SorAggregation}
    return replace(policy, sor_aggregation=_choice(given, "sor_aggregation", ways))


def _kind(given: Mapping[str, Any]) -> SubjectKind:
    subject = _choice(given, "subject", SUBJECTS) if "subject" in given else SubjectKind.MARKED
    if subject is SubjectKind.PASS_FAIL or "period" not in given:
        return subject
    return _choice(given, "period", PERIODS)


def _grade(given: Mapping[str, Any]) -> int | None:
    grade = given.get("grade")
    if grade is not None and (type(grade) is not int or not 1 <= grade <= 12):
        _refuse("grade_unknown", "$.grade")
    return grade


def _choice(given: Mapping[str, Any], field: str, choices: Mapping[str, T]) -> T:
    value = given[field]
    if not isinstance(value, str) or value not in choices:
        _refuse("mark_json_choice", f"$.{field}", known=", ".join(choices))
    return choices[value]


def _list(given: Mapping[str, Any], field: str, read: Callable[[Any, str], Score]) -> list[Score]:
    values = given.get(field, [])
    if not isinstance(values, list | tuple) or len(values) > MOST_SCORES:
        _refuse("mark_json_list", f"$.{field}", most=MOST_SCORES)
    return [read(value, f"$.{field}[{n}]") for n, value in enumerate(values)]


def _formative(value: Any, path: str, policy: MarkPolicy) -> Score:
    points, least, most = _number(value, path), policy.formative_least, policy.formative_most
    if not least <= points <= most:
        _refuse("score_points_outside", path, least=least, most=most)
    return Score(Category.FORMATIVE, points, most)


def _summative(value: Any, path: str, category: Category) -> Score:
    if not isinstance(value, list | tuple) or len(value) != 2:
        _refuse("mark_json_pair", path)
    points = None if value[0] is None else _number(value[0], f"{path}[0]")
    maximum = _number(value[1], f"{path}[1]")
    with at_path(f"{path}[1]" if maximum <= 0 else f"{path}[0]"):
        return Score(category, points, maximum)


def _number(value: Any, path: str) -> int | Fraction:
    """Bounds on size and decimals come before `Fraction`: 1e999999 would fill the memory."""
    if type(value) is not int and not (isinstance(value, Decimal) and value.is_finite()):
        _refuse("score_not_exact", path)
    if not 0 <= value <= MOST_POINTS:
        _refuse("score_points_outside", path, least=0, most=MOST_POINTS)
    if isinstance(value, Decimal) and value != round(value, DECIMALS):
        _refuse("mark_json_decimals", path, most=DECIMALS)
    number = Fraction(value)
    return number.numerator if number.denominator == 1 else number
