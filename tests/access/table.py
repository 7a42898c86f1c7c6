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
    "hidden": ("hidden", ""),
    "mother_hidden": ("mother_hidden", ""),
    "father_of_hidden": ("father_of_hidden", ""),
    "father_of_fourth": ("father_of_fourth", ""),
    "official": ("official", ""),
    "nobody": ("nobody", ""),
    # Openings of the record of `pupil`, or of the Birch school; see tests/openings.py.
    "emergency": ("teacher", "emergency"),
    "emergency_after_leaving": ("ex_teacher", "after_leaving"),
    "official_with_case": ("official", "case"),
    "support_without_opening": ("support", ""),
    "support": ("support", "support"),
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
SEEN_IN_8A = ("pupil_of_8", "sister")
ALL_OF_8A = (*SEEN_IN_8A, "hidden")
"""One girl is under protected identity: of the staff her teachers and who leads see her."""

ROWS = (
    # A lesson: its teacher; the homeroom teacher of the class sees all its subjects.
    Row(
        "lesson",
        "/lesson/{algebra}/2026-11-18/3/",
        TEACHER | people("homeroom", "support"),
        names(*ALL_OF_7A) | marks("algebra", "pupil", "classmate"),
    ),
    Row(
        "lesson",
        "/lesson/{history}/2026-11-18/4/",
        people("homeroom", "support"),
        names(*ALL_OF_7A) | marks("history", "pupil", "classmate"),
    ),
    Row(
        "lesson",
        "/lesson/{algebra_8a}/2026-11-18/3/",
        people("teacher_parent_as_teacher", "support"),
        names(*SEEN_IN_8A) | marks("algebra_8a", "sister"),
        some={"teacher_parent_as_teacher": names("hidden")},
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
        TEACHER | people("homeroom", "support") | SCHOOL_LEADS,
        names(*ALL_OF_7A),
    ),
    Row(
        "register",
        "/register/{history}/",
        people("homeroom", "support") | SCHOOL_LEADS,
        names(*ALL_OF_7A),
    ),
    Row(
        "register",
        "/register/{algebra_8a}/",
        people("teacher_parent_as_teacher", "support") | SCHOOL_LEADS,
        names(*SEEN_IN_8A),
        some=dict.fromkeys(("teacher_parent_as_teacher", *SCHOOL_LEADS), names("hidden")),
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
    "hidden": people("mother_hidden"),
    "fourth_pupil": people("mother_hidden", "father_of_fourth"),
}
"""Whose guardian is in force on the day; the father by order sees marks and nothing else."""

WHOLE_RECORD = {
    "birch7": people("homeroom") | SCHOOL_LEADS,
    "birch8": SCHOOL_LEADS,
    "poplar": people("head_elsewhere"),
}
"""Which staff may open a pupil's whole diary: the homeroom teacher and those who lead."""

SCHOOL_OF = {
    "sister": "birch8",
    "hidden": "birch8",
    "brother": "poplar",
    "pupil_elsewhere": "poplar",
} | {"transferred": "poplar"}
PLANTED = {
    "pupil": marks("algebra", "pupil") | marks("history", "pupil"),
    "classmate": marks("algebra", "classmate") | marks("history", "classmate"),
    "sister": marks("algebra_8a", "sister"),
    "brother": marks("algebra_p7", "brother"),
}


OPENED = {"pupil": people("emergency", "official_with_case")}
"""Whose record is opened to whom for a while: pages of one child, and no road for machines."""


def supported(child: str) -> frozenset[str]:
    """Return the support person, for pupils of the school that opened its pages."""
    of_birch = SCHOOL_OF.get(child, "birch7").startswith("birch") and child != "hidden"
    return people("support") if of_birch else people()


def diary_rows() -> tuple[Row, ...]:
    """Return the rows of every pupil's diary: the week, the week as JSON, the term sheet."""
    rows = []
    for child, guardians in GUARDIANS.items():
        allowed = guardians | people(child) & PERSONAS.keys()
        allowed |= WHOLE_RECORD[SCHOOL_OF.get(child, "birch7")]
        week = PLANTED.get(child, frozenset())
        rows += [
            Row(
                "diary_week",
                f"/diary/{{member:{child}}}/?week=2026-W47",
                allowed | OPENED.get(child, frozenset()) | supported(child),
                week,
            ),
            Row(
                "api_diary_week",
                f"/api/v1/diary/{{member:{child}}}/week?week=2026-W47",
                allowed,
                week,
            ),
            Row(
                "diary_term",
                f"/diary/{{member:{child}}}/term/",
                allowed | OPENED.get(child, frozenset()),
            ),
            Row(
                "diary_about",
                f"/diary/{{member:{child}}}/about/",
                (guardians | people(child)) & PERSONAS.keys() - {"father_by_order"},
                names(child),
            ),
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
            "clerk": names(*ALL_OF_7A, *SEEN_IN_8A),
            "head_elsewhere": names("brother", "pupil_elsewhere", "transferred"),
        },
    ),
    Row("office", "/office/", OFFICE | people("head_elsewhere")),
    Row("office_classes", "/office/classes/", OFFICE | people("head_elsewhere")),
    Row("office_timetable", "/office/timetable/", OFFICE | people("head_elsewhere")),
    Row("office_imports", "/office/imports/", OFFICE | people("head_elsewhere")),
    Row("office_cards", "/office/cards/", OFFICE | people("head_elsewhere")),
    Row("office_person", "/office/people/{member:pupil}/", OFFICE, names("pupil")),
    Row("office_person", "/office/people/{member:hidden}/", SCHOOL_LEADS, names("hidden")),
)


def looked_rows() -> tuple[Row, ...]:
    """Return the rows of who looked: guardians in force, and nobody else, not even the school."""
    readers = {child: GUARDIANS[child] - {"father_by_order"} for child in ("pupil", "classmate")}
    asked = {"mother": frozenset({"asked"})}
    rows = [
        Row("looked_child", f"/looked/{{member:{child}}}/", readers[child], some=asked)
        for child in readers
    ]
    rows += [
        Row(page, f"/looked/{{member:pupil}}/{what}/{{look}}/", readers["pupil"])
        for page, what in (("looked_wrong", "wrong"), ("looked_proof", "proof"))
    ]
    return tuple(rows)


CASE_ROWS = (
    # The school's cases: those who lead it. What the mother asked, they alone read.
    Row("cases", "/office/cases/", SCHOOL_LEADS | people("head_elsewhere")),
    Row("case", "/office/cases/{case}/", SCHOOL_LEADS, names("pupil") | frozenset({"asked"})),
)


STAFF_OF_BIRCH = TEACHER | OFFICE | people("homeroom", "other_teacher", "teacher_parent_as_teacher")
OPENING_ROWS = (
    # Who may ask for emergency access, and of whom: staff, of a pupil of their own school.
    Row("emergency", "/emergency/", STAFF_OF_BIRCH | people("teacher_elsewhere", "head_elsewhere")),
    Row("emergency_member", "/emergency/{member:pupil}/", STAFF_OF_BIRCH),
    Row("emergency_member", "/emergency/{member:hidden}/", STAFF_OF_BIRCH),
    Row(
        "opened",
        "/opened/",
        people("emergency", "official_with_case", "support"),
        some=dict.fromkeys(("emergency", "official_with_case"), names("pupil")),
    ),
    Row("office_support", "/office/support/", SCHOOL_LEADS | people("head_elsewhere")),
    # An official: figures, and a form that opens nothing by itself.
    Row("region", "/region/", people("official")),
    Row("region_child", "/region/child/", people("official")),
)
