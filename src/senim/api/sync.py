"""The road of operations: what a device did, perhaps offline, sent later and perhaps twice.

Each operation has an id its device made. It is done once, goes down the same services as a page's
form, and is answered by itself: one that cannot be done holds back no other.
See docs/reference/sync.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from senim.api.door import actor_of, answer, read, time_of
from senim.api.operations import KINDS, Body, Sent
from senim.api.problems import problem, worded
from senim.ledger import services as ledger
from senim.rules.access import Actor
from senim.rules.errors import Invalid, NotFound, Refusal
from senim.schools import queries as schools

MOST_OPERATIONS = 200
LONGEST_DAYS = 60
LONGEST_AGE_MS = LONGEST_DAYS * 24 * 60 * 60 * 1000


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one request brings; each operation is read by itself."""

    operations: list[msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and when it reached us."""

    actor: Actor
    at: datetime


@transaction.non_atomic_requests
def operations(request: HttpRequest) -> HttpResponse:
    """Do each operation of a batch once, in the order sent, and answer each.

    Each has a transaction of its own: what is done is done, though a later one breaks.
    """
    sender = Sender(actor_of(request), time_of(request))
    try:
        sent = _batch(request)
    except Invalid as refusal:
        return problem(refusal, sender.actor.language)
    answers = [_answered(one, f"$.operations[{number}]", sender) for number, one in enumerate(sent)]
    return answer({"at": sender.at, "answers": answers})


def _batch(request: HttpRequest) -> list[msgspec.Raw]:
    sent = read(request.body, Batch, place="$").operations
    if len(sent) > MOST_OPERATIONS:
        raise Invalid("operations_too_many", most=MOST_OPERATIONS, place="$.operations")
    return sent


def _answered(sent: msgspec.Raw, place: str, sender: Sender) -> dict[str, Any]:
    op_id = None
    try:
        operation = read(sent, Sent, place=place)
        op_id = operation.op_id
        done = _done(operation, place, sender)
    except Refusal as refusal:
        return _refused(op_id, refusal, sender)
    if done["status"] == "refused":
        return _refused(op_id, Refusal(done["code"]), sender)
    return {"op_id": op_id, **done}


def _refused(op_id: UUID | None, refusal: Refusal, sender: Sender) -> dict[str, Any]:
    said = msgspec.to_builtins(worded(refusal, sender.actor.language))
    return {"op_id": op_id, "status": "refused", **said}


def _done(operation: Sent, place: str, sender: Sender) -> dict[str, Any]:
    """Do an operation, or return what was answered when it was done. Raises Refusal."""
    shape = KINDS.get(operation.kind)
    if shape is None:
        raise Invalid("operation_kind", kind=operation.kind[:60], place=f"{place}.kind")
    body = read(operation.body, shape, place=f"{place}.body")
    event_at = _event_at(operation.age_ms, sender.at, place)
    klass = schools.class_card(body.class_id)
    if klass is None:
        raise NotFound("access_ended")
    return ledger.once(
        operation.op_id,
        _named(operation.kind, body),
        actor=sender.actor,
        school_id=klass.school_id,
        at=sender.at,
        do=lambda: _do(operation, body, klass.school_id, event_at, sender),
    )


def _named(kind: str, body: Body) -> Mapping[str, Any]:
    return {"kind": kind, "body": msgspec.to_builtins(body, str_keys=True)}


def _event_at(age_ms: int, at: datetime, place: str) -> datetime:
    if age_ms < 0:
        raise Invalid("event_in_future", place=f"{place}.age_ms")
    if age_ms > LONGEST_AGE_MS:
        raise Invalid("event_too_old", most=LONGEST_DAYS, place=f"{place}.age_ms")
    return at - timedelta(milliseconds=age_ms)


def _do(
    operation: Sent, body: Body, school_id: UUID, event_at: datetime, sender: Sender
) -> dict[str, Any]:
    """Do the change; where access has ended meanwhile, put the refusal on record instead."""
    try:
        return body.save(
            actor=sender.actor,
            at=sender.at,
            event_at=event_at,
            time_uncertain=operation.time_uncertain,
            op_id=operation.op_id,
        )
    except NotFound:
        thing = ledger.Thing("klass", body.class_id, school_id)
        ledger.refused(thing, actor=sender.actor, at=sender.at, event=body.event)
        return {"status": "refused", "code": "access_ended"}
