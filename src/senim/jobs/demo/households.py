"""Pupils and those who answer for them, family by family."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from senim.base.personas import USERNAMES
from senim.jobs.demo.names import House, Name, Sex, draw_people, house
from senim.jobs.demo.places import DEMO_CLASS, ClassPlan, SchoolPlan
from senim.jobs.demo.seeds import Source
from senim.people.services import NewGuardianship, NewPerson
from senim.rules.fields import FieldClass

SIBLING = 0.3
MOTHER, FATHER = 0.97, 0.72
MOST_CHILDREN = 3


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil of one homeroom class. ability: the share of points they tend to get.

    starts, ends: days on the class's roll, when they came or left during the year.
    """

    person: NewPerson
    member_id: UUID
    ability: float
    starts: date | None = None
    ends: date | None = None

    def is_on(self, day: date) -> bool:
        """Say whether the pupil is on the roll on a day."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day < self.ends
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """A child of the demo's story, to be put into a class before the others."""

    given: str
    sex: Sex
    house: str
    username: str = ""


MOTHERS_HOUSE, FATHERS_HOUSE, HOMEROOMS_HOUSE = "mother", "father", "homeroom"
STORY_SURNAMES = {
    MOTHERS_HOUSE: ("Ахметов", "Ахметова", ("Нұрлан", "Нұрланұлы", "Нұрланқызы")),
    FATHERS_HOUSE: ("Бекенов", "Бекенова", ("Марат", "Маратұлы", "Маратқызы")),
    HOMEROOMS_HOUSE: ("Омаров", "Омарова", ("Ержан", "Ержанұлы", "Ержанқызы")),
}
STORY_PARENTS = {
    MOTHERS_HOUSE: Name("Ахметова", "Гүлнар", "Серікқызы", "female"),
    FATHERS_HOUSE: Name("Бекенов", "Марат", "Қайратұлы", "male"),
    HOMEROOMS_HOUSE: Name("Омарова", "Жанар", "Болатқызы", "female"),
}


def wishes(plan: SchoolPlan) -> dict[int, list[Wish]]:
    """Return the story's children by the place of their class in the school.

    The mother has three, the third in the village; the father one in 7 «Ә»; the homeroom teacher of
    7 «Ә» one in another class of her own school.
    """
    places: dict[int, list[Wish]] = {}
    if plan.kind == "village":
        grades = [klass.grade for klass in plan.classes]
        grade = 5 if 5 in grades else grades[-1]
        places[grades.index(grade)] = [Wish("Кәусар", "female", MOTHERS_HOUSE)]
        return places
    labels = [(klass.grade, klass.letter) for klass in plan.classes]
    demo = labels.index(DEMO_CLASS)
    places[demo] = [
        Wish("Аяулым", "female", MOTHERS_HOUSE, USERNAMES["pupil"]),
        Wish("Арсен", "male", FATHERS_HOUSE),
    ]
    kazakh = [n for n, klass in enumerate(plan.classes) if klass.medium == "kk" and n != demo]
    places.setdefault(kazakh[0], []).append(Wish("Санжар", "male", HOMEROOMS_HOUSE))
    third = next((n for n in kazakh if plan.classes[n].grade == 3), kazakh[-1])
    places.setdefault(third, []).append(Wish("Әли", "male", MOTHERS_HOUSE))
    return places


@dataclass(slots=True)
class Family:
    """A family in the making: its name, its parents, the grades of its children."""

    house: House
    medium: str
    guardians: list[NewPerson] = field(default_factory=list)
    grades: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Households:
    """All families of one school."""

    people: list[NewPerson] = field(default_factory=list)
    guardianships: list[NewGuardianship] = field(default_factory=list)
    guardians: list[NewPerson] = field(default_factory=list)
    usernames: dict[UUID, str] = field(default_factory=dict)
    classes: list[list[Child]] = field(default_factory=list)


