"""Attendance as it is kept and as it is shown. Pure.

Kept are two facts: presence, which the teacher saw, and the reason, which somebody else may know
better. Shown is one sign: here, ж, д, а or к.
"""

from enum import StrEnum


class Presence(StrEnum):
    """What the teacher saw."""

    PRESENT = "present"
    ABSENT = "absent"
    LATE = "late"


class Reason(StrEnum):
    """Why, as far as it is known."""

    UNKNOWN = "unknown"
    INVALID = "invalid"
    VALID = "valid"
    ILL = "ill"


class Sign(StrEnum):
    """What stands in the register; its letter in each language is the pages' word."""

    HERE = "here"
    UNEXCUSED = "unexcused"
    EXCUSED = "excused"
    ILL = "ill"
    LATE = "late"


def sign_of(presence: str, reason: str) -> Sign:
    """Return the sign of a presence and a reason.

    An absence whose reason is not known yet is shown as one without a valid reason.
    """
    if presence == Presence.PRESENT:
        return Sign.HERE
    if presence == Presence.LATE:
        return Sign.LATE
    if reason == Reason.ILL:
        return Sign.ILL
    return Sign.EXCUSED if reason == Reason.VALID else Sign.UNEXCUSED


def said_by(sign: Sign) -> tuple[Presence, Reason]:
    """Return what a teacher says who puts the sign.

    A bare «ж» says that somebody is away; that there is no valid reason is for the homeroom teacher
    to settle.
    """
    match sign:
        case Sign.HERE:
            return Presence.PRESENT, Reason.UNKNOWN
        case Sign.LATE:
            return Presence.LATE, Reason.UNKNOWN
        case Sign.UNEXCUSED:
            return Presence.ABSENT, Reason.UNKNOWN
        case Sign.EXCUSED:
            return Presence.ABSENT, Reason.VALID
        case Sign.ILL:
            return Presence.ABSENT, Reason.ILL
