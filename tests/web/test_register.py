"""The register's pages: who opens them, what they cost, and the whole of it without script."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from senim.journal import services as journal
from senim.journal.models import LineItem, Result
from senim.ledger import queries as ledger
from senim.ledger import services as ledger_write
from senim.ledger.models import Entry
from senim.rules import attendance
from senim.rules.access import Actor
from senim.rules.mark_policies import Category
from senim.schools import services as schools
from senim.schools.models import Course
from tests.cast import AT, YEAR_STARTS, Cast
from tests.journal.books import big_book

LEANEST = 120 * 1024
NAMES = ("Канарина Аружан", "Дәулет Інжу", "Ким Алина", "Қалиева Томирис", "Іляс Нұрәли")


class Cells(HTMLParser):
    """The texts of a table's rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def address(cast: Cast, name: str = "algebra", query: str = "") -> str:
    return f"/register/{cast.classes[name]}/{query}"


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def rows(html: str) -> dict[str, list[str]]:
    """Return the grid's cells by pupil."""
    table = html[html.index('<table class="grid book"') : html.index("</table>")]
    found = Cells(table).rows[1:]
    return {re.sub(r"^\d+\. ", "", row[0]): row[1:] for row in found}


@pytest.fixture
def teacher(cast: Cast) -> Actor:
    return cast.actor("teacher")


@pytest.fixture
def sor(cast: Cast, teacher: Actor) -> UUID:
    planned = journal.Summative(Category.SOR, date(2026, 11, 16), 15)
    return journal.add_summative(cast.classes["algebra"], planned, actor=teacher, at=AT)


def give(cast: Cast, actor: Actor, item: UUID, key: str, score: journal.Score) -> None:
    cells = {item: {cast.member(key): score}}
    journal.save_cells(cast.classes["algebra"], cells, actor=actor, at=AT)


# Who


@pytest.mark.parametrize("key", ["teacher", "homeroom", "deputy", "head"])
def test_those_tied_to_the_class_read_its_register(cast: Cast, key: str) -> None:
    html = page(cast.client(key), address(cast))

    assert [name in html for name in NAMES] == [True] * 5


@pytest.mark.parametrize("key", ["other_teacher", "teacher_elsewhere", "clerk", "head_elsewhere"])
def test_to_anybody_else_it_is_not_found_and_the_refused_look_is_on_record(
    cast: Cast, key: str
) -> None:
    html = page(cast.client(key), address(cast), 404)

    refused = ledger.entries(cast.schools["birch"], kinds=["refused"])
    assert not any(name in html for name in NAMES)
    assert [(one.event, one.subject_id) for one in refused] == [
        ("journal.register.looked", cast.classes["algebra"])
    ]


@pytest.mark.parametrize("key", ["pupil", "mother", "ex_teacher"])
def test_families_and_who_no_longer_teaches_have_no_such_page(cast: Cast, key: str) -> None:
    assert cast.client(key).get(address(cast)).status_code == 404
    assert cast.client(key).get("/register/").status_code == 404


def test_a_class_that_is_no_lesson_and_one_that_is_not_there_are_not_found(cast: Cast) -> None:
    page(cast.client("homeroom"), address(cast, "7a"), 404)
    page(cast.client("teacher"), f"/register/{UUID(int=1)}/", 404)


def test_daily_work_is_one_entry_a_day_and_a_heads_every_look_is_one(cast: Cast) -> None:
    def looks() -> int:
        return Entry.objects.filter(event="journal.register.looked", kind="look").count()

    for _ in range(3):
        page(cast.client("teacher"), address(cast))
    assert looks() == 1
    for _ in range(2):
        page(cast.client("head"), address(cast))
    assert looks() == 3


def test_only_who_teaches_is_offered_to_write(cast: Cast, sor: UUID) -> None:
    assert "edit=" in page(cast.client("teacher"), address(cast))
    for key in ("homeroom", "deputy"):
        html = page(cast.client(key), address(cast))
        assert "edit=" not in html
        assert "add=sor" not in html
        assert 'data-writes="0"' in html


