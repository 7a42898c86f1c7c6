"""Holding an account that read beyond its habit, and letting it go on.

Held, it reads nothing but its own classes and its own record, in all its sessions from their next
request on. Somebody else who leads there answers the case within one working day; only that lets it
go on. See docs/decisions/0012-held-accounts.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable

from senim.ledger import cases
from senim.ledger import services as ledger
from senim.ledger.models import Case, Hold
from senim.rules.access import Actor, Hat
from senim.rules.errors import Invalid, NotFound
from senim.rules.working_days import due

OWN_HATS = frozenset({Hat.TEACHER, Hat.PUPIL, Hat.GUARDIAN})
"""Hats under which one sees one's own classes and one's own record alone; a hold leaves them."""

_above: dict[str, Callable[[UUID], UUID | None]] = {}


def ask_above(asked: Callable[[UUID], UUID | None]) -> None:
    """Let the app that knows organisations say which one stands over a school."""
    _above["of"] = asked


def above(school_id: UUID) -> UUID | None:
    """Return the organisation over a school, if one is known."""
    return _above["of"](school_id) if _above else None


def is_held(account_id: Combinable | str) -> Exists:
    """Return the condition that an account is held, for the query that reads the account."""
    outer = OuterRef(account_id) if isinstance(account_id, str) else account_id
    return Exists(Hold.objects.filter(account_id=outer, released_at__isnull=True))


def hold(thing: ledger.Thing, rule: str, *, actor: Actor, at: datetime) -> None:
    """Hold an account over what it asked for, once: open the case and tell who has to know.

    The head is told, as whoever leads the school; over one who leads there, the organisation above
    as well; and the person.
    """
    if Hold.objects.filter(account_id=actor.account_id, released_at__isnull=True).exists():
        return
    try:
        with transaction.atomic():
            _hold(thing, rule, actor=actor, at=at)
    except IntegrityError:
        return  # another worker held it between the look-up and the insert


def _hold(thing: ledger.Thing, rule: str, *, actor: Actor, at: datetime) -> None:
    school_id, account = thing.school_id, ledger.Thing("account", actor.account_id, thing.school_id)
    last = due(actor.viewer.on, 1)
    case = cases.open_case(Case.Kind.HELD, account, due_on=last, actor=None, at=at)
    with ledger.entry("ledger.account.held", account, actor=None, at=at) as entry:
        Hold.objects.create(
            school_id=school_id,
            account_id=actor.account_id,
            user_id=actor.user_id,
            case=case,
            rule=rule,
            at=at,
        )
        facts = {"number": case.number}
        leads = school_id in actor.viewer.led_school_ids
        for told in (school_id, above(school_id) if leads else None):
            if told:
                cases.tell("account_held", school_id=told, at=at, case=case, facts=facts)
        cases.tell(
            "own_account_held",
            school_id=school_id,
            at=at,
            user_id=actor.user_id,
            case=case,
            facts=facts,
        )
        entry.facts = {"rule": rule, "case": case.id, "person": actor.user_id}


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """What the owner of a held account is told: since when, over which limit, which case."""

    at: datetime
    rule: str
    number: int
    due_on: date


def held(account_id: UUID) -> HeldAccount | None:
    """Return over what an account is held, or None."""
    found = (
        Hold.objects.filter(account_id=account_id, released_at__isnull=True)
        .order_by("at")
        .values_list("at", "rule", "case__number", "case__due_on")
        .first()
    )
    return HeldAccount(*found) if found else None


def held_over(case: Case) -> tuple[UUID, str] | None:
    """Return whose account a case holds and the limit it crossed; None for any other case."""
    rows = Hold.objects.filter(case=case)
    return rows.values_list("user_id", "rule").first() if case.kind == Case.Kind.HELD else None


def may_release(case: Case, actor: Actor) -> bool:
    """Say whether an actor leads where the account is held, or above, and is another person."""
    led = actor.viewer.led_school_ids
    leads = case.school_id in led or bool(led and above(case.school_id) in led)
    own = Hold.objects.filter(case=case, user_id=actor.user_id).exists()
    return leads and not own


def release(case: Case, answer: str, *, actor: Actor, at: datetime) -> None:
    """Answer the case of a held account and let it go on; its counts start anew.

    The door has asked for a step-up. Raises NotFound unless the case holds an account and the actor
    leads there (or above) and is another person; Invalid("answer_missing") without words.
    """
    if case.kind != Case.Kind.HELD or not may_release(case, actor):
        raise NotFound("not_found")
    if not answer.strip():
        raise Invalid("answer_missing", field="answer")
    with transaction.atomic():
        cases.answer_case(case, answer, actor=actor, at=at)
        held_now = Hold.objects.filter(case=case, released_at__isnull=True).first()
        if held_now is None:
            return
        account = ledger.Thing("account", held_now.account_id, case.school_id)
        with ledger.entry("ledger.account.released", account, actor=actor, at=at) as entry:
            Hold.objects.filter(id=held_now.id).update(released_at=at, released_by=actor.user_id)
            cases.tell(
                "own_account_released",
                school_id=case.school_id,
                at=at,
                user_id=held_now.user_id,
                case=case,
                facts={"number": case.number},
            )
            entry.facts = {"case": case.id, "person": held_now.user_id}
