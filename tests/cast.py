"""The cast: one small school and its neighbours, as every access test meets them.

Wednesday 18 November 2026, 10:10 in Almaty. Class 7 «Ә» of the Birch school has algebra as its
third lesson. Everyone below is invented.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any
from uuid import UUID

from django.test import Client

from senim.base.ids import uuid7
from senim.journal import services as journal
from senim.ledger import services as ledger
from senim.people import protection
from senim.people import services as people
from senim.people.models import Account
from senim.rules.access import Actor, Hat
from senim.rules.fields import FieldClass
from senim.schools import queries as schools_read
from senim.schools import services as schools
from senim.timetable import services as timetable

TODAY = date(2026, 11, 18)
AT = datetime(2026, 11, 18, 5, 10, tzinfo=UTC)
YEAR_STARTS, YEAR_ENDS = date(2026, 9, 1), date(2027, 5, 26)
PASSWORD = "correct horse battery"
QUARTERS = (
    (date(2026, 9, 1), date(2026, 10, 26)),
    (date(2026, 11, 2), date(2026, 12, 28)),
    (date(2027, 1, 11), date(2027, 3, 22)),
    (date(2027, 3, 29), YEAR_ENDS),
)


@dataclass(slots=True)
class Person:
    """One of the cast: the person, their account and, by school, their member ids."""

    key: str
    user_id: UUID
    name: str
    hat: str = ""
    members: dict[str, UUID] = field(default_factory=dict)


def words(text: str) -> dict[str, str]:
    """Return a text that is the same in three languages."""
    return {"kk": text, "ru": text, "en": text}


class Cast:
    """The persons, classes and lessons, by short names."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.schools: dict[str, UUID] = {}
        self.classes: dict[str, UUID] = {}
        self.sessions: dict[str, UUID] = {}
        self.slots: dict[str, UUID] = {}

    def member(self, key: str, school: str = "birch") -> UUID:
        """Return a person's member id in a school."""
        return self.people[key].members[school]

    def actor(self, key: str, *, hat: str = "", on: date = TODAY, language: str = "en") -> Actor:
        """Return a person as the actor a door would make of them."""
        person = self.people[key]
        name, _, hat_id = (hat or person.hat).partition(":")
        viewer = schools_read.viewer_under(
            person.user_id, hat=Hat(name), hat_id=UUID(hat_id), on=on
        )
        return Actor(self.account(key).id, viewer, UUID(hat_id), language)

    def account(self, key: str) -> Account:
        """Return a person's account."""
        return Account.objects.get(user_id=self.people[key].user_id)

    def client(
        self, key: str, *, hat: str = "", second_factor: bool = True, confirmed: bool = False
    ) -> Client:
        """Return a signed-in test client; `hat` is as "guardian:<id>", else the person's own.

        confirmed: the password was given just now, which some pages ask for.
        """
        client = Client()
        client.force_login(self.account(key))
        session = client.session
        methods: list[dict[str, object]] = [
            {"method": "password", "at": AT.timestamp(), "username": key}
        ]
        if second_factor:
            methods.append({"method": "mfa", "at": AT.timestamp(), "type": "totp"})
        if confirmed:
            now = datetime.now(UTC).timestamp()
            methods.append({"method": "password", "at": now, "reauthenticated": True})
        session["account_authentication_methods"] = methods
        session["account_authentication_methods_user"] = str(self.account(key).id)
        session.save()
        if wished := hat or self.people[key].hat:
            session["senim_person"] = self.people[key].name
            session["senim_hats"] = []
            session["senim_hat"] = wished
            session.save()
        client.cookies["senim_language"] = "en"
        return client

    @cached_property
    def lesson(self) -> journal.LessonKey:
        """Today's third lesson: algebra of 7 «Ә»."""
        return journal.LessonKey(self.classes["algebra"], TODAY, 3)


