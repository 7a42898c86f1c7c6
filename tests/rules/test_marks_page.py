"""Every table of docs/rules/marks.md is what the code gives."""

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction

import pytest

from senim.rules.mark_policies import (
    POLICIES,
    Category,
    MarkPolicy,
    Share,
    SorAggregation,
    by_code,
)
from senim.rules.marks import (
    NeededState,
    Score,
    TermMark,
    final_mark,
    formative,
    half_year_mark,
    needed_on_soch,
    soch,
    sor,
    term_mark,
    year_mark,
)
from senim.rules.scales import PERCENT, PERCENT_GRADE_1
from tests.rules.tables import Row, table

PAGE = "marks.md"
EXAMPLES = table(
    PAGE, "#", "policy", "formative", "SOR", "SOCh", "SOR together", "exact", "percent", "mark"
)
HALF_YEARS = table(
    PAGE,
    "policy",
    "formative, 1st quarter",
    "SOR, 1st",
    "formative, 2nd",
    "SOR, 2nd",
    "exact",
    "percent",
    "mark",
)
STATES = table(
    PAGE, "policy", "formative", "SOR", "SOCh", "closing", "state", "exact", "percent", "mark"
)
WITHOUT = table(PAGE, "policy", "formative", "SOR", "SOCh", "without", "exact", "percent", "mark")
NEEDED = table(PAGE, "policy", "formative", "SOR", "SOCh maximum", "target", "answer")
YEARS = table(PAGE, "#", "terms", "year", "exam", "final, exact", "final")
GENERATIONS = table(PAGE, "policy", "from", "until", "quarter", "half-year", "paragraph")
SCALES = table(PAGE, "percent", "mark", "grades")
OPEN = table(PAGE, "field", "default", "why", "what else is met")


def points(text: str) -> list[tuple[int | None, int]]:
    pairs = [pair.split("/") for pair in text.split()]
    return [(None if got == "–" else int(got), int(most)) for got, most in pairs]


def daily(text: str) -> list[Score]:
    return [formative(int(p)) for p in text.split()]


def units(text: str) -> list[Score]:
    return [sor(got, most) for got, most in points(text)]


def scores(row: Row) -> list[Score]:
    ends = [soch(got, most) for got, most in points(row.get("SOCh", ""))]
    return daily(row["formative"]) + units(row["SOR"]) + ends


def policy(row: Row) -> MarkPolicy:
    way = SorAggregation(row.get("SOR together", "pooled"))
    return replace(by_code(row["policy"]), sor_aggregation=way)


def named(rows: list[Row]) -> list[str]:
    return [row["#"] for row in rows]


def agrees(term: TermMark, row: Row) -> bool:
    def shown(value: object) -> str:
        return "" if value is None else str(value)

    exact = Fraction(row["exact"]) if row["exact"] else None
    return (
        term.percent_exact == exact
        and shown(term.percent) == row["percent"]
        and shown(term.mark) == row["mark"]
    )


@pytest.mark.parametrize("row", EXAMPLES, ids=named(EXAMPLES))
def test_worked_example_gives_the_mark_on_the_page(row: Row) -> None:
    term = term_mark(scores(row), policy=policy(row))

    assert agrees(term, row)
    assert term.state == "recommended"


def test_page_has_all_vectors() -> None:
    ids = {row["#"].replace(",", "").split()[0] for row in EXAMPLES + YEARS}

    assert {f"V{n}" for n in range(1, 9)} <= ids


@pytest.mark.parametrize("row", HALF_YEARS, ids=[row["policy"] for row in HALF_YEARS])
def test_half_year_on_the_page_uses_both_quarters(row: Row) -> None:
    first = daily(row["formative, 1st quarter"]) + units(row["SOR, 1st"])
    second = daily(row["formative, 2nd"]) + units(row["SOR, 2nd"])

    assert agrees(half_year_mark(first, second, policy=policy(row)), row)


@pytest.mark.parametrize("row", STATES)
def test_unfinished_term_has_the_state_on_the_page(row: Row) -> None:
    term = term_mark(scores(row), policy=policy(row), closing=row["closing"] == "yes")

    assert term.state == row["state"]
    assert agrees(term, row)


@pytest.mark.parametrize("row", WITHOUT)
def test_other_shares_grow_when_a_class_has_no_such_work(row: Row) -> None:
    without = {Category(name) for name in row["without"].split()}

    term = term_mark(scores(row), policy=policy(row), without=without)

    assert agrees(term, row)
    assert term.state == "recommended"
    assert term.weighed == 100


@pytest.mark.parametrize("row", NEEDED)
def test_needed_on_soch_is_as_on_the_page(row: Row) -> None:
    needed = needed_on_soch(
        scores(row),
        policy=policy(row),
        soch_max=int(row["SOCh maximum"]),
        target=int(row["target"]),
    )

    answer = str(needed.points) if needed.state is NeededState.POINTS else needed.state
    assert answer == row["answer"]


@pytest.mark.parametrize("row", YEARS, ids=named(YEARS))
def test_year_and_final_mark_are_as_on_the_page(row: Row) -> None:
    terms = [None if mark == "–" else int(mark) for mark in row["terms"].split()]
    exam = int(row["exam"]) if row["exam"] else None

    year = year_mark(terms, policy=POLICIES[-1])
    final = final_mark(year.mark, exam, policy=POLICIES[-1])

    assert str(year.mark) == row["year"]
    assert final.exact == Fraction(row["final, exact"])
    assert str(final.mark) == row["final"]


@pytest.mark.parametrize("row", GENERATIONS, ids=[row["policy"] for row in GENERATIONS])
def test_policy_has_the_days_and_weights_on_the_page(row: Row) -> None:
    def formula(shares: tuple[Share, ...]) -> str:
        return " + ".join(f"{share.kind} {share.weight}" for share in shares)

    rule = by_code(row["policy"])

    assert rule.valid_from == date.fromisoformat(row["from"])
    assert (str(rule.valid_to) if rule.valid_to else "–") == row["until"]
    assert formula(rule.shares) == row["quarter"]
    assert formula(rule.half_year_shares) == row["half-year"]
    assert (rule.paragraph or "–") == row["paragraph"]


def test_page_names_every_policy() -> None:
    assert [row["policy"] for row in GENERATIONS] == [rule.code for rule in POLICIES]


@pytest.mark.parametrize("row", SCALES)
def test_scale_has_the_step_on_the_page(row: Row) -> None:
    scale = PERCENT_GRADE_1 if row["grades"] == "1" else PERCENT
    lowest, highest = map(int, row["percent"].split("–"))

    assert {scale.mark_for(percent) for percent in range(lowest, highest + 1)} == {int(row["mark"])}


def test_page_says_every_open_point() -> None:
    said = {name.strip("`") for row in OPEN for name in row["field"].replace(",", " ").split()}
    open_points = set().union(*(rule.open_points for rule in POLICIES))

    assert open_points <= said
    assert open_points <= {field.name for field in fields(MarkPolicy)}
