"""Who looked, as its pages: what a family finds, what it may ask, what nobody else finds."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from senim.ledger import cases, withholding
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.ledger.sealing import services as sealing
from senim.people import services as people
from senim.people.models import Demographics
from senim.rules.access import OWN_LEDGER, by_age
from senim.rules.fields import FieldClass
from senim.rules.withholding import Ground
from tests.cast import AT, TODAY, YEAR_STARTS, Cast

MOST_QUERIES = 20
"""Fifteen of the page and the session, and what the second wall asks for."""


def path(cast: Cast, pupil: str = "pupil", *, school: str = "birch", more: str = "") -> str:
    return f"/looked/{cast.member(pupil, school)}/{more}"


def text(client: Client, address: str, *, lang: str = "en") -> str:
    client.cookies["senim_language"] = lang
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def lesson_of(cast: Cast) -> str:
    return f"/lesson/{cast.classes['algebra']}/{TODAY}/3/"


def entries(cast: Cast, kind: str = "look") -> list[UUID]:
    return [entry.id for entry in ledger_read.entries(cast.schools["birch"], kinds=[kind])]


@pytest.fixture
def looked(cast: Cast) -> UUID:
    """Let the teacher open the lesson, and return that look's entry."""
    cast.client("teacher").get(lesson_of(cast))
    return entries(cast)[-1]


@pytest.fixture
def asked(cast: Cast, looked: UUID) -> cases.Case:
    """Let the mother ask about it, and return the case."""
    cast.client("mother").post(path(cast, more=f"wrong/{looked}/"), {"said": "canary question"})
    (case,) = cases.cases(cast.schools["birch"])
    return case


def test_the_mother_finds_the_teacher_who_opened_the_lesson(cast: Cast, looked: UUID) -> None:
    page = text(cast.client("mother"), path(cast))

    assert "Сейітова Гүлнар" in page
    assert "Daily work with the class: 7 «Ә», Algebra" in page
    assert "Daily teaching of one&#39;s own class" in page
    assert "of 18 November" in page.replace("\u00a0", " ")
    assert "Қайың мектебі" in page


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_speaks_every_language(cast: Cast, looked: UUID, lang: str) -> None:
    page = text(cast.client("mother"), path(cast), lang=lang)

    assert {"kk": "Кім қарады", "ru": "Кто смотрел", "en": "Who looked"}[lang] in page


def test_work_with_a_class_is_one_line_a_day_and_opens_to_each_page(cast: Cast) -> None:
    teacher = cast.client("teacher")
    teacher.get(lesson_of(cast))
    teacher.get(f"/lesson/{cast.classes['algebra']}/2026-11-16/3/")
    teacher.get(f"/register/{cast.classes['algebra']}/")

    page = text(cast.client("mother"), path(cast))

    assert page.count("Daily work with the class") == 1 + page.count('vh">: Сейітова')
    assert page.count("The lesson&#39;s page") == 2
    assert "The class register" in page


def test_the_head_is_named_with_post_and_ground(cast: Cast) -> None:
    cast.client("head").get(f"/diary/{cast.member('pupil')}/")

    page = text(cast.client("mother"), path(cast))

    assert "Бекова Раушан" in page
    assert ">head<" in page
    assert "Leading the school" in page


def test_a_list_is_shown_to_those_who_stood_on_it(cast: Cast) -> None:
    cast.client("clerk").get("/office/people/?q=Канарина Аружан")

    assert "Петрова Ольга" in text(cast.client("mother"), path(cast))
    assert "Петрова Ольга" not in text(cast.client("mother"), path(cast, "sister"))


def test_a_refused_try_is_shown_as_one_without_naming_another_parent(cast: Cast) -> None:
    cast.client("mother_elsewhere").get(f"/diary/{cast.member('pupil')}/")

    page = text(cast.client("mother"), path(cast))

    assert "a parent or legal representative" in page
    assert "refused" in page
    assert "Юлдашева" not in page


