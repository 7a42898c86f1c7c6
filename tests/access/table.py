"""Who may see what: the expectations, written by hand from the access table of docs/threats.md.

Nothing here comes from `senim`: a row says a page, whose page it is, who may open it, and which
planted strings they then see. Everyone who is not named gets none of them.
"""

from dataclasses import dataclass, field

SCHOOL_LEADS = frozenset({"deputy", "head"})
STAFF_WHO_OWE_A_FACTOR = frozenset({"half_signed_in"})

PERSONAS: dict[str, tuple[str, str]] = {
    # persona: (who of the cast signs in, the hat they wear; empty is their first)
    "anonymous": ("", ""),
    "half_signed_in": ("teacher", ""),
    "teacher": ("teacher", ""),
    "pupil_at_the_teachers_screen": ("teacher", ""),
    "homeroom": ("homeroom", ""),
    "other_teacher": ("other_teacher", ""),
    "teacher_parent_as_teacher": ("teacher_parent", ""),
    "teacher_parent_as_parent": ("teacher_parent", "guardian"),
    "ex_teacher": ("ex_teacher", ""),
    "teacher_elsewhere": ("teacher_elsewhere", ""),
    "deputy": ("deputy", ""),
    "head": ("head", ""),
    "ex_deputy": ("ex_deputy", ""),
    "clerk": ("clerk", ""),
    "head_elsewhere": ("head_elsewhere", ""),
    "pupil": ("pupil", ""),
    "classmate": ("classmate", ""),
    "pupil_of_8": ("pupil_of_8", ""),
    "pupil_elsewhere": ("pupil_elsewhere", ""),
    "transferred": ("transferred", ""),
    "mother": ("mother", ""),
    "father_restricted": ("father_restricted", ""),
    "father_by_order": ("father_by_order", ""),
    "ex_guardian": ("ex_guardian", ""),
    "mother_of_classmate": ("mother_of_classmate", ""),
    "mother_elsewhere": ("mother_elsewhere", ""),
    "official": ("official", ""),
    "nobody": ("nobody", ""),
    "teacher_wearing_anothers_hat": ("teacher", "stolen"),
}


@dataclass(frozen=True)
class Row:
    """One page of one thing. shows: planted strings that everyone allowed sees.

    some: strings only some of those allowed see. post: the form sent with POST, where there is one.
    """

    page: str
    path: str
    allowed: frozenset[str]
    shows: frozenset[str] = frozenset()
    some: dict[str, frozenset[str]] = field(default_factory=dict)


def people(*names: str) -> frozenset[str]:
    """Return a set of personas."""
    return frozenset(names)


TEACHER = people("teacher", "pupil_at_the_teachers_screen")
CLASS_7A = people("pupil", "classmate", "third_pupil", "fourth_pupil", "fifth_pupil")


def names(*pupils: str) -> frozenset[str]:
    """Return the planted name strings of pupils."""
    return frozenset(f"name:{pupil}" for pupil in pupils)


def marks(subject: str, *pupils: str) -> frozenset[str]:
    """Return the planted comment strings of pupils' marks in a subject."""
    return frozenset(f"mark:{subject}:{pupil}" for pupil in pupils)


ALL_OF_7A = tuple(sorted(CLASS_7A))
ALL_OF_8A = ("pupil_of_8", "sister")