# key: (name, hat school). Canary names are unlike any word of a page.
STAFF: Mapping[str, tuple[str, str]] = {
    "teacher": ("Сейітова Гүлнар", "birch"),
    "homeroom": ("Оразбаев Марат", "birch"),
    "other_teacher": ("Ли Виктор", "birch"),
    "teacher_parent": ("Ахметова Сәуле", "birch"),
    "ex_teacher": ("Кравцова Нина", "birch"),
    "teacher_elsewhere": ("Тұрсынова Айжан", "poplar"),
    "deputy": ("Нұрланова Қарлығаш", "birch"),
    "head": ("Бекова Раушан", "birch"),
    "ex_deputy": ("Смағұлов Ержан", "birch"),
    "clerk": ("Петрова Ольга", "birch"),
    "head_elsewhere": ("Юсупов Рустам", "poplar"),
}
PUPILS: Mapping[str, tuple[str, str, str]] = {
    "pupil": ("Канарина Аружан", "birch", "7a"),
    "classmate": ("Дәулет Інжу", "birch", "7a"),
    "third_pupil": ("Ким Алина", "birch", "7a"),
    "fourth_pupil": ("Қалиева Томирис", "birch", "7a"),
    "fifth_pupil": ("Іляс Нұрәли", "birch", "7a"),
    "pupil_of_8": ("Мартынов Егор", "birch", "8a"),
    "sister": ("Канарина Еркем", "birch", "8a"),
    "hidden": ("Мәлік Ақбота", "birch", "8a"),
    "brother": ("Канарин Дастан", "poplar", "p7"),
    "pupil_elsewhere": ("Юлдашева Нигора", "poplar", "p7"),
    "transferred": ("Шәкен Тимур", "poplar", "p7"),
}
FAMILY: Mapping[str, str] = {
    "mother": "Канарина Мәдина",
    "father_restricted": "Канарин Ерлан",
    "father_by_order": "Дәулет Бауыржан",
    "ex_guardian": "Канарина Роза",
    "mother_of_classmate": "Дәулет Салтанат",
    "mother_elsewhere": "Юлдашева Дильноза",
    "mother_hidden": "Мәлік Назым",
    "father_of_hidden": "Мәлік Қанат",
    "father_of_fourth": "Қалиев Серік",
}
HIDDEN = ("hidden", "mother_hidden")
"""Whose identity is protected: a girl of 8 «А», and her mother, who has a child in 7 «Ә» too."""

IINS: Mapping[str, str] = {
    "hidden": "130501600108",
    "mother_hidden": "850712400102",
    "pupil": "130501600118",
}
ADDRESSES: Mapping[str, str] = {
    "hidden": "Жасырын көшесі, 17-үй",
    "mother_hidden": "Жасырын көшесі, 17-үй",
    "pupil": "Канар көшесі, 5-үй",
    "fourth_pupil": "Жасырын көшесі, 17-үй",
}
PHONES: Mapping[str, str] = {
    "mother": "+77011234567",
    "hidden": "+77012223344",
    "mother_hidden": "+77012223355",
}
OTHERS: Mapping[str, str] = {
    "official": "Жақыпов Санжар",
    "nobody": "Ешкім Адам",
    "support": "Серіков Олжас",
}


def build() -> Cast:
    """Write the cast into an empty database, through services, and return it."""
    cast = Cast()
    region = uuid7()
    thing = ledger.Thing("org", region, region)
    why = "the cast is of two schools"
    with ledger.entry("demo.filled", thing, actor=None, at=AT, over_schools=why):
        _schools(cast, region)
        _people(cast)
        _classes(cast)
        _posts(cast, region)
        _family(cast)
        _bells(cast)
    return cast


