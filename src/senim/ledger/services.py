"""Writing to the ledger: the one way a change is made, and the one way a look is recorded."""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from senim.base.ids import uuid7
from senim.base.scope import entry_opened
from senim.ledger import readings
from senim.ledger.models import Entry, Opening, Operation, Outgoing, Seen
from senim.rules import canonical
from senim.rules.access import TEMPORARY_HATS, Actor, Subject, fields_open, is_daily_work, is_own
from senim.rules.errors import Held, Invalid, NotFound
from senim.rules.fields import gate
from senim.rules.tripwire import Channel

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Thing:
    """What an entry is about: a kind ("klass", "member", "org" …), its id and its school.

    span: the days [starts, ends) whose class was shown, where it is a class. members: who stood on
    a list that is no class. pupils: how many were shown. purpose: for what, where it was asked, as
    a code of words `purpose.<code>`. group: the homeroom class of the pupils shown, by which its
    registers count once.
    """

    kind: str
    id: UUID
    school_id: UUID
    span: tuple[date, date] | None = None
    members: tuple[UUID, ...] = ()
    pupils: int = 1
    purpose: str = ""
    group: UUID | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """What a look at it showed, as the facts of its entry."""
        facts: dict[str, Any] = {}
        if self.span:
            facts["from"], facts["to"] = self.span
        if self.members:
            facts["members"] = self.members
        if self.purpose:
            facts["purpose"] = self.purpose
        return facts


@dataclass(slots=True)
class Draft:
    """An open entry: the service adds the facts of the change before it closes."""

    facts: dict[str, Any] = field(default_factory=dict)
    outgoing: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def tell(self, topic: str, **body: Any) -> None:
        """Put a message to other systems beside the change, in the same transaction."""
        self.outgoing.append((topic, body))


def _write(
    *,
    kind: Entry.Kind,
    event: str,
    thing: Thing,
    actor: Actor | None,
    at: datetime,
    facts: Mapping[str, Any],
    op_id: UUID | None = None,
    once_key: str | None = None,
) -> Entry:
    entry_id, salt = uuid7(), secrets.token_bytes(32)
    facts = {**facts, **_opening(actor)}
    row = Entry(
        id=entry_id,
        school_id=thing.school_id,
        at=at,
        kind=kind,
        event=event,
        actor_id=actor.account_id if actor else None,
        user_id=actor.user_id if actor else None,
        hat=actor.viewer.hat if actor else "",
        subject_kind=thing.kind,
        subject_id=thing.id,
        op_id=op_id,
        once_key=once_key,
    )
    row.canonical = canonical.entry_bytes(
        entry_id=entry_id,
        at=at,
        school_id=thing.school_id,
        kind=kind.value,
        event=event,
        actor_id=row.actor_id,
        user_id=row.user_id,
        hat=row.hat,
        subject_kind=thing.kind,
        subject_id=thing.id,
        op_id=op_id,
        commitment_hex=canonical.commitment(facts, salt=salt),
    )
    opening = Opening(
        id=entry_id, school_id=thing.school_id, salt=salt, facts=canonical.canonical_json(facts)
    )
    row.save(force_insert=True)
    opening.save(force_insert=True)
    if thing.members:
        Seen.objects.bulk_create(
            Seen(school_id=thing.school_id, entry_id=entry_id, member_id=member)
            for member in thing.members
        )
    return row


def _opening(actor: Actor | None) -> dict[str, Any]:
    """Name the temporary opening under which something is done, so that its ground is found."""
    if actor is None or actor.viewer.hat not in TEMPORARY_HATS:
        return {}
    return {"access": actor.hat_id}


@contextmanager
def entry(
    event: str,
    thing: Thing,
    *,
    actor: Actor | None,
    at: datetime,
    op_id: UUID | None = None,
    over_schools: str = "",
) -> Iterator[Draft]:
    """Open a transaction in which rows may be written, and close it with one ledger entry.

    actor: None for what the installation does by itself (a job), which the event then names.
    over_schools: why rows of other schools than the thing's are touched as well, where they are;
    PostgreSQL refuses them without.
    """
    with transaction.atomic():
        draft = Draft()
        with entry_opened(None if over_schools else thing.school_id):
            yield draft
        _write(
            kind=Entry.Kind.CHANGE,
            event=event,
            thing=thing,
            actor=actor,
            at=at,
            facts=draft.facts,
            op_id=op_id,
        )
        Outgoing.objects.bulk_create(
            Outgoing(school_id=thing.school_id, topic=topic, body=body, at=at)
            for topic, body in draft.outgoing
        )


