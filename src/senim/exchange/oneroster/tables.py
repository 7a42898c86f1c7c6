"""The files of OneRoster that are read, the columns taken from each, and what their words mean.

A column that is not listed is never read: passwords are not, nor race, whatever a file has.
"""

from collections.abc import Mapping
from dataclasses import dataclass

VERSIONS = ("1.1", "1.2")
REMOVED = frozenset({"tobedeleted", "inactive"})
MODES = ("bulk", "delta", "absent")
LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class FileForm:
    """One file: the columns taken from it and those without which it cannot be read."""

    columns: frozenset[str]
    needed: frozenset[str]


def _form(needed: str, others: str) -> FileForm:
    must = frozenset({"sourcedId", *needed.split()})
    return FileForm(must | {"status", *others.split()}, must)


FILES: Mapping[str, FileForm] = {
    "orgs": _form("name type", "identifier parentSourcedId"),
    "academicSessions": _form("title type startDate endDate", "parentSourcedId schoolYear"),
    "courses": _form("title", "courseCode orgSourcedId"),
    "classes": _form(
        "title courseSourcedId schoolSourcedId", "grades classCode classType termSourcedIds"
    ),
    "users": _form(
        "givenName familyName",
        "enabledUser orgSourcedIds role username userIds middleName email sms phone "
        "agentSourcedIds",
    ),
    "demographics": _form("", "birthDate sex"),
    "roles": _form("userSourcedId role orgSourcedId", "beginDate endDate"),
    "enrollments": _form("classSourcedId userSourcedId role", "schoolSourcedId beginDate endDate"),
}

UNUSED = frozenset(
    {
        *("categories", "classResources", "courseResources", "lineItems", "resources", "results"),
        *("lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds"),
        *("resultScoreScales", "scoreScales", "userProfiles", "userResources"),
    }
)

ORG_KINDS: Mapping[str, str] = {
    "department": "department",
    "school": "school",
    "district": "district",
    "local": "district",
    "state": "region",
    "national": "republic",
}
SESSION_KINDS: Mapping[str, str] = {
    "schoolYear": "schoolYear",
    "semester": "semester",
    "term": "term",
    "gradingPeriod": "term",
}
CLASS_KINDS: Mapping[str, str] = {"homeroom": "homeroom", "scheduled": "scheduled"}
SEXES: Mapping[str, str] = {"male": "male", "female": "female", "unspecified": "", "other": ""}
SEATS: Mapping[str, str] = {
    "student": "student",
    "teacher": "teacher",
    "administrator": "",
    "aide": "",
    "guardian": "",
    "parent": "",
    "proctor": "",
    "relative": "",
}
"""Roles in a class; the empty ones have no seat here."""

ROLES: Mapping[str, str] = {
    word: word
    for word in (
        *("student", "teacher", "aide", "counselor", "proctor"),
        *("parent", "guardian", "relative"),
        *("administrator", "principal", "siteAdministrator"),
        *("districtAdministrator", "systemAdministrator"),
    )
}
POSTS: Mapping[str, str] = {
    "principal": "head",
    "administrator": "clerk",
    "siteAdministrator": "clerk",
    "districtAdministrator": "official",
}
"""Which roles are a post. Teaching is told by enrolments; running the servers opens no record."""

RELATIVES = frozenset({"parent", "guardian", "relative"})
