"""The demo's region: invented names of a region, a district, a town, villages and their schools."""

from dataclasses import dataclass
from typing import Literal

from senim.jobs.demo.curriculum import Medium

COUNTRY = {"kk": "Қазақстан Республикасы", "ru": "Республика Казахстан", "en": "Kazakhstan"}
REGION = {"kk": "Арқабел облысы", "ru": "Аркабельская область", "en": "Arqabel Region"}
DISTRICT = {"kk": "Жылысай ауданы", "ru": "Жылысайский район", "en": "Zhylysai District"}
VILLAGES = (
    {"kk": "Бозторғай", "ru": "Бозторгай", "en": "Boztorgai"},
    {"kk": "Көкдала", "ru": "Кокдала", "en": "Kokdala"},
    {"kk": "Шиелібұлақ", "ru": "Шиелибулак", "en": "Shielibulaq"},
    {"kk": "Ақтүбек", "ru": "Актубек", "en": "Aqtubek"},
    {"kk": "Тобылғысай", "ru": "Тобылгысай", "en": "Tobylgysai"},
)
FIRST_NUMBER = 12
VILLAGE_PUPILS = 120
DEMO_CLASS = (7, "Ә")
DEMO_CLASS_SIZE = 28
GRADES = range(1, 12)
SECOND_SHIFT = frozenset({2, 3, 4, 6})
LETTERS: tuple[tuple[str, Medium], ...] = (
    ("А", "kk"),
    ("Ә", "kk"),
    ("В", "ru"),
    ("Б", "kk"),
    ("Г", "ru"),
    ("Ғ", "kk"),
    ("Д", "ru"),
)
WEIGHTS = {grade: 2 if grade >= 10 else 3 for grade in GRADES}
FIRST_TO_OPEN = (7, 5, 3, 9, 1, 8, 2, 6, 4, 10, 11)


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """A homeroom class to be made."""

    grade: int
    letter: str
    medium: Medium
    size: int
    shift: int

    @property
    def title(self) -> str:
        """The label as schools write it: «7 «Ә»» where Kazakh is taught in, «7 В» where Russian."""
        return (
            f"{self.grade} «{self.letter}»"
            if self.medium == "kk"
            else f"{self.grade} {self.letter}"
        )


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """A school to be made. joined: which of its classes sit together, by place in `classes`."""

    number: int
    kind: Literal["city", "village"]
    name: dict[str, str]
    identifier: str
    classes: tuple[ClassPlan, ...]
    joined: tuple[tuple[int, int], ...] = ()

    @property
    def pupils(self) -> int:
        """How many pupils it has."""
        return sum(klass.size for klass in self.classes)


def region(pupils: int, schools: int) -> tuple[SchoolPlan, ...]:
    """Return the schools of a region with so many pupils in all; one in five is a village's."""
    villages = max(1, schools // 5) if schools > 1 else 0
    in_village = min(VILLAGE_PUPILS, pupils // 7)
    in_town, extra = divmod(pupils - villages * in_village, schools - villages)
    town = [_town_school(n, in_town + (n < extra)) for n in range(schools - villages)]
    rest = range(schools - villages, schools)
    return (*town, *(_village_school(n, n - rest.start, in_village) for n in rest))


def _town_school(number: int, pupils: int) -> SchoolPlan:
    label = FIRST_NUMBER + number
    name = {
        "kk": f"№ {label} мектеп, Нұрбел қаласы",
        "ru": f"Школа № {label}, город Нурбел",
        "en": f"School No. {label}, Nurbel",
    }
    return SchoolPlan(number, "city", name, f"DEMO-{label:03}", _town_classes(pupils))


def _town_classes(pupils: int) -> tuple[ClassPlan, ...]:
    counts = _classes_by_grade(max(2, round(pupils / 25)))
    labels = [(grade, *letter) for grade in GRADES for letter in _letters(grade, counts[grade])]
    sizes = _sizes(pupils, [(grade, letter) == DEMO_CLASS for grade, letter, _ in labels])
    return tuple(
        ClassPlan(grade, letter, medium, size, 2 if grade in SECOND_SHIFT else 1)
        for (grade, letter, medium), size in zip(labels, sizes, strict=True)
    )


def _classes_by_grade(total: int) -> dict[int, int]:
    """Share out the classes by weight; what is left over goes to the grades opened first."""
    exact = {grade: total * WEIGHTS[grade] / sum(WEIGHTS.values()) for grade in GRADES}
    counts = {grade: int(share) for grade, share in exact.items()}
    for grade in FIRST_TO_OPEN[: total - sum(counts.values())]:
        counts[grade] += 1
    return counts


def _letters(grade: int, count: int) -> tuple[tuple[str, Medium], ...]:
    """The demo's class is opened first in its grade, so that the smallest demo has it."""
    if grade == DEMO_CLASS[0]:
        order = sorted(LETTERS, key=lambda letter: letter[0] != DEMO_CLASS[1])
    elif grade >= 10:
        order = sorted(LETTERS, key=lambda letter: letter[0] not in ("А", "В"))
    else:
        order = list(LETTERS)
    return tuple(sorted(order[:count], key=LETTERS.index))


def _sizes(pupils: int, is_demo: list[bool]) -> list[int]:
    others = len(is_demo) - 1
    each, extra = divmod(max(pupils - DEMO_CLASS_SIZE, others), others)
    swing = (2, -2, 1, -1, 3, -3) if each > 10 else (0,)
    sizes, place = [], 0
    for demo in is_demo:
        if demo:
            sizes.append(DEMO_CLASS_SIZE)
            continue
        paired = place < others - others % len(swing)
        sizes.append(each + (place < extra) + (swing[place % len(swing)] if paired else 0))
        place += 1
    return sizes


def _village_school(number: int, place: int, pupils: int) -> SchoolPlan:
    grades = range(1, 12) if pupils >= 88 else range(1, 10) if pupils >= 45 else range(1, 6)
    village = VILLAGES[place % len(VILLAGES)]
    name = {
        "kk": f"{village['kk']} ауылының мектебі",
        "ru": f"Школа села {village['ru']}",
        "en": f"{village['en']} village school",
    }
    each, extra = divmod(pupils, len(grades))
    classes = tuple(
        ClassPlan(grade, "А", "kk", max(1, each + (grade <= extra)), 1) for grade in grades
    )
    return SchoolPlan(number, "village", name, f"DEMO-V{place + 1:02}", classes, ((0, 2), (1, 3)))
