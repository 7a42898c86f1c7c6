"""S11 and its kin: a ground, a second person told, an end, and the family's page."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from senim.config import wall
from senim.ledger import cases
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.ledger.models import Entry, Notice, Opening
from senim.people.models import Demographics
from senim.rules.access import DOES, Hat, Relation
from senim.rules.errors import Invalid, NotFound
from senim.schools import openings as services
from senim.schools import services as schools
from senim.schools.models import Access, Role
from senim.schools.queries import accesses
from tests import openings
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db
REASON = openings.REASON


def facts(entry_id: UUID) -> Any:
    return msgspec.json.decode(bytes(Opening.objects.get(id=entry_id).facts))


def refused(cast: Cast) -> list[tuple[UUID, UUID | None]]:
    found = ledger_read.entries(cast.schools["birch"], kinds=["refused"])
    return [(one.subject_id, one.user_id) for one in found]


def ask_emergency(cast: Cast, who: str, *, reason: str = REASON, **form: str) -> Any:
    client = cast.client(who)
    if form:
        return client.post("/emergency/", {"reason": reason, **form})
    return client.post(f"/emergency/{cast.member('pupil')}/", {"reason": reason})


# Emergency


def test_a_reason_opens_one_record_for_half_an_hour_and_tells_the_head(cast: Cast) -> None:
    client = cast.client("other_teacher")

    answer = client.post(f"/emergency/{cast.member('pupil')}/", {"reason": REASON})

    assert answer["Location"] == "/opened/"
    (access,) = Access.objects.system(reason="test")
    assert access.ends_at - access.opened_at == timedelta(minutes=30)
    assert access.told_user_id == cast.people["head"].user_id
    (notice,) = Notice.objects.all()
    assert (notice.code, notice.user_id) == ("emergency_opened", cast.people["head"].user_id)
    (case,) = cases.cases(cast.schools["birch"])
    assert (case.kind, case.said, case.due_on) == ("emergency", REASON, date(2026, 11, 19))
    page = client.get("/opened/").content.decode()
    assert "Канарина Мәдина" in page
    assert "+77011234567" in page
    assert "End now" in page


def test_contacts_of_a_guardian_restricted_by_a_court_are_left_out(cast: Cast) -> None:
    opened = openings.emergency(cast)

    page = cast.client("teacher", hat=f"emergency:{opened}").get("/opened/").content.decode()

    assert "Канарин Ерлан" not in page


@pytest.mark.parametrize("who", ["teacher", "homeroom", "clerk", "deputy", "head"])
def test_any_of_the_schools_staff_may_break_the_glass(who: str, cast: Cast) -> None:
    assert ask_emergency(cast, who).status_code == 302

    (access,) = Access.objects.system(reason="test")
    assert access.told_user_id not in (None, cast.people[who].user_id)


@pytest.mark.parametrize("who", ["teacher_elsewhere", "head_elsewhere"])
def test_staff_of_another_school_may_not_and_it_is_on_record(who: str, cast: Cast) -> None:
    assert ask_emergency(cast, who).status_code == 404

    assert refused(cast) == [(cast.member("pupil"), cast.people[who].user_id)]


@pytest.mark.parametrize("who", ["mother", "pupil", "official", "support", "nobody", "ex_teacher"])
def test_nobody_else_finds_the_form(who: str, cast: Cast) -> None:
    assert ask_emergency(cast, who).status_code == 404
    assert Access.objects.system(reason="test").count() == 0


@pytest.mark.parametrize("reason", ["", "керек", "." * 40, "a 1 " * 6])
def test_a_record_is_not_opened_without_twenty_letters_of_reason(reason: str, cast: Cast) -> None:
    answer = ask_emergency(cast, "teacher", reason=reason)

    assert answer.status_code == 422
    assert Access.objects.system(reason="test").count() == 0


def test_a_pupil_is_named_in_full_and_none_is_listed(cast: Cast) -> None:
    for name in ("Канарина", "Канарина А", "Юлдашева Нигора", "Дәулет Бауыржан", ""):
        answer = ask_emergency(cast, "other_teacher", name=name)
        assert answer.status_code == 422, name
        assert "Аружан" not in answer.content.decode()

    assert ask_emergency(cast, "other_teacher", name="канарина аружан")["Location"] == "/opened/"


def test_without_a_second_person_nothing_opens(cast: Cast) -> None:
    actor = cast.actor("other_teacher")
    for org in (cast.schools["birch"], cast.schools["region"]):
        with ledger.entry("demo.filled", ledger.Thing("org", org, org), actor=None, at=AT):
            posts = Role.objects.in_entry().filter(school_id=org).exclude(kind="clerk")
            posts.update(ends=date(2026, 11, 1))

    with pytest.raises(Invalid, match="nobody_to_tell"):
        services.open_emergency(cast.member("pupil"), reason=REASON, actor=actor, at=AT)


# What is done under an opening


def test_a_look_under_an_opening_names_it_and_nothing_personal(cast: Cast) -> None:
    opened = openings.emergency(cast, "other_teacher")
    client = cast.client("other_teacher", hat=f"emergency:{opened}")

    client.get(f"/diary/{cast.member('pupil')}/")

    (look,) = ledger_read.entries(cast.schools["birch"], kinds=["look"])
    assert (look.subject_id, look.hat) == (cast.member("pupil"), "emergency")
    assert facts(look.id)["access"] == str(opened)
    card = accesses([opened])[opened]
    assert (card.kind, card.reason, card.user_name) == ("emergency", REASON, "Ли Виктор")
    told = b"".join(bytes(row) for row in Opening.objects.values_list("facts", flat=True))
    told += b"".join(bytes(row) for row in Entry.objects.values_list("canonical", flat=True))
    assert REASON.encode() not in told


def test_under_an_opening_the_rest_of_the_class_stays_closed(cast: Cast) -> None:
    opened = openings.emergency(cast, "other_teacher")
    client = cast.client("other_teacher", hat=f"emergency:{opened}")

    assert client.get(f"/diary/{cast.member('classmate')}/").status_code == 404
    assert client.get(f"/register/{cast.classes['algebra']}/").status_code == 404
    assert (cast.member("classmate"), cast.people["other_teacher"].user_id) in refused(cast)


@pytest.mark.parametrize("relation", [Relation.EMERGENCY, Relation.CASE, Relation.SUPPORT])
def test_an_opening_never_lets_anything_be_changed(relation: Relation) -> None:
    assert relation not in DOES


@pytest.mark.parametrize("kind", ["emergency", "case", "support"])
def test_an_opening_owes_the_second_factor(kind: str, cast: Cast) -> None:
    who = {"emergency": "teacher", "case": "official", "support": "support"}[kind]
    client = cast.client(who, hat=openings.worn(kind, cast), second_factor=False)

    answer = client.get(f"/diary/{cast.member('pupil')}/")

    assert answer.status_code == 302
    assert "/opened/" not in answer["Location"]


# Officials


def look_up(cast: Cast, who: str = "official", **form: str) -> Any:
    known = {
        "name": "Канарина Аружан",
        "born": "2013-05-01",
        "school": str(cast.schools["birch"]),
        "ground": "12-45/2026",
        "reason": REASON,
    }
    return cast.client(who).post("/region/child/", {**known, **form})


@pytest.fixture
def born(cast: Cast) -> None:
    """Give the pupil a birth date, by which an official names her."""
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        Demographics.objects.in_entry().update_or_create(
            user_id=cast.people["pupil"].user_id, defaults={"birth_date": date(2013, 5, 1)}
        )


@pytest.mark.usefixtures("born")
def test_an_official_with_a_case_opens_one_child_for_an_hour(cast: Cast) -> None:
    assert look_up(cast)["Location"] == "/opened/"

    (access,) = Access.objects.system(reason="test")
    assert (access.kind, access.ground) == ("case", "12-45/2026")
    assert access.ends_at - access.opened_at == timedelta(minutes=60)
    (notice,) = Notice.objects.all()
    assert (notice.code, notice.user_id) == ("case_access_opened", cast.people["head"].user_id)
    client = cast.client("official", hat=f"case:{access.id}")
    assert client.get(f"/diary/{cast.member('pupil')}/").status_code == 200
    assert client.get(f"/diary/{cast.member('classmate')}/").status_code == 404
    assert "+77011234567" not in client.get("/opened/").content.decode()


@pytest.mark.usefixtures("born")
@pytest.mark.parametrize("form", [{"ground": ""}, {"ground": "іс"}, {"reason": "керек"}])
def test_an_official_without_a_case_is_refused_and_the_child_s_record_says_so(
    form: dict[str, str], cast: Cast
) -> None:
    assert look_up(cast, **form).status_code == 422

    assert refused(cast) == [(cast.member("pupil"), cast.people["official"].user_id)]
    assert Access.objects.system(reason="test").count() == 0


@pytest.mark.usefixtures("born")
def test_the_refusal_does_not_tell_whether_there_is_such_a_child(cast: Cast) -> None:
    def said(**form: str) -> str:
        text: str = look_up(cast, **form).content.decode()
        return text.partition('class="summary-faults"')[2].partition("</div>")[0]

    assert said(ground="") == said(ground="", name="Жоқ Бала") != ""
    assert said(name="Жоқ Бала") == said(born="2013-05-02") != ""


def test_an_official_who_tries_a_child_s_page_is_refused_on_record(cast: Cast) -> None:
    assert cast.client("official").get(f"/diary/{cast.member('pupil')}/").status_code == 404

    assert refused(cast) == [(cast.member("pupil"), cast.people["official"].user_id)]


def test_an_official_of_another_area_finds_nothing(cast: Cast) -> None:
    org, school = UUID(int=77), cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        schools.add_orgs([schools.NewOrg("region", {"kk": "Басқа"}, id=org)], at=AT)
        Role.objects.in_entry().filter(kind="official").update(school_id=org)
    actor = cast.actor("official", hat=f"official:{org}")

    with pytest.raises(NotFound):
        services.open_case(
            cast.member("pupil"), ground="12-45/2026", reason=REASON, actor=actor, at=AT
        )
    assert refused(cast) == [(cast.member("pupil"), cast.people["official"].user_id)]


def test_an_official_is_shown_figures_and_no_small_one(cast: Cast) -> None:
    page = cast.client("official").get("/region/").content.decode()

    assert "Қайың мектебі" in page
    assert page.count("hidden, too few") >= 2
    for name in ("Канарина", "Дәулет", "Оразбаев"):
        assert name not in page


# Support, by the rows of S11


def let_in(cast: Cast, who: str = "head", **form: str) -> Any:
    person = str(cast.people["support"].user_id)
    said = {"who": person, "reason": REASON, "hours": "4", **form}
    return cast.client(who).post("/office/support/", said)


def test_without_the_schools_request_support_finds_nothing(cast: Cast) -> None:
    for school in ("region", "birch", "poplar", "operator"):
        for hat in ("office", "support", "official", "teacher"):
            client = cast.client("support", hat=f"{hat}:{cast.schools[school]}")
            assert client.get(f"/diary/{cast.member('pupil')}/").status_code == 404
    with pytest.raises(NotFound):
        services.open_support(
            cast.people["support"].user_id,
            school_id=cast.schools["birch"],
            reason=REASON,
            hours="4",
            actor=cast.actor("clerk"),
            at=AT,
        )


@pytest.mark.parametrize("who", ["teacher", "clerk", "mother", "official", "support"])
def test_only_who_leads_the_school_lets_support_in(who: str, cast: Cast) -> None:
    assert let_in(cast, who).status_code == 404
    assert Access.objects.system(reason="test").count() == 0


def test_nobody_but_support_is_let_in(cast: Cast) -> None:
    for key in ("teacher", "mother", "official", "nobody"):
        person = str(cast.people[key].user_id)
        form = {"who": person, "reason": REASON, "hours": "1"}
        assert cast.client("head").post("/office/support/", form).status_code == 404


@pytest.mark.parametrize("hours", ["0", "5", "24", "-1", "", "1.5", "٣"])
def test_support_is_never_opened_for_longer_than_four_hours(hours: str, cast: Cast) -> None:
    assert let_in(cast, hours=hours).status_code == 422
    assert Access.objects.system(reason="test").count() == 0


def test_support_is_not_opened_while_sealing_is_late(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("senim.ledger.sealing.queries.STALE_AFTER", timedelta(seconds=-1))

    answer = let_in(cast)

    assert answer.status_code == 422
    assert Access.objects.system(reason="test").count() == 0


def test_support_opens_pages_of_the_school_alone_and_the_lead_ends_it(cast: Cast) -> None:
    assert let_in(cast).status_code == 302
    (access,) = Access.objects.system(reason="test")
    client = cast.client("support", hat=f"support:{access.id}")

    assert client.get(f"/register/{cast.classes['algebra']}/").status_code == 200
    assert client.get(f"/diary/{cast.member('brother', 'poplar')}/").status_code == 404
    assert client.get(f"/register/{cast.classes['algebra_p7']}/").status_code == 404
    went = client.post("/opened/", {"address": f"https://x.kz/diary/{cast.member('pupil')}/"})
    assert went["Location"] == f"/diary/{cast.member('pupil')}/"

    assert cast.client("deputy").post("/office/support/", {"end": access.id}).status_code == 302
    assert client.get(f"/register/{cast.classes['algebra']}/").status_code == 404


def test_no_page_of_many_and_no_road_for_machines_is_open_to_support() -> None:
    open_to = {name for name, row in wall.POLICIES.items() if Hat.SUPPORT in row.hats}

    assert open_to == {"lesson", "register", "diary_week", "opened", "end_opening"}


def test_support_changes_nothing(cast: Cast) -> None:
    client = cast.client("support", hat=openings.worn("support", cast))
    lesson = f"/lesson/{cast.classes['algebra']}/2026-11-18/3/"
    topic = f"topic-{cast.classes['algebra']}"

    answer = client.post(lesson, {topic: "canary", "taken": "1"})

    assert answer.status_code == 404
    assert client.post(f"/register/{cast.classes['algebra']}/").status_code == 404


def test_what_support_opened_stands_on_the_pupils_record(cast: Cast) -> None:
    opened = openings.support(cast)
    client = cast.client("support", hat=f"support:{opened}")

    client.get(f"/diary/{cast.member('pupil')}/")
    client.get(f"/register/{cast.classes['algebra']}/")

    looks = ledger_read.entries(cast.schools["birch"], kinds=["look"])
    assert [one.subject_id for one in looks] == [cast.member("pupil"), cast.classes["algebra"]]
    assert all(facts(one.id)["access"] == str(opened) for one in looks)


def test_a_redirect_of_support_stays_on_the_host(cast: Cast) -> None:
    client = cast.client("support", hat=openings.worn("support", cast))

    for address in ("//evil.kz/x", "https://evil.kz//evil.kz/", "javascript:alert(1)", ""):
        went = client.post("/opened/", {"address": address})["Location"]
        assert went.startswith("/"), address
        assert not went.startswith("//"), address
