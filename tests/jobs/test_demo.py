"""The demo as it stands in the database: its people, its story, its journal."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

import pytest
from django.db.models import Count, F, Q

from senim.base.personas import PASSWORD, USERNAMES
from senim.base.scope import Unrecorded
from senim.base.sealed import unseal
from senim.jobs.demo.filling import EVENT
from senim.jobs.demo.making import School, make_school
from senim.jobs.demo.moments import Moment, moment_on
from senim.jobs.demo.places import region
from senim.jobs.demo.seeds import Source, iins
from senim.jobs.demo.writing import class_fill
from senim.journal.filling import Filled, ItemFill, JournalFill, ResultFill, Said, fill_journal
from senim.journal.models import Attendance, LessonEntry, LineItem, Result, ResultFact
from senim.ledger import services as ledger
from senim.ledger.models import Entry
from senim.people import protection
from senim.people.models import Account, Demographics, Guardianship
from senim.rules.access import Hat, Relation, Viewer
from senim.rules.errors import Invalid
from senim.rules.fields import FieldClass
from senim.rules.iin import is_iin
from senim.schools import queries as schools
from senim.schools.models import AcademicSession, Class, Enrollment, Member, Org, Role
from senim.timetable.models import Meeting

READ = "the test reads what was filled"
AT = datetime(2026, 11, 20, 5, 10, tzinfo=UTC)
DEMO_ORGS = Q(identifier__startswith="DEMO-")


@pytest.fixture
def school_ids(filled: Filled) -> list[UUID]:
    """The two schools, town first."""
    return list(Org.objects.filter(DEMO_ORGS).order_by("identifier").values_list("id", flat=True))


def account(code: str) -> Account:
    return Account.objects.get(username=USERNAMES[code])


def user(code: str) -> UUID:
    found = account(code).user_id
    assert found
    return found


def as_guardian(code: str) -> Viewer:
    person = user(code)
    return schools.viewer_under(person, hat=Hat.GUARDIAN, hat_id=person, on=AT.date())


def test_a_sunday_shows_the_friday_before() -> None:
    moment = moment_on(date(2026, 11, 22))

    assert moment.at == AT
    assert [quarter.number for quarter in moment.quarters] == [1, 2]


def test_summer_shows_the_last_school_day_and_a_year_without_an_order_a_provisional_one() -> None:
    summer = moment_on(date(2026, 7, 15))
    later = moment_on(date(2031, 10, 20))

    assert (summer.day, summer.calendar.provisional) == (date(2026, 5, 25), False)
    assert later.calendar.provisional
    assert later.since == later.calendar.starts


@pytest.mark.parametrize(("pupils", "count"), [(900, 2), (20_000, 20), (60, 2), (300, 1)])
def test_a_region_has_as_many_pupils_as_asked_for(pupils: int, count: int) -> None:
    plans = region(pupils, count)

    assert len(plans) == count
    assert sum(plan.pupils for plan in plans) == pupils
    assert [k.size for k in plans[0].classes if (k.grade, k.letter) == (7, "Ә")] == [28]


def test_the_same_seed_makes_the_same_school(moment: Moment) -> None:
    plan = region(60, 2)[0]
    one, same = (make_school(plan, moment, seed=7, story={}) for _ in range(2))
    other = make_school(plan, moment, seed=8, story={})

    assert (one.id, one.households, one.week) == (same.id, same.households, same.week)
    assert class_fill(one, 1, seed=7) == class_fill(same, 1, seed=7)
    assert one.households.people != other.households.people


def test_iins_have_a_right_check_digit_a_month_that_is_none_and_never_repeat() -> None:
    numbers = [number for school in (0, 1, 79, 80) for number in islice(iins(school), 2000)]

    assert all(is_iin(number) and int(number[2:4]) > 12 for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_classes_of_24_and_more_are_halved_evenly(town: School) -> None:
    for klass, _, part in town.class_ids:
        children = town.households.classes[klass]
        if part == "1":
            sizes = [len(town.pupils_of(klass, half)) for half in "12"]
            assert sum(sizes) == len(children) >= 24
            assert abs(sizes[0] - sizes[1]) <= 1


def test_the_demo_counts_what_was_asked_for(filled: Filled, school_ids: list[UUID]) -> None:
    learning = Enrollment.objects.system(reason=READ).filter(
        school_id__in=school_ids, role="student", klass__kind="homeroom"
    )

    assert learning.count() == 60
    assert Class.objects.filter(school_id__in=school_ids, kind="homeroom").count() == 7
    assert AcademicSession.objects.filter(school_id__in=school_ids).count() == 2 * 7
    rows = Result.objects.system(reason=READ).filter(school_id__in=school_ids)
    assert rows.count() == filled.results > 2000


def test_every_change_stands_in_an_entry_of_the_ledger(
    filled: Filled, school_ids: list[UUID]
) -> None:
    of_the_schools = Entry.objects.filter(event=EVENT, school_id__in=school_ids)

    assert Counter(of_the_schools.values_list("subject_kind", flat=True)) == {"org": 2 * 4}


def test_filling_outside_an_entry_is_refused(db: None) -> None:
    with pytest.raises(Unrecorded):
        fill_journal(uuid4(), JournalFill((), (), (), ()))


def test_points_above_the_maximum_are_refused_before_anything_is_written(db: None) -> None:
    item, school = uuid4(), uuid4()
    column = ItemFill(item, uuid4(), uuid4(), "sor", 1, AT.date(), 10, AT)
    result = ResultFill(uuid4(), item, uuid4(), uuid4(), (Said(uuid4(), 11, AT, AT),))

    with (
        pytest.raises(Invalid) as refused,
        ledger.entry(EVENT, ledger.Thing("org", school, school), actor=None, at=AT),
    ):
        fill_journal(school, JournalFill((), (), (column,), (result,)))

    assert refused.value.code == "points_out_of_range"
    assert not LineItem.objects.filter(id=item).exists()


def test_sealed_iins_are_valid(filled: Filled) -> None:
    rows = Demographics.objects.system(reason=READ).filter(iin_sealed__isnull=False)
    pupils = rows.filter(user__in=_pupil_users())

    assert pupils.count() == 60
    for row in pupils:
        sealed = bytes(row.iin_sealed or b"")
        assert is_iin(unseal(sealed, table="people_demographics", column="iin", row=row.id))


def _pupil_users() -> list[UUID]:
    members = Member.objects.system(reason=READ).filter(
        school__in=Org.objects.filter(DEMO_ORGS), enrollments__role="student"
    )
    return list(members.values_list("user_id", flat=True).distinct())


def test_every_pupil_has_a_guardian(filled: Filled) -> None:
    wards = Guardianship.objects.system(reason=READ).values("ward_id")

    assert not [user for user in _pupil_users() if user not in {w["ward_id"] for w in wards}]


def test_everyone_of_the_story_can_sign_in(filled: Filled) -> None:
    for code in USERNAMES:
        assert account(code).check_password(PASSWORD)


def test_the_mother_has_three_children_in_two_schools(filled: Filled) -> None:
    viewer = as_guardian("mother")

    assert len(viewer.targets(Relation.WARD)) == 3
    assert len({tie.school_id for tie in viewer.ties}) == 2
    pupil = Member.objects.system(reason=READ).get(user_id=user("pupil"))
    assert pupil.id in viewer.pupil_ids


def test_the_father_sees_by_order_only(filled: Filled) -> None:
    viewer = as_guardian("father")
    (tie,) = viewer.ties

    assert tie.relation is Relation.WARD_RESTRICTED
    assert tie.by_order == {FieldClass.ROSTER, FieldClass.LEARNING}


def test_the_homeroom_teacher_is_a_parent_in_the_same_school(filled: Filled) -> None:
    choices = schools.hats(user("homeroom"), on=AT.date())
    viewer = as_guardian("homeroom")

    assert {choice.hat for choice in choices} == {Hat.TEACHER, Hat.GUARDIAN}
    assert {tie.school_id for tie in viewer.ties} == {
        choice.school_id for choice in choices if choice.hat is Hat.TEACHER
    }


def test_posts_are_held_where_they_belong(filled: Filled) -> None:
    posts = Role.objects.system(reason=READ)
    kinds = {code: posts.get(user_id=user(code)) for code in ("head", "clerk")}

    assert {code: role.kind for code, role in kinds.items()} == {"head": "head", "clerk": "clerk"}
    official = posts.get(user_id=user("official"))
    assert (official.kind, official.school.kind) == ("official", "region")


def test_the_teacher_has_an_unwritten_lesson_of_28_with_the_mothers_child_now(
    filled: Filled,
) -> None:
    member = Member.objects.system(reason=READ).get(user_id=user("teacher"))
    local = AT.astimezone(schools.COUNTRY_ZONE)
    now = Meeting.objects.get(
        teacher=member,
        weekday=local.isoweekday(),
        slot__starts_at__lte=local.time(),
        slot__ends_at__gt=local.time(),
    )
    pupils = Enrollment.objects.system(reason=READ).filter(klass=now.klass, role="student")

    assert now.klass.title == "7 «Ә»"
    assert pupils.count() == 28
    assert pupils.filter(member__user_id=user("pupil")).exists()
    written = LessonEntry.objects.filter(klass=now.klass)
    assert not written.filter(date=local.date(), number=now.slot.number).exists()
    assert written.exclude(topic="").count() > 20


def test_the_village_teacher_teaches_two_grades_at_once_now(filled: Filled) -> None:
    member = Member.objects.system(reason=READ).get(user_id=user("village_teacher"))
    local = AT.astimezone(schools.COUNTRY_ZONE)
    now = Meeting.objects.filter(
        teacher=member,
        weekday=local.isoweekday(),
        slot__starts_at__lte=local.time(),
        slot__ends_at__gt=local.time(),
    )

    assert {meeting.klass.grade for meeting in now} == {1, 3}
    assert len({meeting.joined for meeting in now}) == 1


def test_the_homeroom_teacher_teaches_the_whole_of_her_class(filled: Filled) -> None:
    taught = Enrollment.objects.system(reason=READ).filter(
        member__user_id=user("homeroom"), role="teacher", klass__title="7 «Ә»"
    )

    assert "homeroom" in taught.values_list("klass__kind", flat=True)
    assert taught.filter(klass__kind="scheduled", klass__subgroup="").exists()


def test_nothing_is_written_after_the_demos_moment(filled: Filled) -> None:
    demo = Q(school__in=Org.objects.filter(DEMO_ORGS))
    facts = ResultFact.objects.system(reason=READ).filter(demo)

    assert not LessonEntry.objects.filter(demo, date__gt=AT.date()).exists()
    assert not facts.filter(recorded_at__gt=AT).exists()
    assert not Attendance.objects.system(reason=READ).filter(demo, reason_at__gt=AT).exists()


def test_no_result_lies_above_its_maximum(filled: Filled) -> None:
    rows = Result.objects.system(reason=READ).filter(school__in=Org.objects.filter(DEMO_ORGS))

    assert rows.filter(score__isnull=False).exists()
    assert not rows.filter(score__gt=F("line_item__maximum")).exists()


def test_a_result_shows_its_last_fact(filled: Filled) -> None:
    facts = ResultFact.objects.system(reason=READ).filter(
        school__in=Org.objects.filter(DEMO_ORGS), id=F("result__last_fact_id")
    )
    results = Result.objects.system(reason=READ).filter(school__in=Org.objects.filter(DEMO_ORGS))

    assert facts.filter(score=F("result__score")).count() == results.count()
    corrected = results.annotate(said=Count("facts")).filter(said__gt=1)
    again = ResultFact.objects.system(reason=READ).filter(result__in=corrected, kind="correct")
    assert again.count() == corrected.count() > 0
    assert not again.filter(Q(replaces_id=None) | Q(reason="")).exists()


def test_points_are_given_only_to_those_who_sat_in_the_lesson(filled: Filled) -> None:
    rows = Result.objects.system(reason=READ).filter(
        school__in=Org.objects.filter(DEMO_ORGS), line_item__category="formative"
    )
    away = Attendance.objects.system(reason=READ).filter(presence="absent")

    absent = set(away.values_list("lesson_id", "member_id"))
    assert absent
    assert not absent & set(rows.values_list("line_item__lesson_id", "member_id"))


def test_about_four_in_a_hundred_are_away(town: School) -> None:
    fills = [class_fill(town, number, seed=7) for number in range(0, len(town.plan.classes), 4)]
    sat = sum(
        len(fill.lessons) * len(town.households.classes[0]) * 0.8 for fill in fills
    )  # halves bring the number of pupils a lesson down
    away = sum(row.presence == "absent" for fill in fills for row in fill.absences)

    assert 0.02 < away / sat < 0.06


def test_grade_one_and_unassessed_subjects_have_no_summatives(filled: Filled) -> None:
    items = LineItem.objects.filter(school__in=Org.objects.filter(DEMO_ORGS))
    summative = items.exclude(category="formative")

    assert summative.exists()
    assert not items.filter(klass__course__assessment="unmarked").exists()
    assert not summative.filter(klass__course__assessment="pass_fail").exists()
    assert not summative.filter(category="soch", klass__course__assessment="half_year").exists()


@pytest.fixture
def summatives(town: School) -> Iterator[tuple[int, list[ItemFill]]]:
    """Every class of a usual school with its SOR and SOCh."""
    return (
        (number, [i for i in class_fill(town, number, seed=7).items if i.category != "formative"])
        for number in range(len(town.plan.classes))
    )


def test_summatives_keep_to_the_rules(
    summatives: Iterator[tuple[int, list[ItemFill]]], town: School, moment: Moment
) -> None:
    subject_of = {class_id: key[:2] for key, class_id in town.class_ids.items()}
    last_days = {quarter.last_day for quarter in moment.quarters}
    seen = Counter[str]()
    for _, items in summatives:
        by_subject: dict[object, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
        soch: dict[date, set[object]] = defaultdict(set)
        sor: Counter[object] = Counter()
        for item in items:
            seen[item.category] += 1
            by_subject[subject_of[item.class_id]][item.date].add(item.category)
            if item.category == "soch":
                soch[item.date].add(subject_of[item.class_id])
            else:
                sor[item.class_id, item.session_id] += 1
        assert all(len(kinds) == 1 for days in by_subject.values() for kinds in days.values())
        assert all(len(subjects) <= 3 for subjects in soch.values())
        assert not soch.keys() & last_days
        assert not sor or max(sor.values()) <= 3
    assert min(seen["sor"], seen["soch"]) > 100


def test_the_first_quarter_is_done_and_the_second_partly(town: School, moment: Moment) -> None:
    number = [(k.grade, k.letter) for k in town.plan.classes].index((7, "Ә"))
    fill = class_fill(town, number, seed=7)
    algebra = town.class_ids[number, "algebra", ""]
    mine = [i for i in fill.items if i.class_id == algebra and i.category != "formative"]
    written = Counter(result.item_id for result in fill.results)
    half_over = moment.quarters[1].starts - timedelta(days=1)

    first = [item for item in mine if item.date < half_over]
    second = [item for item in mine if item.date > half_over]
    assert {item.category for item in first} == {"sor", "soch"}
    assert all(written[item.id] >= 24 for item in first)
    assert any(written[item.id] for item in second)
    assert all(not written[item.id] for item in second if item.date > moment.day)
    assert any(item.category == "soch" and item.date > moment.day for item in second)


def test_the_demo_leaves_its_own_hour_to_the_visitor(town: School, moment: Moment) -> None:
    for number, klass in enumerate(town.plan.classes):
        fill = class_fill(town, number, seed=7)
        today = {lesson.number for lesson in fill.lessons if lesson.date == moment.day}
        assert today <= ({1, 2} if klass.shift == 1 else set())
        assert all(item.date != moment.day or item.category == "formative" for item in fill.items)


def test_sources_of_different_places_differ() -> None:
    assert Source(1, "a").random() == Source(1, "a").random() != Source(1, "b").random()


def test_the_clerk_has_no_line_of_the_protected_pupil_and_the_head_has(
    filled: Filled, school_ids: list[UUID]
) -> None:
    """In 7 «Ә» of the town school one pupil's identity is protected."""

    def listed(code: str) -> set[UUID]:
        viewer = schools.viewer_under(
            user(code), hat=Hat.OFFICE, hat_id=school_ids[0], on=AT.date()
        )
        rows = Enrollment.objects.seen_by(viewer).filter(role="student", klass__kind="homeroom")
        return set(rows.values_list("member__user_id", flat=True))

    unseen = listed("head") - listed("clerk")

    assert len(unseen) == 1
    assert unseen <= set(protection.protected_ids(AT.date()))