@pytest.mark.parametrize("key", ["homeroom", "deputy", "other_teacher", "clerk"])
@pytest.mark.parametrize("intent", ["column", "work", "remove", "cell"])
def test_nobody_else_writes_by_any_form(cast: Cast, sor: UUID, key: str, intent: str) -> None:
    member = cast.member("pupil")
    path = address(cast, query=f"?edit={sor}&cell={sor}~{member}")
    form = {"intent": intent, f"c-{member}": "9", "value": "9", "day": "2026-11-17", "maximum": "9"}

    response = cast.client(key).post(path, form)

    assert response.status_code == 404
    assert not Result.objects.system(reason="test").exists()
    assert LineItem.objects.get(id=sor).maximum == 15


# What it costs


@pytest.mark.parametrize("key", ["teacher", "deputy"])
@pytest.mark.parametrize("pupils", [5, 30])
def test_a_register_costs_ten_questions_however_large(
    cast: Cast, key: str, pupils: int, django_assert_max_num_queries: Any
) -> None:
    book = big_book(cast, pupils=pupils)
    client = cast.client(key)
    with django_assert_max_num_queries(20) as asked:
        page(client, f"/register/{book.class_id}/")

    counted = [q["sql"] for q in asked if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN", q["sql"])]
    lasting = [sql for sql in counted if "base_installation" not in sql]  # once a process
    assert len(lasting) <= 10, lasting


def test_a_term_of_thirty_pupils_and_forty_columns_stays_lean(cast: Cast) -> None:
    book = big_book(cast, pupils=30)
    response = cast.client("teacher").get(f"/register/{book.class_id}/")

    assert len(rows(response.content.decode())) == 30
    assert len(response.content) <= LEANEST


# What it shows


def test_signs_points_and_the_recommended_mark_stand_in_their_cells(
    cast: Cast, teacher: Actor, sor: UUID
) -> None:
    save = journal.LessonSave(
        presence={
            cast.member("classmate"): journal.Presence(attendance.Presence.ABSENT),
            cast.member("pupil"): journal.Presence(attendance.Presence.LATE),
        },
        scores={cast.member("pupil"): journal.Score(8)},
    )
    journal.save_lesson(cast.lesson, save, actor=teacher, at=AT)
    give(cast, teacher, sor, "pupil", journal.Score(12))

    cells = rows(page(cast.client("teacher"), address(cast)))

    assert cells["Канарина Аружан"] == [*[""] * 6, "", "12", "l 8", "80", "4"]
    assert cells["Дәулет Інжу"] == [*[""] * 8, "n", "", "–"]


def test_the_figures_of_the_class_are_those_of_its_marks(
    cast: Cast, teacher: Actor, sor: UUID
) -> None:
    for key, points in (("pupil", 15), ("classmate", 10), ("third_pupil", 7), ("fourth_pupil", 3)):
        give(cast, teacher, sor, key, journal.Score(points))

    html = page(cast.client("teacher"), address(cast))

    assert "Term 2 · 5 pupils · quality 50%, success 75%" in html


def test_why_a_mark_is_what_it_is_opens_on_a_page_and_as_a_card(
    cast: Cast, teacher: Actor, sor: UUID
) -> None:
    give(cast, teacher, sor, "pupil", journal.Score(12))
    asked = address(cast, query=f"?term=2&why={cast.member('pupil')}")

    whole, card = (
        page(cast.client("teacher"), asked),
        page(cast.client("teacher"), asked + "&part=card"),
    )

    for html in (whole, card):
        assert "Why 4?" in html
        assert "SOR 12 / 15 × 25" in html
        assert "kz-2024" in html
    assert "<html" in whole
    assert "<html" not in card


def test_two_entries_that_differ_are_shown_and_said(cast: Cast, teacher: Actor, sor: UUID) -> None:
    school = cast.schools["birch"]
    seat = schools.NewEnrollment(
        school, cast.classes["algebra"], cast.member("other_teacher"), "teacher", YEAR_STARTS
    )
    thing = ledger_write.Thing("org", school, school)
    with ledger_write.entry("demo.filled", thing, actor=None, at=AT):
        schools.add_enrollments([seat], at=AT)
    give(cast, teacher, sor, "pupil", journal.Score(9))
    give(cast, cast.actor("other_teacher"), sor, "pupil", journal.Score(12))

    html = page(cast.client("teacher"), address(cast))
    card = page(cast.client("teacher"), address(cast, query=f"?cell={sor}~{cast.member('pupil')}"))

    assert "9 ≠ 12" in rows(html)["Канарина Аружан"]
    assert "two entries differ" in html
    assert "Two entries differ" in card
    assert "Ли Виктор" in card
    assert "9 → 12" not in card


def test_a_cell_tells_what_was_corrected_by_whom_and_when(
    cast: Cast, teacher: Actor, sor: UUID
) -> None:
    give(cast, teacher, sor, "pupil", journal.Score(7))
    fact = Result.objects.system(reason="test").get().last_fact_id
    give(cast, teacher, sor, "pupil", journal.Score(9, "Жарайсың", "Қате санадым", fact))

    html = page(cast.client("homeroom"), address(cast, query=f"?cell={sor}~{cast.member('pupil')}"))

    for said in ("7 → 9", "Сейітова Гүлнар", "18 November, 10:10", "Жарайсың", "Қате санадым"):
        assert said.replace("18 November", "18\u00a0November") in html
    assert "<form" not in html[html.index("book-card") : html.index("</main>")]


def test_a_comment_is_never_on_the_sheet_itself(cast: Cast, teacher: Actor, sor: UUID) -> None:
    give(cast, teacher, sor, "pupil", journal.Score(9, "canary comment"))

    assert "canary" not in page(cast.client("teacher"), address(cast))


def test_who_left_stands_apart_until_asked_for(cast: Cast) -> None:
    client = cast.client("teacher")

    html = page(client, address(cast))
    with_gone = page(client, address(cast, query="?term=2&left=1"))

    assert "Шәкен Тимур" not in html
    assert "1 pupil left during this period" in html
    assert "Шәкен Тимур" in rows(with_gone)


@pytest.mark.parametrize(
    ("assessment", "words"),
    [("pass_fail", "the teacher decides pass or fail"), ("unmarked", "No marks here")],
)
def test_a_subject_without_marks_says_so_and_has_no_column_for_them(
    cast: Cast, assessment: str, words: str
) -> None:
    set_assessment(cast, assessment)

    html = page(cast.client("teacher"), address(cast))

    assert words in html
    assert "why=" not in html
    assert "add=sor" not in html


def test_a_half_year_subject_is_chosen_by_half_years(cast: Cast) -> None:
    set_assessment(cast, "half_year")

    html = page(cast.client("teacher"), address(cast))

    assert "Half-year 1" in html
    assert "Half-year 2" in html
    assert "Term 1" not in html
    assert "add=soch" not in html
    first_quarter = page(cast.client("teacher"), address(cast, query="?term=1"))
    assert "Half-year 1 · 5 pupils" in first_quarter


def set_assessment(cast: Cast, kind: str) -> None:
    school = cast.schools["birch"]
    thing = ledger_write.Thing("org", school, school)
    with ledger_write.entry("demo.filled", thing, actor=None, at=AT):
        Course.objects.filter(classes__id=cast.classes["algebra"]).update(assessment=kind)


def test_a_term_the_year_does_not_have_is_refused_in_words(cast: Cast) -> None:
    html = page(cast.client("teacher"), address(cast, query="?term=7"), 422)

    assert "There is no term" in html


def test_the_totals_alone_are_what_the_script_asks_for(
    cast: Cast, teacher: Actor, sor: UUID
) -> None:
    give(cast, teacher, sor, "pupil", journal.Score(12))

    html = page(cast.client("teacher"), address(cast, query="?term=2&part=totals"))

    assert "<html" not in html
    assert str(cast.member("pupil")) in html
    assert ">80</td>" in html


# Without script


def column_form(cast: Cast, **typed: str) -> dict[str, str]:
    """Return a form as a browser sends it: every pupil's cell, only some of them typed in."""
    keys = ("pupil", "classmate", "third_pupil", "fourth_pupil", "fifth_pupil")
    form = {"intent": "column"}
    for key in keys:
        form[f"c-{cast.member(key)}"] = typed.get(key, "")
        form[f"was-{cast.member(key)}"] = ""
    return form


def test_a_lesson_column_is_saved_by_one_button(cast: Cast) -> None:
    client = cast.client("teacher")
    path = address(cast, query="?term=2&edit=2026-11-18.3")
    html = page(client, path)
    assert f'name="c-{cast.member("pupil")}"' in html

    response = client.post(path, column_form(cast, pupil="9", classmate="n", third_pupil="l 7"))

    assert response.status_code == 302
    assert response["Location"] == address(cast, query="?term=2")
    cells = rows(page(client, address(cast)))
    assert "9" in cells["Канарина Аружан"]
    assert "n" in cells["Дәулет Інжу"]
    assert "l 7" in cells["Ким Алина"]
    assert len(ledger.entries(cast.schools["birch"], kinds=["change"])) == 1


def test_only_what_changed_is_saved(cast: Cast, teacher: Actor, sor: UUID) -> None:
    give(cast, teacher, sor, "pupil", journal.Score(7))
    before = Result.objects.system(reason="test").get()
    form = column_form(cast, pupil="7", classmate="11")
    form |= {
        f"was-{cast.member('pupil')}": "7",
        f"seen-{cast.member('pupil')}": str(before.last_fact_id),
    }

    cast.client("teacher").post(address(cast, query=f"?edit={sor}"), form)

    saved = {row.member_id: row for row in Result.objects.system(reason="test")}
    assert saved[cast.member("pupil")].last_fact_id == before.last_fact_id
    assert saved[cast.member("classmate")].score == 11


def test_a_cell_that_cannot_be_read_is_told_at_its_place_and_nothing_is_saved(
    cast: Cast, sor: UUID
) -> None:
    response = cast.client("teacher").post(
        address(cast, query=f"?edit={sor}"), column_form(cast, pupil="9", classmate="x9")
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert f'href="#c-{cast.member("classmate")}"' in html
    assert "“x9” is neither points nor a letter" in html.replace("&#34;", '"')
    assert 'value="x9"' in html
    assert 'value="9"' in html
    assert not Result.objects.system(reason="test").exists()


def test_points_above_the_maximum_are_told_at_the_pupil(cast: Cast, sor: UUID) -> None:
    response = cast.client("teacher").post(
        address(cast, query=f"?edit={sor}"), column_form(cast, pupil="9", classmate="16")
    )

    assert response.status_code == 422
    assert f'href="#c-{cast.member("classmate")}"' in response.content.decode()
    assert not Result.objects.system(reason="test").exists()


def test_a_letter_stands_only_in_a_lesson(cast: Cast, sor: UUID) -> None:
    response = cast.client("teacher").post(
        address(cast, query=f"?edit={sor}"), column_form(cast, pupil="n")
    )

    assert response.status_code == 422


def test_an_emptied_cell_takes_points_and_sign_back(cast: Cast) -> None:
    client, path = cast.client("teacher"), address(cast, query="?term=2&edit=2026-11-18.3")
    client.post(path, column_form(cast, pupil="l 9"))
    fact = Result.objects.system(reason="test").get().last_fact_id
    member = cast.member("pupil")

    form = column_form(cast) | {f"was-{member}": "l 9", f"seen-{member}": str(fact)}
    client.post(path, form)

    assert "".join(rows(page(client, address(cast)))["Канарина Аружан"][:8]) == ""
    assert Result.objects.system(reason="test").get().score is None


def test_a_cell_is_written_with_its_comment_on_a_page_of_its_own(cast: Cast, sor: UUID) -> None:
    client = cast.client("teacher")
    path = address(cast, query=f"?term=2&cell={sor}~{cast.member('pupil')}")
    assert 'name="comment"' in page(client, path)

    form = {"intent": "cell", "was": "", "seen": "", "value": "12", "comment": "Жарайсың"}
    response = client.post(path, form)

    row = Result.objects.system(reason="test").get()
    assert response.status_code == 302
    assert (row.score, row.comment) == (12, "Жарайсың")


def test_a_summative_is_planned_changed_and_taken_away_by_forms(cast: Cast) -> None:
    client = cast.client("teacher")
    add = address(cast, query="?term=2&add=sor")
    assert "At most three in a term" in page(client, add)

    client.post(add, {"intent": "work", "day": "2026-12-14", "maximum": "12"})
    item = LineItem.objects.get(category="sor")
    edit = address(cast, query=f"?term=2&edit={item.id}")
    form = {"intent": "work", "day": "2026-12-15", "maximum": "10", "number": "2"}
    client.post(edit, form)

    item.refresh_from_db()
    assert (item.date, item.maximum, item.number) == (date(2026, 12, 15), 10, 2)
    assert client.post(edit, {"intent": "remove"}).status_code == 302
    assert "SOR" not in str(rows(page(client, address(cast))))


@pytest.mark.parametrize(
    ("form", "place", "words"),
    [
        ({"day": "", "maximum": "12"}, "day", "Choose the day"),
        ({"day": "2026-11-18", "maximum": "many"}, "maximum", "Write the maximum as a number"),
        ({"day": "2026-11-18", "maximum": "0"}, "maximum", "The maximum is from 1 to 100"),
        ({"day": "2026-10-28", "maximum": "12"}, "day", "That day lies in no term"),
    ],
)
def test_a_plan_that_cannot_be_is_told_at_its_field_with_what_was_typed(
    cast: Cast, form: dict[str, str], place: str, words: str
) -> None:
    path = address(cast, query="?term=2&add=sor")

    response = cast.client("teacher").post(path, {"intent": "work", **form})

    html = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{place}"' in html
    assert words in html
    assert f'value="{form["day"]}"' in html
    assert f'value="{form["maximum"]}"' in html


def test_a_lowered_maximum_names_the_pupil_whose_points_stand_above_it(
    cast: Cast, teacher: Actor, sor: UUID
) -> None:
    give(cast, teacher, sor, "pupil", journal.Score(14))

    response = cast.client("teacher").post(
        address(cast, query=f"?edit={sor}"),
        {"intent": "work", "day": "2026-11-16", "maximum": "12", "number": "1"},
    )

    assert response.status_code == 422
    assert "Pupil: Канарина Аружан, points: 14" in response.content.decode()


def test_a_pupil_who_had_left_by_then_is_not_in_the_columns_form(cast: Cast) -> None:
    client = cast.client("teacher")
    gone = f'name="c-{cast.member("transferred")}"'

    assert gone in page(client, address(cast, query="?term=2&edit=2026-11-06.3"))
    assert gone not in page(client, address(cast, query="?term=2&edit=2026-11-11.3"))


@pytest.mark.parametrize("key", ["2026-11-19.3", "2026-11-18.9", "nothing", str(UUID(int=3))])
def test_a_column_that_is_not_there_is_not_found(cast: Cast, key: str) -> None:
    page(cast.client("teacher"), address(cast, query=f"?edit={key}"), 404)
    page(cast.client("teacher"), address(cast, query=f"?cell={key}~{UUID(int=3)}"), 404)


# Choosing


def test_the_list_shows_own_classes_first_and_what_is_missing_in_words(cast: Cast) -> None:
    html = page(cast.client("homeroom"), "/register/")

    assert html.index("History") < html.index("to read only") < html.index("Algebra")
    assert "7 lessons without attendance" in html


def test_those_who_lead_choose_a_class_first(cast: Cast) -> None:
    client = cast.client("deputy")
    chosen = page(client, f"/register/?class={cast.classes['8a']}")

    assert f"/register/{cast.classes['algebra_8a']}/" in chosen
    assert f"/register/{cast.classes['algebra']}/" not in chosen
    assert f"/register/{cast.classes['algebra']}/" in page(client, "/register/")


def test_a_clerk_is_told_that_no_register_is_open_to_them(cast: Cast) -> None:
    html = page(cast.client("clerk"), "/register/")

    assert "No register is open to you" in html
    assert "Algebra" not in html


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_state_of_the_register_speaks_kazakh_and_russian(
    cast: Cast, teacher: Actor, sor: UUID, lang: str
) -> None:
    give(cast, teacher, sor, "pupil", journal.Score(9, "Жарайсың"))
    client = cast.client("teacher")
    client.cookies["senim_language"] = lang
    member = cast.member("pupil")

    for query in ("", f"?edit={sor}", "?edit=2026-11-18.3", "?add=soch", f"?why={member}"):
        assert re.search(r'<html lang="(kk|ru)"', page(client, address(cast, query=query)))
    assert page(client, "/register/")
    assert page(client, address(cast, query=f"?cell={sor}~{member}"))