def _schools(cast: Cast, region: UUID) -> None:
    district = uuid7()
    cast.schools = {"region": region, "birch": uuid7(), "poplar": uuid7(), "operator": uuid7()}
    schools.add_orgs(
        [
            schools.NewOrg("region", words("Өрнек облысы"), id=region),
            schools.NewOrg("district", words("Өрнек ауданы"), region, id=district),
            schools.NewOrg("company", words("Өрнек көмегі"), id=cast.schools["operator"]),
            schools.NewOrg("school", words("Қайың мектебі"), district, id=cast.schools["birch"]),
            schools.NewOrg("school", words("Терек мектебі"), district, id=cast.schools["poplar"]),
        ],
        at=AT,
    )
    for school in ("birch", "poplar"):
        for number, (starts, ends) in enumerate(QUARTERS, 1):
            session = schools.NewSession(
                cast.schools[school], "term", words(f"{number}"), number, 2027, starts, ends
            )
            cast.sessions[f"{school}{number}"] = session.id
            schools.add_sessions([session], at=AT)


def _people(cast: Cast) -> None:
    everyone = {
        **{key: name for key, (name, _) in STAFF.items()},
        **{key: name for key, (name, _, _) in PUPILS.items()},
        **FAMILY,
        **OTHERS,
    }
    new = []
    for key, name in everyone.items():
        family, given = name.split(" ", 1)
        person = Person(key, uuid7(), name)
        cast.people[key] = person
        iin, home = IINS.get(key, ""), ADDRESSES.get(key, "")
        new.append(people.NewPerson(person.user_id, given, family, iin=iin, address=home))
    people.add_people(new, at=AT)
    people.add_accounts(
        people.NewAccount(
            person.user_id,
            person.key,
            PASSWORD,
            phone=PHONES.get(person.key),
            email="mother@example.org" if person.key == "mother" else None,
            language="en",
        )
        for person in cast.people.values()
    )
    seats = [(key, school) for key, (_, school) in STAFF.items()]
    seats += [(key, school) for key, (_, school, _) in PUPILS.items()]
    seats += [("transferred", "birch")]
    for key, school in seats:
        person = cast.people[key]
        member = schools.NewMember(cast.schools[school], person.user_id, person.name)
        person.members[school] = member.id
        schools.add_members([member], at=AT)
        role = "pupil" if key in PUPILS else "teacher"
        person.hat = person.hat or f"{role}:{member.id}"


def _classes(cast: Cast) -> None:
    def add(name: str, school: str, title: str, grade: int, **more: Any) -> UUID:
        klass = schools.NewClass(cast.schools[school], title, 2027, grade, **more)
        schools.add_classes([klass], at=AT)
        cast.classes[name] = klass.id
        return klass.id

    def enrol(name: str, school: str, keys: Iterator[str] | list[str], role: str) -> None:
        schools.add_enrollments(
            [
                schools.NewEnrollment(
                    cast.schools[school],
                    cast.classes[name],
                    cast.member(key, school),
                    role,
                    YEAR_STARTS,
                    date(2026, 10, 1) if key == "ex_teacher" else None,
                )
                for key in keys
            ],
            at=AT,
        )

    courses = {}
    for school in ("birch", "poplar"):
        for code in ("algebra", "history"):
            course = schools.NewCourse(cast.schools[school], words(code.capitalize()), code)
            courses[school, code] = course.id
            schools.add_courses([course], at=AT)
    plan = (("7a", "birch", "7 «Ә»", 7), ("8a", "birch", "8 «А»", 8), ("p7", "poplar", "7 «В»", 7))
    for name, school, title, grade in plan:
        homeroom = add(name, school, title, grade)
        learners = [key for key, (_, _, klass) in PUPILS.items() if klass == name]
        enrol(name, school, learners, "student")
        for code in ("algebra", "history"):
            taught = code if name == "7a" else f"{code}_{name}"
            add(taught, school, title, grade, course_id=courses[school, code], homeroom_id=homeroom)
            enrol(taught, school, learners, "student")
    enrol("7a", "birch", ["homeroom"], "teacher")
    enrol("algebra", "birch", ["teacher", "ex_teacher"], "teacher")
    enrol("history", "birch", ["homeroom"], "teacher")
    enrol("algebra_8a", "birch", ["teacher_parent"], "teacher")
    enrol("history_8a", "birch", ["other_teacher"], "teacher")
    enrol("algebra_p7", "poplar", ["teacher_elsewhere"], "teacher")
    for name in ("7a", "algebra", "history"):
        schools.add_enrollments(
            [
                schools.NewEnrollment(
                    cast.schools["birch"],
                    cast.classes[name],
                    cast.member("transferred"),
                    "student",
                    YEAR_STARTS,
                    date(2026, 11, 9),
                )
            ],
            at=AT,
        )