def test_ones_own_looks_are_not_there(cast: Cast) -> None:
    cast.client("mother").get(f"/diary/{cast.member('pupil')}/")
    cast.client("pupil").get(f"/diary/{cast.member('pupil')}/")

    assert "Nobody looked this month" in text(cast.client("mother"), path(cast))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("father_restricted", 404),
        ("father_by_order", 404),
        ("ex_guardian", 404),
        ("mother_of_classmate", 404),
        ("mother_elsewhere", 404),
        ("pupil", 404),
        ("classmate", 404),
        ("teacher", 404),
        ("homeroom", 404),
        ("head", 404),
        ("official", 404),
        ("mother", 200),
    ],
)
def test_nobody_else_reads_who_looked(cast: Cast, looked: UUID, who: str, status: int) -> None:
    client = cast.client(who)

    for more in ("", f"wrong/{looked}/"):
        response = client.get(path(cast, more=more))
        assert response.status_code == status
        assert ("Сейітова" in response.content.decode()) is (status == 200)


def test_the_father_by_order_reads_no_page_of_the_child_whose_marks_he_reads(cast: Cast) -> None:
    father = cast.client("father_by_order")

    assert father.get(f"/diary/{cast.member('classmate')}/").status_code == 200
    assert father.get(path(cast, "classmate")).status_code == 404
    assert "Who looked" not in text(father, f"/diary/{cast.member('classmate')}/")


def test_a_page_refused_is_on_record_and_on_the_mothers_page(cast: Cast) -> None:
    cast.client("mother_of_classmate").get(path(cast))

    assert "The page “Who looked”" in text(cast.client("mother"), path(cast))


@pytest.fixture
def aged(cast: Cast) -> Callable[[date], None]:
    """Return a way to give the pupil a birth date."""

    def born(day: date) -> None:
        thing = ledger.Thing("org", cast.schools["birch"], cast.schools["birch"])
        with ledger.entry("demo.filled", thing, actor=None, at=AT):
            rows = Demographics.objects.in_entry()
            rows.filter(user_id=cast.people["pupil"].user_id).update(birth_date=day)

    return born


def test_a_pupil_reads_from_fourteen(cast: Cast, looked: UUID, aged: Callable[..., None]) -> None:
    aged(date(2012, 11, 19))
    assert cast.client("pupil").get(path(cast)).status_code == 404

    aged(date(2012, 11, 18))
    assert "Сейітова Гүлнар" in text(cast.client("pupil"), path(cast))
    assert cast.client("pupil").get("/looked/").status_code == 302


def test_a_proof_is_handed_to_who_may_see_the_line_once_it_is_sealed(
    as_job: None, cast: Cast, looked: UUID
) -> None:
    address = path(cast, more=f"proof/{looked}/")
    assert cast.client("mother").get(address).status_code == 404

    sealing.seal(AT)

    proof = cast.client("mother").get(address)
    assert proof.status_code == 200
    assert proof["Content-Type"].startswith("text/plain")
    assert proof.content.decode().startswith("c2sp.org/tlog-proof@v1")
    assert "Proof file" in text(cast.client("mother"), path(cast))
    assert "The record was last sealed on" in text(cast.client("mother"), path(cast))
    for outsider in ("father_restricted", "ex_guardian", "mother_of_classmate", "head"):
        assert cast.client(outsider).get(address).status_code == 404


def test_a_look_at_another_child_has_no_page_or_proof_here(as_job: None, cast: Cast) -> None:
    cast.client("head").get(f"/diary/{cast.member('classmate')}/")
    sealing.seal(AT)

    for more in ("proof", "wrong"):
        answer = cast.client("mother").get(path(cast, more=f"{more}/{entries(cast)[-1]}/"))
        assert answer.status_code == 404


def test_the_age_is_data_with_its_ground() -> None:
    assert OWN_LEDGER.years == 14
    assert "our choice" in OWN_LEDGER.ground
    assert by_age(None, on=TODAY) == frozenset()
    assert by_age(date(2012, 2, 29), on=date(2026, 2, 28)) == frozenset()
    assert by_age(date(2012, 2, 29), on=date(2026, 3, 1)) == {FieldClass.LEDGER}


def test_the_menu_names_the_page_to_those_it_is_open_to(cast: Cast) -> None:
    assert 'href="/looked/"' in text(cast.client("mother"), f"/diary/{cast.member('pupil')}/")
    assert 'href="/looked/"' not in text(cast.client("pupil"), f"/diary/{cast.member('pupil')}/")


def test_looked_leads_to_the_first_child(cast: Cast) -> None:
    answer = cast.client("mother").get("/looked/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/looked/")
    assert "not open to you" in text(cast.client("father_by_order"), "/looked/")