def once(
    op_id: UUID,
    body: Mapping[str, Any],
    *,
    actor: Actor,
    school_id: UUID,
    at: datetime,
    do: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Do an operation named by its client once, and answer the same ever after.

    Raises Invalid("operation_differs") when the id was used for another body, and NotFound when it
    was used by another account. The operation's row and the change share one transaction.
    """
    digest = hashlib.sha256(canonical.canonical_json(body)).digest()
    earlier = _earlier(op_id, digest, actor)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            answer = do()
            Operation.objects.bulk_create(
                [
                    Operation(
                        id=op_id,
                        school_id=school_id,
                        account_id=actor.account_id,
                        body_hash=digest,
                        answer=answer,
                        at=at,
                    )
                ]
            )
    except IntegrityError:
        raced = _earlier(op_id, digest, actor)
        if raced is None:
            raise
        return raced
    return answer


def _earlier(op_id: UUID, digest: bytes, actor: Actor) -> dict[str, Any] | None:
    row = Operation.objects.filter(id=op_id).values("account_id", "body_hash", "answer").first()
    if row is None:
        return None
    if row["account_id"] != actor.account_id:
        raise NotFound("not_found")
    if bytes(row["body_hash"]) != digest:
        raise Invalid("operation_differs", op_id=str(op_id))
    answer: dict[str, Any] = row["answer"]
    return answer


def look(
    thing: Thing,
    *,
    actor: Actor,
    at: datetime,
    event: str,
    channel: Channel = Channel.PAGE,
) -> UUID:
    """Record one deliberate look, before the bytes leave, and return its entry's id.

    Raises Held, with the account held and the look refused on record, when it reads beyond its
    habit.
    """
    rule = readings.count(thing, actor=actor, at=at, channel=channel)
    if rule:
        from senim.ledger import tripwire  # noqa: PLC0415 - it writes by this room's own entry()

        tripwire.hold(thing, rule, actor=actor, at=at)
        refused(thing, actor=actor, at=at, event=event)
        raise Held("account_held")
    with transaction.atomic():
        return _write(
            kind=Entry.Kind.LOOK, event=event, thing=thing, actor=actor, at=at, facts=thing.shown
        ).id


def daily_look(thing: Thing, *, actor: Actor, at: datetime, day: date, event: str) -> None:
    """Record work with one's own class: one entry a person, class, span shown and civil day."""
    span = "{}..{}".format(*thing.span) if thing.span else ""
    key = f"{event}|{actor.user_id}|{thing.id}|{day}|{span}"
    if key in _looks_on_record:
        return
    try:
        with transaction.atomic():
            if not Entry.objects.filter(school_id=thing.school_id, once_key=key).exists():
                _write(
                    kind=Entry.Kind.LOOK,
                    event=event,
                    thing=thing,
                    actor=actor,
                    at=at,
                    facts=thing.shown,
                    once_key=key,
                )
    except IntegrityError:
        pass  # another request of the same person recorded it between the look-up and the insert
    transaction.on_commit(lambda: _remember(key))


_looks_on_record: dict[str, None] = {}
"""Keys this process knows to be committed, so that the next page of the day costs no query."""


def _remember(key: str) -> None:
    if len(_looks_on_record) > 20_000:
        _looks_on_record.clear()
    _looks_on_record[key] = None


def show(
    value: Value,
    *,
    subject: Subject,
    thing: Thing,
    actor: Actor,
    at: datetime,
    event: str,
    channel: Channel = Channel.PAGE,
) -> Value:
    """Return what of a page value its viewer may see, with the look recorded before it leaves.

    thing: what the entry names; the class for daily work with it. One's own record and a ward's
    leave no entry. Raises NotFound, after recording the refused look, where no tie reaches; Held as
    `look` does.
    """
    open_classes = fields_open(actor.viewer, subject)
    if not open_classes:
        refused(thing, actor=actor, at=at, event=event)
        raise NotFound("not_found")
    if is_own(actor.viewer, subject):
        pass
    elif is_daily_work(actor.viewer, subject):
        daily_look(thing, actor=actor, at=at, day=actor.viewer.on, event=event)
    else:
        look(thing, actor=actor, at=at, event=event, channel=channel)
    return gate(value, open_classes)


def refused(thing: Thing, *, actor: Actor, at: datetime, event: str) -> None:
    """Record that somebody signed in asked for what no tie opens to them."""
    with transaction.atomic():
        _write(kind=Entry.Kind.REFUSED, event=event, thing=thing, actor=actor, at=at, facts={})