def _posts(cast: Cast, region: UUID) -> None:
    posts = (
        ("deputy", "birch", "deputy", None),
        ("head", "birch", "head", None),
        ("clerk", "birch", "clerk", None),
        ("head_elsewhere", "poplar", "head", None),
        ("ex_deputy", "birch", "deputy", date(2026, 10, 1)),
        ("official", "region", "official", None),
        ("support", "operator", "support", None),
    )
    for key, school, kind, ends in posts:
        person = cast.people[key]
        org = cast.schools[school]
        schools.add_roles([schools.NewRole(org, person.user_id, kind, YEAR_STARTS, ends)], at=AT)
        if kind != "support":
            person.hat = f"{'official' if kind == 'official' else 'office'}:{org}"


def _family(cast: Cast) -> None:
    born = date(2013, 5, 1)
    ties = (
        ("mother", "pupil", None, None),
        ("mother", "sister", None, None),
        ("mother", "brother", None, None),
        ("father_restricted", "pupil", None, frozenset[FieldClass]()),
        ("father_by_order", "classmate", None, frozenset({FieldClass.LEARNING})),
        ("ex_guardian", "pupil", date(2026, 9, 1), None),
        ("mother_of_classmate", "classmate", None, None),
        ("mother_elsewhere", "pupil_elsewhere", None, None),
        ("teacher_parent", "third_pupil", None, None),
        ("mother_hidden", "hidden", None, None),
        ("mother_hidden", "fourth_pupil", None, None),
        ("father_of_hidden", "hidden", None, frozenset({FieldClass.LEARNING})),
        ("father_of_fourth", "fourth_pupil", None, None),
    )
    people.add_guardianships(
        [
            people.NewGuardianship(
                cast.people[guardian].user_id,
                cast.people[ward].user_id,
                born,
                ends,
                by_order=by_order,
            )
            for guardian, ward, ends, by_order in ties
        ],
        at=AT,
    )
    for key in HIDDEN:
        school, person = cast.schools["birch"], cast.people[key].user_id
        protection.begin(person, school_id=school, ground="order", on=date(2026, 11, 2))
    for key in FAMILY:
        cast.people[key].hat = f"guardian:{cast.people[key].user_id}"


def _bells(cast: Cast) -> None:
    bells = ((8, 0, 8, 45), (8, 55, 9, 40), (10, 5, 10, 50), (11, 0, 11, 45))
    teachers = {"birch": ("teacher", "homeroom"), "poplar": ("teacher_elsewhere",) * 2}
    for school, suffix in (("birch", ""), ("poplar", "_p7")):
        slots = tuple(
            timetable.NewSlot(number, time(h1, m1), time(h2, m2))
            for number, (h1, m1, h2, m2) in enumerate(bells, 1)
        )
        timetable.add_bells([timetable.NewBells(cast.schools[school], words("1"), 1, slots)], at=AT)
        room = uuid7()
        timetable.add_rooms({room: "214"}, school_id=cast.schools[school], at=AT)
        algebra, history = teachers[school]
        for slot in slots:
            cast.slots[f"{school}{slot.number}"] = slot.id
        meetings = [
            timetable.NewMeeting(
                cast.schools[school],
                cast.classes[f"{code}{suffix}"],
                cast.member(teacher, school),
                slots[number - 1].id,
                weekday,
                YEAR_STARTS,
                room,
            )
            for code, teacher, number in (("algebra", algebra, 3), ("history", history, 4))
            if code == "algebra" or school == "birch"
            for weekday in (1, 3, 5)
        ]
        timetable.add_meetings(meetings, at=AT)
