"""Asking about a look, and the school's answer: a case with a day, told to whom it concerns."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from senim.ledger import cases, tripwire
from senim.ledger.cases import Case
from senim.ledger.services import Thing
from senim.privacy import reading
from senim.privacy.reading import Reader
from senim.rules.access import Actor
from senim.rules.errors import Invalid, NotFound
from senim.rules.working_days import due

__all__ = ["Case", "answer", "ask"]

FAMILY_QUESTION_WORKING_DAYS = 5
"""How long a school has to answer a family's question about a look. Our choice: no act sets it."""

MOST_WORDS = 2000
MOST_OPEN = 10


def ask(reader: Reader, entry_id: UUID, said: str, *, actor: Actor, at: datetime) -> Case:
    """Open a case about a look that the reader may read of, and tell whoever leads the school.

    Raises NotFound for any other look; Invalid "question_missing" without words,
    "question_too_long", "question_asked" while one about the same look waits for its answer,
    "questions_many" while ten of the reader's do.
    """
    told = reading.one(reader, entry_id)
    waiting = [case for case in reader.cases if case.answered_at is None]
    if not said.strip():
        raise Invalid("question_missing", field="said")
    if len(said) > MOST_WORDS:
        raise Invalid("question_too_long", field="said", most=MOST_WORDS)
    if any(case.about == told.line.first.row.id for case in waiting):
        raise Invalid("question_asked", field="said")
    if len(waiting) >= MOST_OPEN:
        raise Invalid("questions_many", field="said", most=MOST_OPEN)
    with transaction.atomic():
        case = cases.open_case(
            Case.Kind.LOOKS_WRONG,
            Thing("entry", entry_id, reader.child.school_id),
            due_on=due(reader.on, FAMILY_QUESTION_WORKING_DAYS),
            actor=actor,
            at=at,
            member_id=reader.child.member_id,
            said=said.strip(),
        )
        cases.tell("case_asked", school_id=case.school_id, at=at, case=case)
    return case


def answer(case: Case, said: str, *, actor: Actor, at: datetime) -> None:
    """Answer a case of a school the actor leads, and tell the person who asked.

    Raises NotFound for anybody else and for what is answered, Invalid "answer_missing" without
    words, "answer_too_long".
    """
    if case.school_id not in actor.viewer.led_school_ids:
        raise NotFound("not_found")
    if len(said) > MOST_WORDS:
        raise Invalid("answer_too_long", field="answer", most=MOST_WORDS)
    if case.kind == Case.Kind.HELD:
        tripwire.release(case, said, actor=actor, at=at)
        return
    with transaction.atomic():
        cases.answer_case(case, said, actor=actor, at=at)
        if case.opened_by:
            cases.tell(
                "case_answered",
                school_id=case.school_id,
                at=at,
                user_id=case.opened_by,
                case=case,
            )
