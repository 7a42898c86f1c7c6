"""How long a record may be opened for somebody who has no tie to it, and on what words.

Three kinds: emergency (a child in danger, opened by the school's own staff), case (an official with
a case number), support (the school asks for help). Source: docs/decisions/0010-openings.md.
"""

from datetime import datetime, timedelta

from senim.rules.errors import Invalid

EMERGENCY = timedelta(minutes=30)
CASE = timedelta(minutes=60)
LONGEST_SUPPORT = timedelta(hours=4)
SHORTEST_REASON = 20
LONGEST_REASON = 1000
REVIEW_DAYS = 1
"""Working days in which the school's lead answers for an emergency opening."""


def reason_of(text: str) -> str:
    """Return the reason as it is kept. Raises Invalid("reason_short" or "reason_long").

    Letters are counted, so that neither spaces nor dots make a reason.
    """
    said = " ".join(text.split())
    if sum(letter.isalpha() for letter in said) < SHORTEST_REASON:
        raise Invalid("reason_short", least=SHORTEST_REASON, field="reason")
    if len(said) > LONGEST_REASON:
        raise Invalid("reason_long", longest=LONGEST_REASON, field="reason")
    return said


def case_number_of(text: str) -> str:
    """Return a case's number as it is kept. Raises Invalid("case_number_missing")."""
    number = " ".join(text.split())
    if not any(sign.isdigit() for sign in number) or len(number) > 60:
        raise Invalid("case_number_missing", field="ground")
    return number


def support_ends(hours: str, *, at: datetime) -> datetime:
    """Return when a support opening of so many whole hours ends. Raises Invalid("support_long")."""
    longest = LONGEST_SUPPORT // timedelta(hours=1)
    if hours not in {str(n) for n in range(1, longest + 1)}:
        raise Invalid("support_long", most=longest, field="hours")
    return at + timedelta(hours=int(hours))