ROWS = (
    # A lesson: its teacher; the homeroom teacher of the class sees all its subjects.
    Row(
        "lesson",
        "/lesson/{algebra}/2026-11-18/3/",
        TEACHER | people("homeroom"),
        names(*ALL_OF_7A) | marks("algebra", "pupil", "classmate"),
    ),
    Row(
        "lesson",
        "/lesson/{history}/2026-11-18/4/",
        people("homeroom"),
        names(*ALL_OF_7A) | marks("history", "pupil", "classmate"),
    ),
    Row(
        "lesson",
        "/lesson/{algebra_8a}/2026-11-18/3/",
        people("teacher_parent_as_teacher"),
        names(*ALL_OF_8A) | marks("algebra_8a", "sister"),
    ),
    Row(
        "lesson",
        "/lesson/{algebra_p7}/2026-11-18/3/",
        people("teacher_elsewhere"),
        names("brother", "pupil_elsewhere", "transferred") | marks("algebra_p7", "brother"),
    ),
    # A register: its teacher, the homeroom teacher, and those who lead the school.
    Row(
        "register",
        "/register/{algebra}/",
        TEACHER | people("homeroom") | SCHOOL_LEADS,
        names(*ALL_OF_7A),
    ),
    Row("register", "/register/{history}/", people("homeroom") | SCHOOL_LEADS, names(*ALL_OF_7A)),
    Row(
        "register",
        "/register/{algebra_8a}/",
        people("teacher_parent_as_teacher") | SCHOOL_LEADS,
        names(*ALL_OF_8A),
    ),
    Row(
        "register",
        "/register/{algebra_p7}/",
        people("teacher_elsewhere", "head_elsewhere"),
        names("brother", "pupil_elsewhere", "transferred"),
    ),
)


GUARDIANS = {
    "pupil": people("mother"),
    "classmate": people("mother_of_classmate", "father_by_order"),
    "third_pupil": people("teacher_parent_as_parent"),
    "sister": people("mother"),
    "brother": people("mother"),
    "pupil_elsewhere": people("mother_elsewhere"),
    "transferred": people(),
}
"""Whose guardian is in force on the day; the father by order sees marks and nothing else."""

WHOLE_RECORD = {
    "birch7": people("homeroom") | SCHOOL_LEADS,
    "birch8": SCHOOL_LEADS,
    "poplar": people("head_elsewhere"),
}
"""Which staff may open a pupil's whole diary: the homeroom teacher and those who lead."""

SCHOOL_OF = {"sister": "birch8", "brother": "poplar", "pupil_elsewhere": "poplar"} | {
    "transferred": "poplar"
}
PLANTED = {
    "pupil": marks("algebra", "pupil") | marks("history", "pupil"),
    "classmate": marks("algebra", "classmate") | marks("history", "classmate"),
    "sister": marks("algebra_8a", "sister"),
    "brother": marks("algebra_p7", "brother"),
}


def diary_rows() -> tuple[Row, ...]:
    """Return the rows of every pupil's diary: the week, the week as JSON, the term sheet."""
    rows = []
    for child, guardians in GUARDIANS.items():
        allowed = guardians | people(child) & PERSONAS.keys()
        allowed |= WHOLE_RECORD[SCHOOL_OF.get(child, "birch7")]
        week = PLANTED.get(child, frozenset())
        rows += [
            Row("diary_week", f"/diary/{{member:{child}}}/?week=2026-W47", allowed, week),
            Row(
                "api_diary_week",
                f"/api/v1/diary/{{member:{child}}}/week?week=2026-W47",
                allowed,
                week,
            ),
            Row("diary_term", f"/diary/{{member:{child}}}/term/", allowed),
        ]
    return tuple(rows)


OFFICE = people("deputy", "head", "clerk")
OFFICE_ROWS = (
    Row(
        "office_people",
        "/office/people/",
        OFFICE | people("head_elsewhere"),
        some={
            "deputy": names(*ALL_OF_7A, *ALL_OF_8A),
            "head": names(*ALL_OF_7A, *ALL_OF_8A),
            "clerk": names(*ALL_OF_7A, *ALL_OF_8A),
            "head_elsewhere": names("brother", "pupil_elsewhere", "transferred"),
        },
    ),
    Row("office", "/office/", OFFICE | people("head_elsewhere")),
    Row("office_classes", "/office/classes/", OFFICE | people("head_elsewhere")),
    Row("office_timetable", "/office/timetable/", OFFICE | people("head_elsewhere")),
    Row("office_imports", "/office/imports/", OFFICE | people("head_elsewhere")),
    Row("office_cards", "/office/cards/", OFFICE | people("head_elsewhere")),
    Row("office_person", "/office/people/{member:pupil}/", OFFICE, names("pupil")),
)
