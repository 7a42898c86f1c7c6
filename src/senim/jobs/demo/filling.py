"""Fills an empty database with the demo, a school at a time and a ledger entry a step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from time import monotonic
from uuid import UUID

from senim.base.personas import USERNAMES
from senim.jobs.demo.households import (
    FATHERS_HOUSE,
    HOMEROOMS_HOUSE,
    MOTHERS_HOUSE,
    adult,
    story_parents,
)
from senim.jobs.demo.looks import Story, leave_looks, story_of
from senim.jobs.demo.making import School, make_school
from senim.jobs.demo.moments import Moment, moment_on
from senim.jobs.demo.names import Name
from senim.jobs.demo.places import COUNTRY, DISTRICT, REGION, ClassPlan, SchoolPlan, region
from senim.jobs.demo.seeds import Source
from senim.jobs.demo.writing import (
    SignInNames,
    add_classes,
    add_everybody,
    add_journal,
    add_timetable,
)
from senim.journal.filling import Filled
from senim.ledger import services as ledger
from senim.people import services as people
from senim.people.services import NewPerson
from senim.schools import services as schools
from senim.schools.services import NewOrg, NewRole

EVENT = "demo.filled"
EVERY = 2.0  # seconds between two lines of progress
OFFICIAL = Name("Қасенов", "Данияр", "Біржанұлы", "male")
SUPPORT = Name("Ли", "Вера", "Сергеевна", "female")
OPERATOR = {
    "kk": "Платформаның техникалық көмегі",
    "ru": "Поддержка платформы",
    "en": "Support of the platform",
}
ACCOUNTS_OF = {MOTHERS_HOUSE: "mother", FATHERS_HOUSE: "father", HOMEROOMS_HOUSE: "homeroom"}

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """What is asked for."""

    pupils: int
    schools: int
    seed: int
    today: date


@dataclass(slots=True)
class Filler:
    """Fills the database. tell: takes a line of progress."""

    demo: Demo
    tell: Tell
    moment: Moment
    names: SignInNames
    rng: Source
    told: float = field(default_factory=monotonic)

    def fill(self) -> Filled:
        """Write the region and its schools; return how much the journal holds."""
        plans = region(self.demo.pupils, self.demo.schools)
        story = story_parents(self.demo.seed, self.moment.calendar.starts)
        district_id = self._region(story)
        total = Filled()
        stories: list[Story] = []
        with_story = {"city": plans[0], "village": plans[-1]}
        for plan in plans:
            began = monotonic()
            mine = story if plan is with_story[plan.kind] else {}
            school = make_school(plan, self.moment, seed=self.demo.seed, story=mine)
            filled = self._school(school, district_id)
            stories += [told for told in [story_of(school)] if told]
            total += filled
            self.tell(_line(plan, len(plans), filled, monotonic() - began))
        for told in stories:  # last, so that a filling broken off holds nothing but its own entries
            leave_looks(told)
        self._operator()
        return total

    def _tell_of(self, plan: SchoolPlan, klass: ClassPlan) -> None:
        """Say where the filling stands, once a second at most."""
        if monotonic() - self.told >= EVERY:
            self.told = monotonic()
            self.tell(f"    {plan.name['en']}: journal of class {klass.title}")

    @contextmanager
    def _entry(self, step: str, org_id: UUID) -> Iterator[ledger.Draft]:
        thing = ledger.Thing("org", org_id, org_id)
        with ledger.entry(EVENT, thing, actor=None, at=self.moment.at) as draft:
            draft.facts = {"step": step, "seed": self.demo.seed}
            yield draft

    def _region(self, story: dict[str, NewPerson]) -> UUID:
        """Write the country, region and district, the official, and the parents of the story."""
        starts, at = self.moment.calendar.starts, self.moment.at
        country, of_region, district, post = (self.rng.id_on(starts) for _ in range(4))
        official = adult(self.rng, OFFICIAL, starts)
        with self._entry("region", of_region):
            schools.add_orgs(
                [
                    NewOrg("republic", COUNTRY, id=country),
                    NewOrg("region", REGION, country, id=of_region),
                    NewOrg("district", DISTRICT, of_region, id=district),
                ],
                at=at,
            )
            people.add_people([official, *story.values()], at=at)
            accounts = [self.names.account(official, username=USERNAMES["official"])]
            accounts += [
                self.names.account(person, username=USERNAMES[ACCOUNTS_OF[code]])
                for code, person in story.items()
            ]
            people.add_accounts(accounts)
            schools.add_roles([NewRole(of_region, official.id, "official", starts, id=post)], at=at)
        return district

    def _operator(self) -> None:
        """Write who runs the platform, and the one who helps schools that ask."""
        starts, at = self.moment.calendar.starts, self.moment.at
        rng = Source(self.demo.seed, "operator")
        operator, post = rng.id_on(starts), rng.id_on(starts)
        person = adult(rng, SUPPORT, starts)
        with self._entry("operator", operator):
            schools.add_orgs([NewOrg("company", OPERATOR, id=operator)], at=at)
            people.add_people([person], at=at)
            people.add_accounts([self.names.account(person, username=USERNAMES["support"])])
            schools.add_roles([NewRole(operator, person.id, "support", starts, id=post)], at=at)

    def _school(self, school: School, district_id: UUID) -> Filled:
        at, plan = self.moment.at, school.plan
        with self._entry("people", school.id) as draft:
            org = NewOrg("school", plan.name, district_id, plan.identifier, id=school.id)
            schools.add_orgs([org], at=at)
            draft.facts["rows"] = add_everybody(school, self.names, at=at)
        with self._entry("classes", school.id) as draft:
            draft.facts["rows"] = add_classes(school, at=at)
        with self._entry("timetable", school.id) as draft:
            draft.facts["rows"] = add_timetable(school, at=at)
        with self._entry("journal", school.id) as draft:
            filled = Filled()
            for number, klass in enumerate(plan.classes):
                filled += add_journal(school, number, seed=self.demo.seed)
                self._tell_of(plan, klass)
            draft.facts["rows"] = filled.counts()
        return filled


def _line(plan: SchoolPlan, of: int, filled: Filled, seconds: float) -> str:
    rows = sum(filled.counts().values())
    return (
        f"  {plan.number + 1} of {of}: {plan.name['en']}, {plan.pupils} pupils in"
        f" {len(plan.classes)} classes, {rows:,} journal rows, {seconds:.1f} s"
    )


def fill_demo(demo: Demo, *, tell: Tell) -> tuple[Filled, datetime]:
    """Fill an empty database; return what the journal got, and the instant the demo stands at."""
    moment = moment_on(demo.today)
    names = SignInNames(Source(demo.seed, "accounts"), moment.calendar.starts)
    filler = Filler(demo, tell, moment, names, Source(demo.seed, "region"))
    return filler.fill(), moment.at
