"""What the demo's schools teach: subjects by grade with weekly hours, like the model plan.

Whole hours only; a subject of half an hour a week is left out. The sums fit a five-day week.
"""

from dataclasses import dataclass
from typing import Literal

from senim.rules.mark_policies import SubjectKind, subject_kind

Medium = Literal["kk", "ru"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject.

    pool: which teachers teach it; language: in which topics are written, empty for the class's own.
    halved: that a class of 24 and more is taught in two groups. room: what kind of room it needs.
    """

    code: str
    kk: str
    ru: str
    en: str
    pool: str
    language: str = ""
    halved: bool = False
    room: str = ""

    @property
    def title(self) -> dict[str, str]:
        """The title in three languages."""
        return {"kk": self.kk, "ru": self.ru, "en": self.en}


_ALL = (
    Subject("primer-kk", "Әліппе", "Казахский букварь", "Kazakh primer", "primary", "kk"),
    Subject("primer-ru", "Орыс әліппесі", "Букварь", "Russian primer", "primary", "ru"),
    Subject("kazakh-primary", "Қазақ тілі", "Казахский язык", "Kazakh language", "primary", "kk"),
    Subject("reading-kk", "Әдебиеттік оқу", "Литературное чтение", "Reading", "primary", "kk"),
    Subject("russian-primary", "Орыс тілі", "Русский язык", "Russian language", "primary", "ru"),
    Subject("reading-ru", "Әдебиеттік оқу", "Литературное чтение", "Reading", "primary", "ru"),
    Subject("mathematics-primary", "Математика", "Математика", "Mathematics", "primary"),
    Subject("science-primary", "Жаратылыстану", "Естествознание", "Science", "primary"),
    Subject("world", "Дүниетану", "Познание мира", "The world around us", "primary"),
    Subject("visual-arts", "Бейнелеу өнері", "Изобразительное искусство", "Visual arts", "primary"),
    Subject("labour-training", "Еңбекке баулу", "Трудовое обучение", "Handwork", "primary"),
    Subject(
        "digital-literacy",
        "Цифрлық сауаттылық",
        "Цифровая грамотность",
        "Digital literacy",
        "informatics",
        halved=True,
        room="lab",
    ),
    Subject("music", "Музыка", "Музыка", "Music", "music"),
    Subject(
        "physical-education",
        "Дене шынықтыру",
        "Физическая культура",
        "Physical education",
        "sport",
        room="gym",
    ),
    Subject(
        "kazakh-second",
        "Қазақ тілі мен әдебиеті",
        "Казахский язык и литература",
        "Kazakh language and literature",
        "kazakh-second",
        "kk",
        halved=True,
    ),
    Subject(
        "russian-second",
        "Орыс тілі мен әдебиеті",
        "Русский язык и литература",
        "Russian language and literature",
        "russian",
        "ru",
    ),
    Subject("english", "Ағылшын тілі", "Английский язык", "English", "english", "en", halved=True),
    Subject("kazakh", "Қазақ тілі", "Казахский язык", "Kazakh language", "kazakh", "kk"),
    Subject(
        "kazakh-literature",
        "Қазақ әдебиеті",
        "Казахская литература",
        "Kazakh literature",
        "kazakh",
        "kk",
    ),
    Subject("russian", "Орыс тілі", "Русский язык", "Russian language", "russian", "ru"),
    Subject(
        "russian-literature",
        "Орыс әдебиеті",
        "Русская литература",
        "Russian literature",
        "russian",
        "ru",
    ),
    Subject("mathematics", "Математика", "Математика", "Mathematics", "mathematics"),
    Subject("algebra", "Алгебра", "Алгебра", "Algebra", "mathematics"),
    Subject(
        "analysis",
        "Алгебра және анализ бастамалары",
        "Алгебра и начала анализа",
        "Algebra and introduction to analysis",
        "mathematics",
    ),
    Subject("geometry", "Геометрия", "Геометрия", "Geometry", "mathematics"),
    Subject(
        "informatics",
        "Информатика",
        "Информатика",
        "Informatics",
        "informatics",
        halved=True,
        room="lab",
    ),
    Subject("science", "Жаратылыстану", "Естествознание", "Science", "geography"),
    Subject("geography", "География", "География", "Geography", "geography"),
    Subject("biology", "Биология", "Биология", "Biology", "biology"),
    Subject("physics", "Физика", "Физика", "Physics", "physics"),
    Subject("chemistry", "Химия", "Химия", "Chemistry", "biology"),
    Subject(
        "history-kz", "Қазақстан тарихы", "История Казахстана", "History of Kazakhstan", "history"
    ),
    Subject("history-world", "Дүниежүзі тарихы", "Всемирная история", "World history", "history"),
    Subject("law", "Құқық негіздері", "Основы права", "Basics of law", "history"),
    Subject("arts-and-crafts", "Көркем еңбек", "Художественный труд", "Arts and crafts", "crafts"),
    Subject(
        "military",
        "Алғашқы әскери және технологиялық дайындық",
        "Начальная военная и технологическая подготовка",
        "Initial military training",
        "sport",
    ),
)
SUBJECTS = {subject.code: subject for subject in _ALL}

_PRIMARY_COMMON = "science-primary 1, world 1, music 1, visual-arts 1, labour-training 1"
_LOWER = "mathematics 5, informatics 1, science 2, history-kz 2, history-world 1"
_MIDDLE = "algebra 3, geometry 2, informatics 1, geography 2, biology 2, physics 2, history-kz 2"
_UPPER = (
    "analysis 4, geometry 2, informatics 2, physics 3, chemistry 3, biology 2, geography 1,"
    "history-kz 2, history-world 1, military 1, physical-education 3, english 3"
)
_SPORT = "physical-education 3"
_KK_LOWER = "kazakh 3, kazakh-literature 2, russian-second 3, english 3"
_RU_LOWER = "russian 3, russian-literature 2, kazakh-second 4, english 3"
_KK_MIDDLE = "kazakh 2, kazakh-literature 2, russian-second 3, english 3"
_RU_MIDDLE = "russian 2, russian-literature 2, kazakh-second 4, english 3"

_PLANS: dict[tuple[Medium, int], tuple[str, ...]] = {
    ("kk", 1): ("primer-kk 7, mathematics-primary 4", _PRIMARY_COMMON, _SPORT),
    ("ru", 1): ("primer-ru 6, kazakh-second 2, mathematics-primary 4", _PRIMARY_COMMON, _SPORT),
    ("kk", 2): (
        "kazakh-primary 4, reading-kk 3, russian-second 2, mathematics-primary 4",
        _PRIMARY_COMMON,
        "digital-literacy 1",
        _SPORT,
    ),
    ("ru", 2): (
        "russian-primary 4, reading-ru 3, kazakh-second 3, mathematics-primary 4",
        _PRIMARY_COMMON,
        "digital-literacy 1",
        _SPORT,
    ),
    ("kk", 3): (
        "kazakh-primary 4, reading-kk 3, russian-second 2, english 2, mathematics-primary 5",
        _PRIMARY_COMMON,
        "digital-literacy 1",
        _SPORT,
    ),
    ("ru", 3): (
        "russian-primary 4, reading-ru 3, kazakh-second 3, english 2, mathematics-primary 5",
        _PRIMARY_COMMON,
        "digital-literacy 1",
        _SPORT,
    ),
    ("kk", 5): (_KK_LOWER, _LOWER, "arts-and-crafts 2, music 1", _SPORT),
    ("ru", 5): (_RU_LOWER, _LOWER, "arts-and-crafts 2, music 1", _SPORT),
    ("kk", 7): (_KK_MIDDLE, _MIDDLE, "chemistry 1, history-world 1, arts-and-crafts 2", _SPORT),
    ("ru", 7): (_RU_MIDDLE, _MIDDLE, "chemistry 1, history-world 1, arts-and-crafts 2", _SPORT),
    ("kk", 8): (_KK_MIDDLE, _MIDDLE, "chemistry 2, history-world 1, arts-and-crafts 2", _SPORT),
    ("ru", 8): (_RU_MIDDLE, _MIDDLE, "chemistry 2, history-world 1, arts-and-crafts 2", _SPORT),
    ("kk", 9): (
        _KK_MIDDLE,
        _MIDDLE,
        "chemistry 2, history-world 1, law 1, arts-and-crafts 1",
        _SPORT,
    ),
    ("ru", 9): (
        _RU_MIDDLE,
        _MIDDLE,
        "chemistry 2, history-world 1, law 1, arts-and-crafts 1",
        _SPORT,
    ),
    ("kk", 10): ("kazakh 2, kazakh-literature 3, russian-second 2", _UPPER),
    ("ru", 10): ("russian 1, russian-literature 3, kazakh-second 3", _UPPER),
}
_SAME_AS = {4: 3, 6: 5, 11: 10}


@dataclass(frozen=True, slots=True)
class Hours:
    """A subject in a grade, with its lessons a week and how it is assessed."""

    subject: Subject
    weekly: int
    kind: SubjectKind


def plan(medium: Medium, grade: int) -> tuple[Hours, ...]:
    """Return what a grade is taught, in the order of the plan."""
    text = ", ".join(_PLANS[medium, _SAME_AS.get(grade, grade)])
    rows = (row.split() for row in text.replace(",", ", ").split(", ") if row.strip())
    return tuple(
        Hours(SUBJECTS[code], int(hours), subject_kind(code, grade=grade, hours=int(hours)))
        for code, hours in rows
    )