def test_the_page_costs_the_same_however_many_looked(cast: Cast) -> None:
    member = ledger.Thing("member", cast.member("pupil"), cast.schools["birch"])
    client = cast.client("mother")

    def cost(more: int) -> tuple[int, int]:
        for minute in range(more):
            at = AT - timedelta(minutes=minute)
            ledger.look(member, actor=cast.actor("head"), at=at, event="journal.diary.looked")
        text(client, path(cast))
        with CaptureQueriesContext(connection) as asked:
            page = text(client, path(cast))
        return len(asked), page.count('class="other"')

    few, many = cost(1), cost(60)

    assert (few[1], many[1]) == (1, 50)
    assert few[0] == many[0] <= MOST_QUERIES


def test_a_page_is_narrowed_by_month_kind_and_person(cast: Cast, looked: UUID) -> None:
    cast.client("head").get(f"/diary/{cast.member('pupil')}/")
    mother = cast.client("mother")
    teacher = cast.people["teacher"].user_id

    def names(query: str) -> set[str]:
        page = text(mother, path(cast, more=query)).split('class="looked-count"')[1]
        return {name for name in ("Сейітова", "Бекова") if name in page}

    assert names("") == {"Сейітова", "Бекова"}
    assert names("?month=2026-10") == set()
    assert names("?kind=daily") == {"Сейітова"}
    assert names("?kind=other") == {"Бекова"}
    assert names(f"?who={teacher}") == {"Сейітова"}
    assert names("?month=x&kind=y&page=z") == {"Сейітова", "Бекова"}


def test_what_the_law_withholds_is_counted_and_shown_on_its_day(cast: Cast) -> None:
    member = ledger.Thing("member", cast.member("pupil"), cast.schools["birch"])
    school = cast.schools["birch"]
    look = ledger.look(member, actor=cast.actor("head"), at=AT, event="journal.diary.looked")
    withhold(cast, look, until=TODAY + timedelta(days=2))
    mother = cast.client("mother")

    page = text(mother, path(cast))
    assert "1 entry is withheld by law until 20 November 2026." in page
    assert "Бекова" not in page
    assert mother.get(path(cast, more=f"wrong/{look}/")).status_code == 404
    assert "withheld" not in text(mother, path(cast, "sister"))

    due = ledger.look(member, actor=cast.actor("head"), at=AT, event="journal.terms.looked")
    withhold(cast, due, until=TODAY)
    page = text(mother, path(cast))
    assert "Бекова" in page
    assert "Withheld by law until" in page
    assert ledger_read.has_event(school, "ledger.entry.withheld")


def withhold(cast: Cast, entry_id: UUID, *, until: date) -> None:
    withholding.withhold(
        entry_id,
        school_id=cast.schools["birch"],
        until=until,
        ground=Ground.CHILD_PROTECTION,
        actor=None,
        at=AT,
    )


# Questions


def test_a_question_is_a_case_due_in_five_working_days(cast: Cast, asked: cases.Case) -> None:
    assert asked.due_on == date(2026, 11, 25)
    assert asked.member_id == cast.member("pupil")

    page = text(cast.client("mother"), path(cast))
    assert "canary question" in page
    assert "To be answered by 25 November 2026." in page
    assert "waits for an answer" in page


def test_a_question_needs_words_and_keeps_what_was_typed(cast: Cast, looked: UUID) -> None:
    mother = cast.client("mother")

    empty = mother.post(path(cast, more=f"wrong/{looked}/"), {"said": "  "})
    long = mother.post(path(cast, more=f"wrong/{looked}/"), {"said": "x" * 2001})

    assert empty.status_code == long.status_code == 422
    assert "Write what seems wrong." in empty.content.decode()
    assert "xxxx" in long.content.decode()
    assert cases.cases(cast.schools["birch"]) == ()


def test_one_question_a_look_waits_at_a_time(cast: Cast, asked: cases.Case) -> None:
    again = cast.client("mother").post(
        path(cast, more=f"wrong/{asked.subject_id}/"), {"said": "once more"}
    )

    assert again.status_code == 422
    assert len(cases.cases(cast.schools["birch"])) == 1


