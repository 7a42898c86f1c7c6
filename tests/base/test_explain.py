"""Why a mark is what it is, in three languages, on a card, in the diary and as JSON."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.base.explain import (
    border_safe,
    exact,
    explain,
    explain_lines,
    explain_mark_json,
    rule_name,
    summary,
    title,
)
from senim.base.words import LANGUAGES, say
from senim.rules.errors import Refusal
from senim.rules.explanations import Explained
from senim.rules.mark_policies import KZ_2017, KZ_2020, KZ_2024, Category, SubjectKind
from senim.rules.marks import (
    MarkState,
    Needed,
    NeededState,
    exempt_mark,
    final_mark,
    formative,
    needed_on_soch,
    pass_fail_mark,
    soch,
    sor,
    term_mark,
    year_mark,
)
from senim.rules.scales import PassFail, half_up

SO_FAR = [*map(formative, (8, 10, 10, 7, 6)), sor(8, 15), sor(10, 10)]
V4 = [*SO_FAR, soch(18, 25)]


def test_card_of_the_register_reads_as_sketched() -> None:
    term = term_mark(V4, policy=KZ_2024)

    lines = [(line.label, line.value) for line in explain_lines(term, "kk")]

    assert (title(term, "kk"), rule_name(term, "kk")) == ("Неге 4?", "kz-2024, 28-т.")
    assert lines == [
        ("ҚБ 8,2 / 10 × 25", "20,50"),
        ("БЖБ 18 / 25 × 25", "18,00"),
        ("ТЖБ 18 / 25 × 50", "36,00"),
        ("Барлығы 74,50 → 75 %", "65–84 → 4"),
        ("Бір рет, ең соңында дөңгелектелді.", ""),
    ]


def test_diary_says_what_is_missing_and_what_is_needed() -> None:
    term = term_mark(SO_FAR, policy=KZ_2024)
    needed = needed_on_soch(SO_FAR, policy=KZ_2024, soch_max=25)

    assert summary(term, "kk", needed=needed) == (
        "ҚБ 8,2 / 10 → 20,5 / 25. БЖБ 18 / 25 → 18 / 25. ТЖБ әлі толық емес: баға өзгеруі мүмкін. "
        "«5» алу үшін ТЖБ-дан кемінде 23 / 25 керек."
    )


def test_russian_and_english_read_the_same_numbers() -> None:
    term = term_mark(V4, policy=KZ_2024)

    assert explain(term, "ru").splitlines() == [
        "Почему 4? (kz-2024, п. 28)",
        "ФО 8,2 / 10 × 25 → 20,50",
        "СОР 18 / 25 × 25 → 18,00",
        "СОЧ 18 / 25 × 50 → 36,00",
        "Всего 74,50 → 75 % → 65–84 → 4",
        "Округлено один раз, в самом конце.",
    ]
    assert explain(term, "en").splitlines()[1:5] == [
        "Formative 8.2 / 10 × 25 → 20.50",
        "SOR 18 / 25 × 25 → 18.00",
        "SOCh 18 / 25 × 50 → 36.00",
        "Total 74.50 → 75% → 65–84 → 4",
    ]


def test_number_that_does_not_end_says_so() -> None:
    v7 = [*map(formative, (4, 4, 4, 4, 3, 3)), sor(7, 12), soch(22, 27)]

    assert explain(term_mark(v7, policy=KZ_2024), "kk").splitlines()[1:5] == [
        "ҚБ 22 / 60 × 25 ≈ 9,17",
        "БЖБ 7 / 12 × 25 ≈ 14,58",
        "ТЖБ 22 / 27 × 50 ≈ 40,74",
        "Барлығы ≈ 64,49 → 64 % → 40–64 → 3",
    ]


@given(st.fractions(0, 100, max_denominator=10**7), st.sampled_from(["kk", "en"]))
def test_shown_percentage_rounds_as_the_exact_one(value: Fraction, lang: str) -> None:
    shown = border_safe(value, lang).removeprefix("≈ ").replace(",", ".")

    assert half_up(Fraction(shown)) == half_up(value)


def test_percentage_just_under_a_half_is_not_shown_as_the_half() -> None:
    assert border_safe(Fraction(644996, 10000), "kk") == "64,4996"
    assert border_safe(Fraction(193499, 3000), "kk") == "≈ 64,4997"
    assert border_safe(Fraction(129, 2), "kk") == "64,50"


def test_exact_number_keeps_its_decimals() -> None:
    assert exact(Fraction(41, 5), "ru") == "8,2"
    assert exact(18, "ru") == "18"
    assert exact(Fraction(1, 3), "ru") == "≈ 0,33"


def results() -> dict[str, Explained]:
    pass_fail = SubjectKind.PASS_FAIL
    return {
        "recommended": term_mark(V4, policy=KZ_2024),
        "provisional": term_mark(SO_FAR, policy=KZ_2024),
        "nothing": term_mark([], policy=KZ_2024),
        "not attested": term_mark(SO_FAR, policy=KZ_2024, closing=True),
        "pooled": term_mark(V4, policy=KZ_2020),
        "uncounted": term_mark(V4, policy=KZ_2017),
        "reweighted": term_mark(SO_FAR, policy=KZ_2024, without={Category.SOCH}),
        "half-year": term_mark(SO_FAR, policy=KZ_2024, kind=SubjectKind.HALF_YEAR),
        "unmarked": term_mark([], policy=KZ_2024, grade=1),
        "undecided": term_mark([], policy=KZ_2024, kind=pass_fail),
        "passed": pass_fail_mark(PassFail.PASS, policy=KZ_2024),
        "failed": pass_fail_mark(PassFail.FAIL, policy=KZ_2024),
        "exempt": exempt_mark(policy=KZ_2024),
        "year": year_mark([4, 3, 4, 5], policy=KZ_2024),
        "year so far": year_mark([4, 3, 3, None], policy=KZ_2024),
        "final": final_mark(4, 5, policy=KZ_2024),
        "no exam": final_mark(4, None, policy=KZ_2024),
        **{f"need {state}": Needed(state, 5, 25, points=3, best=4) for state in NeededState},
    }


@pytest.mark.parametrize("name", results())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_result_is_worded(name: str, lang: str) -> None:
    result = results()[name]

    text = explain(result, lang)

    assert text
    assert "{" not in text
    assert title(result, lang)


def test_every_state_is_among_the_worded_results() -> None:
    states = {result.state for result in results().values() if hasattr(result, "state")}

    assert states == {*MarkState, *NeededState}


def test_weights_that_grew_or_are_our_reading_are_said() -> None:
    codes = {
        name: [line.code for line in explain_lines(result, "kk")]
        for name, result in results().items()
    }

    assert "reweighted" in codes["reweighted"]
    assert "half_year_open" in codes["half-year"]
    assert "uncounted" in codes["uncounted"]
    assert {"reweighted", "half_year_open", "uncounted", "missing"}.isdisjoint(codes["recommended"])


def answer(**payload: Any) -> dict[str, Any]:
    return explain_mark_json(json.dumps({"policy": "kz-2024", **payload}).encode())


def test_json_gives_the_mark_its_parts_and_three_texts() -> None:
    given_scores = {"formative": [8, 9], "sor": [[9, 14]], "soch": [[19, 24]]}

    found = answer(**given_scores)

    assert Fraction(found["percent_exact"]) == Fraction(1615, 21)
    assert (found["percent"], found["mark"], found["state"]) == (77, 4, "recommended")
    assert [part["kind"] for part in found["parts"]] == ["formative", "sor", "soch"]
    assert found["parts"][0] == {
        "kind": "formative",
        "points": "17",
        "maximum": "20",
        "count": 2,
        "weight": "25",
        "contribution": "85/4",
    }
    assert list(found["text"]) == ["kk", "ru", "en"]
    assert found["text"]["kk"].startswith("Неге 4? (kz-2024, 28-т.)\nҚБ 8,5 / 10 × 25 → 21,25\n")
    assert json.loads(json.dumps(found)) == found
    assert explain_mark_json({"policy": "kz-2024", **given_scores}) == found


def test_json_says_what_is_needed_when_the_soch_is_still_to_come() -> None:
    found = answer(formative=[8, 10, 10, 7, 6], sor=[[8, 15], [10, 10]], soch=[[None, 25]])

    assert found["provisional"]
    assert found["text"]["kk"].endswith("«5» алу үшін ТЖБ-дан кемінде 23 / 25 керек.")


def test_json_takes_the_parameters_the_rules_leave_open() -> None:
    scores = {"formative": [7], "sor": [[6, 15], [10, 10]], "soch": [[25, 25]]}

    assert answer(**scores)["mark"] == 4
    assert answer(**scores, sor_aggregation="mean")["mark"] == 5
    assert answer(formative=[8], sor=[[9, 10]], period="half_year")["percent_exact"] == "85"
    assert answer(formative=[8], subject="pass_fail")["state"] == "undecided"
    assert answer(formative=[8], grade=1)["percent_exact"] is None


def test_json_decimals_stay_exact() -> None:
    payload = b'{"policy":"kz-2024","formative":[8.3],"sor":[[0.1,0.3]],"soch":[[18,25]]}'

    found = explain_mark_json(payload)

    assert Fraction(found["percent_exact"]) == Fraction(83, 4) + Fraction(25, 3) + 36


BAD = [
    (b"{", "mark_json_broken", "$"),
    (b"\xff", "mark_json_unreadable", "$"),
    (b"[" * 100_000, "mark_json_unreadable", "$"),
    (b'{"policy":"kz-2024","formative":[' + b"9" * 5000 + b"]}", "mark_json_unreadable", "$"),
    (b'{"policy":"kz-2024","formative":[NaN]}', "mark_json_unreadable", "$"),
    (b"[]", "mark_json_object", "$"),
    (b'{"policy":"kz-2024","policy":"kz-2020"}', "mark_json_twice", "$.policy"),
    (b'{"policy":"kz-2024","soc":[]}', "mark_json_field", "$.soc"),
    (b"{}", "mark_json_missing", "$.policy"),
    (b'{"policy":"kz-1999"}', "mark_json_choice", "$.policy"),
    (b'{"policy":["kz-2024"]}', "mark_json_choice", "$.policy"),
    (b'{"policy":"kz-2024","sor_aggregation":"best"}', "mark_json_choice", "$.sor_aggregation"),
    (b'{"policy":"kz-2024","period":"month"}', "mark_json_choice", "$.period"),
    (b'{"policy":"kz-2024","subject":null}', "mark_json_choice", "$.subject"),
    (b'{"policy":"kz-2024","grade":13}', "grade_unknown", "$.grade"),
    (b'{"policy":"kz-2024","grade":true}', "grade_unknown", "$.grade"),
    (b'{"policy":"kz-2024","sor":[9,14]}', "mark_json_pair", "$.sor[0]"),
    (b'{"policy":"kz-2024","sor":{"a":1}}', "mark_json_list", "$.sor"),
    (
        b'{"policy":"kz-2024","formative":' + str([9] * 401).encode() + b"}",
        "mark_json_list",
        "$.formative",
    ),
    (b'{"policy":"kz-2024","sor":[[9,14],[15,14]]}', "score_points_outside", "$.sor[1][0]"),
    (b'{"policy":"kz-2024","sor":[[0,0]]}', "score_maximum", "$.sor[0][1]"),
    (b'{"policy":"kz-2024","sor":[["9",14]]}', "score_not_exact", "$.sor[0][0]"),
    (b'{"policy":"kz-2024","formative":[8,true]}', "score_not_exact", "$.formative[1]"),
    (b'{"policy":"kz-2024","formative":[8,0]}', "score_points_outside", "$.formative[1]"),
    (b'{"policy":"kz-2024","formative":[11]}', "score_points_outside", "$.formative[0]"),
    (b'{"policy":"kz-2024","formative":[1e999999999]}', "score_points_outside", "$.formative[0]"),
    (b'{"policy":"kz-2024","formative":[8.00001]}', "mark_json_decimals", "$.formative[0]"),
    (b'{"policy":"kz-2024","soch":[[1,2],[1,2]]}', "soch_more_than_one", "$.soch"),
    (b'{"policy":"kz-2024","soch":[[1,2]],"period":"half_year"}', "soch_in_half_year", "$.soch"),
]


@pytest.mark.parametrize(("payload", "code", "path"), BAD, ids=[f"{c} {p}" for _, c, p in BAD])
def test_bad_json_is_refused_with_its_place_and_what_to_do(
    payload: bytes, code: str, path: str
) -> None:
    with pytest.raises(Refusal) as refused:
        explain_mark_json(payload)

    assert (refused.value.code, refused.value.facts["path"]) == (code, path)
    for lang in LANGUAGES:
        assert say(f"refusal.{code}", lang, **refused.value.facts)


def test_float_handed_in_from_python_is_refused() -> None:
    with pytest.raises(Refusal, match="score_not_exact"):
        explain_mark_json({"policy": "kz-2024", "formative": [8.5]})