@dataclass(slots=True)
class Registrar:
    """Fills the classes of one school with children and finds their parents.

    story: the parents of the demo's story, made once for the region, and how many children were
    given to them; year_starts: 1 September.
    """

    plan: SchoolPlan
    rng: Source
    iins: Iterator[str]
    year_starts: date
    today: date
    story: dict[str, NewPerson]
    found: Households = field(default_factory=Households)
    open_families: list[Family] = field(default_factory=list)

    def fill(self) -> Households:
        """Return every class's children, in no order, with their parents."""
        wished = wishes(self.plan) if self.story else {}
        for place, klass in enumerate(self.plan.classes):
            special = wished.get(place, [])
            children = [self._of_story(wish, klass) for wish in special]
            children += [self._child(klass) for _ in range(max(0, klass.size - len(special)))]
            self.found.classes.append(children)
        return self.found

    def _child(self, klass: ClassPlan) -> Child:
        family = self._family(klass)
        family.grades.append(klass.grade)
        name = family.house.child(self.rng, self.rng.choice(("male", "female")))
        is_demo = (klass.grade, klass.letter) == DEMO_CLASS
        child = self._enrol(name, klass, settled=is_demo)
        for guardian in family.guardians:
            self._guard(guardian, child)
        return child

    def _family(self, klass: ClassPlan) -> Family:
        """Return an earlier family whose children are in other grades, or a new one."""
        if self.rng.random() < SIBLING:
            fitting = [
                family
                for family in self.open_families[-60:]
                if family.medium == klass.medium and klass.grade not in family.grades
            ]
            if fitting:
                family = self.rng.choice(fitting)
                if len(family.grades) + 1 >= MOST_CHILDREN:
                    self.open_families.remove(family)
                return family
        family = Family(house(self.rng, draw_people(self.rng, klass.medium)), klass.medium)
        family.guardians = list(self._parents(family.house))
        self.open_families.append(family)
        return family

    def _parents(self, of: House) -> Iterator[NewPerson]:
        kinds = [
            kind for kind, share in (("m", MOTHER), ("f", FATHER)) if self.rng.random() < share
        ]
        for kind in kinds or ["m"]:
            name = of.mother(self.rng) if kind == "m" else of.head(self.rng)
            person = adult(self.rng, name, self.year_starts)
            self.found.people.append(person)
            self.found.guardians.append(person)
            yield person

    def _of_story(self, wish: Wish, klass: ClassPlan) -> Child:
        man, woman, father = STORY_SURNAMES[wish.house]
        own = House(draw_people(self.rng, "kk"), man, woman, father)
        name = own.named(wish.given, wish.sex)
        child = self._enrol(name, klass, settled=True)
        if wish.username:
            self.found.usernames[child.person.id] = wish.username
        limited = wish.house == FATHERS_HOUSE
        if limited:
            mother = adult(self.rng, own.mother(self.rng), self.year_starts)
            self.found.people.append(mother)
            self.found.guardians.append(mother)
            self._guard(mother, child)
        self._guard(self.story[wish.house], child, limited=limited)
        return child

    def _enrol(self, name: Name, klass: ClassPlan, *, settled: bool) -> Child:
        born = self.year_starts.year - 6 - klass.grade + 1 - (self.rng.random() < 0.35)
        person = NewPerson(
            id=self.rng.id_on(self.year_starts),
            given_name=name.given,
            family_name=name.family,
            middle_name=name.middle,
            birth_date=date(born, 1, 1) + timedelta(days=self.rng.randrange(365)),
            sex=name.sex,
            iin=next(self.iins),
            address=f"Орталық көшесі, {len(self.found.people) % 180 + 1}-үй",
        )
        self.found.people.append(person)
        starts, ends = (None, None) if settled else self._stay()
        member_id = self.rng.id_on(self.year_starts)
        ability = min(0.98, max(0.34, self.rng.gauss(0.74, 0.13)))
        return Child(person, member_id, ability, starts, ends)

    def _stay(self) -> tuple[date | None, date | None]:
        """One pupil in a hundred comes late in the year; one in two hundred has left."""
        chance = self.rng.random()
        if chance > 0.015:
            return None, None
        days = (self.today - self.year_starts).days
        day = self.year_starts + timedelta(days=self.rng.randrange(10, max(11, days - 10)))
        return (day, None) if chance > 0.005 else (None, day)

    def _guard(self, guardian: NewPerson, child: Child, *, limited: bool = False) -> None:
        order = frozenset({FieldClass.ROSTER, FieldClass.LEARNING}) if limited else None
        born = child.person.birth_date or self.year_starts  # the record of birth is the ground
        self.found.guardianships.append(
            NewGuardianship(
                guardian.id, child.person.id, born, by_order=order, id=self.rng.id_on(born)
            )
        )


def adult(rng: Source, name: Name, year_starts: date) -> NewPerson:
    """Return a grown-up person of a name."""
    return NewPerson(
        id=rng.id_on(year_starts),
        given_name=name.given,
        family_name=name.family,
        middle_name=name.middle,
        birth_date=date(year_starts.year - rng.randrange(27, 58), 1, 1)
        + timedelta(days=rng.randrange(365)),
        sex=name.sex,
    )


def story_parents(seed: int, year_starts: date) -> dict[str, NewPerson]:
    """Return the parents of the demo's story: the same in whatever school their child is."""
    return {
        code: adult(Source(seed, "story", code), name, year_starts)
        for code, name in STORY_PARENTS.items()
    }


def shuffled(children: Sequence[Child], rng: Random) -> list[Child]:
    """Return the children in an order by chance, for dividing a class in two."""
    return rng.sample(list(children), len(children))