def test_what_one_guardian_asks_is_not_the_others_to_know(cast: Cast, looked: UUID) -> None:
    thing = ledger.Thing("org", cast.schools["birch"], cast.schools["birch"])
    other, ward = cast.people["ex_guardian"], cast.people["pupil"]
    with ledger.entry("demo.filled", thing, actor=None, at=AT):
        people.add_guardianships(
            [people.NewGuardianship(other.user_id, ward.user_id, TODAY)], at=AT
        )
    grandmother = cast.client("ex_guardian")
    grandmother.post(path(cast, more=f"wrong/{looked}/"), {"said": "canary of another"})
    (case,) = cases.cases(cast.schools["birch"])
    cast.client("head").get(f"/office/cases/{case.id}/")
    cast.client("head").post(f"/office/cases/{case.id}/", {"answer": "canary answer"})

    hers, theirs = text(grandmother, path(cast)), text(cast.client("mother"), path(cast))

    assert "canary of another" in hers
    assert "canary answer" in hers
    assert "A case about the pupil" in hers
    assert "canary" not in theirs
    assert "Бекова" not in theirs
    assert "question" not in theirs.split("<main")[1].split("<footer")[0].lower()


def test_the_school_answers_and_the_family_reads_it(cast: Cast, asked: cases.Case) -> None:
    head = cast.client("head")
    assert "1 case waits for an answer." in text(head, "/office/")
    assert f"/office/cases/{asked.id}/" in text(head, "/office/cases/")
    page = text(head, f"/office/cases/{asked.id}/")
    assert "canary question" in page
    assert "Канарина Аружан" in page
    assert "Сейітова Гүлнар" in page

    assert head.post(f"/office/cases/{asked.id}/", {"answer": " "}).status_code == 422
    assert head.post(f"/office/cases/{asked.id}/", {"answer": "canary answer"}).status_code == 302
    assert head.post(f"/office/cases/{asked.id}/", {"answer": "twice"}).status_code == 404

    assert "canary answer" in text(cast.client("mother"), path(cast))
    assert "The school answered your question: No. 1." in text(cast.client("mother"), "/notices/")


def test_an_overdue_case_is_called_so(cast: Cast, looked: UUID) -> None:
    late: datetime = AT - timedelta(days=30)
    thing = ledger.Thing("entry", looked, cast.schools["birch"])
    cases.open_case(
        cases.Case.Kind.LOOKS_WRONG,
        thing,
        due_on=TODAY - timedelta(days=1),
        actor=cast.actor("mother"),
        at=late,
        member_id=cast.member("pupil"),
        said="canary",
    )

    assert "overdue" in text(cast.client("deputy"), "/office/cases/")
    assert "1 case is overdue." in text(cast.client("deputy"), "/office/")
    assert "overdue" in text(cast.client("mother"), path(cast))


@pytest.mark.parametrize(
    "who", ["clerk", "head_elsewhere", "teacher", "homeroom", "mother", "ex_deputy", "official"]
)
def test_only_who_leads_the_school_opens_its_cases(cast: Cast, asked: cases.Case, who: str) -> None:
    client = cast.client(who)

    for method in (client.get, client.post):
        answer = method(f"/office/cases/{asked.id}/", {"answer": "canary answer"})
        assert answer.status_code in (404, 405)
        assert "canary question" not in answer.content.decode()
    if who != "head_elsewhere":
        assert client.get("/office/cases/").status_code == 404


def test_a_notice_is_seen_by_who_it_is_for(cast: Cast, asked: cases.Case) -> None:
    school, head = cast.schools["birch"], cast.client("head")
    led = frozenset({school})
    (notice,) = cases.notices(user_id=cast.people["head"].user_id, led_school_ids=led)
    assert "A family asked a question: No. 1." in text(head, "/notices/")

    for outsider in ("teacher", "mother", "head_elsewhere"):
        answer = cast.client(outsider).post("/notices/", {"notice": str(notice.id)})
        assert answer.status_code == 404
        assert "No. 1" not in text(cast.client(outsider), "/notices/")

    assert head.post("/notices/", {"notice": str(notice.id)}).status_code == 302
    assert head.post("/notices/", {"notice": "x"}).status_code == 404
    unseen = cases.notices(user_id=cast.people["head"].user_id, led_school_ids=led, unseen=True)
    assert unseen == ()


def test_the_sign_of_what_waits_costs_one_query(
    cast: Cast, asked: cases.Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    school, head = cast.schools["birch"], cast.people["head"].user_id

    with django_assert_num_queries(1):
        found = cases.waiting(school, user_id=head, on=TODAY)

    assert (found.cases, found.overdue, found.notices) == (1, 0, 1)
    assert cases.waiting(cast.schools["poplar"], user_id=head, on=TODAY).cases == 0
    assert YEAR_STARTS < TODAY
