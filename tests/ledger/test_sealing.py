"""Every entry finds one place, under a signed root, whole or not at all; lateness stops exports."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from senim.base import clock
from senim.base.ids import uuid7
from senim.base.sealed import KeysMissing
from senim.ledger.models import Checkpoint, Cosignature, Leaf, Lease, Node, Unsealed, Witness
from senim.ledger.sealing import keys, queries, services, stored
from senim.rules import notes, tree
from senim.rules.errors import Invalid, NotFound
from tests.ledger.sealed_log import faults, seal_all, write

MINUTES = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _sealed_so_far(as_job: None, db: None) -> Iterator[None]:
    """Seal what the cast left waiting, so that a test counts its own entries alone."""
    queries.forget()
    seal_all(clock.machine_now())
    Lease.objects.update(until=clock.machine_now())
    yield
    queries.forget()


def counts() -> list[int]:
    return [model.objects.count() for model in (Unsealed, Leaf, Node, Checkpoint)]


def test_every_entry_waits_from_the_statement_that_writes_it() -> None:
    ids = write(3)

    assert set(Unsealed.objects.values_list("entry_id", flat=True)) == set(ids)
    assert queries.state(clock.machine_now() + 5 * MINUTES).waits > 4 * MINUTES


def test_sealing_gives_each_its_place_and_signs_the_root() -> None:
    before = Leaf.objects.count()
    ids = write(3)

    done = services.seal(clock.machine_now())

    last = queries.last()
    assert done == 3
    assert last is not None
    assert last.size == before + 3
    assert set(Leaf.objects.filter(position__gte=before).values_list("entry_id", flat=True)) == set(
        ids
    )
    assert queries.waiting() == 0
    assert faults() == []


def test_those_that_came_first_are_sealed_first() -> None:
    ids = [uuid7() for _ in range(4)]
    first = write(2, ids=ids[2:])
    time.sleep(0.01)  # SQLite's clock tells milliseconds
    write(2, ids=ids[:2])

    services.seal(clock.machine_now(), most=2)

    assert set(Unsealed.objects.values_list("entry_id", flat=True)) == set(ids) - set(first)


def test_nothing_new_makes_no_checkpoint() -> None:
    before = counts()

    assert services.seal(clock.machine_now()) == 0
    assert counts() == before


@pytest.mark.parametrize("most", [1, 7, 100, 300])
def test_batches_of_any_size_make_one_tree(most: int) -> None:
    write(600)

    assert seal_all(clock.machine_now(), most=most) == 600
    assert faults() == []


def test_every_eighth_level_is_kept_and_the_rest_reckoned() -> None:
    write(700)
    seal_all(clock.machine_now(), most=97)
    leaves = [
        bytes(h) for h in Leaf.objects.order_by("position").values_list("leaf_hash", flat=True)
    ]

    assert set(Node.objects.values_list("level", flat=True)) == {8}
    for level in range(10):
        for index in range(len(leaves) >> level):
            part = leaves[index << level : (index + 1) << level]
            assert stored.subtree(level, index) == tree.root_of(part)


def test_an_entry_without_its_place_cannot_leave_the_queue() -> None:
    write(1)

    with pytest.raises(DatabaseError, match="stays in the queue"), transaction.atomic():
        Unsealed.objects.all().delete()
    assert queries.waiting() == 1


@pytest.mark.parametrize("step", ["insert Leaf", "insert Node", "checkpoint", "unqueue"])
def test_a_crash_at_any_step_leaves_nothing_half(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write(600)
    before = counts()
    done: list[str] = []

    def crash(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        name = {
            'INSERT INTO "ledger_leaf"': "insert Leaf",
            'INSERT INTO "ledger_node"': "insert Node",
            'INSERT INTO "ledger_checkpoint"': "checkpoint",
            'DELETE FROM "ledger_unsealed"': "unqueue",
        }.get(" ".join(sql.split(" ")[:3]), "")
        answer = execute(sql, params, many, context)
        done.append(name)
        if name == step:
            raise OSError("the power went")
        return answer

    with connection.execute_wrapper(crash), pytest.raises(OSError, match="power"):
        services.seal(clock.machine_now())

    assert step in done
    assert counts() == before
    assert seal_all(clock.machine_now()) == 600
    assert faults() == []


def test_a_sequencer_without_the_lease_writes_nothing() -> None:
    now = clock.machine_now()
    write(1)
    services.leased(services.LEASE, at=now, span=services.LEASED, holder="another")

    assert services.seal(now) == 0
    assert queries.waiting() == 1
    assert services.seal(now + services.LEASED) == 1


def test_a_sequencer_overtaken_after_it_read_writes_nothing() -> None:
    now = clock.machine_now()
    write(5)
    slow = services._reckoned(services.MOST_AT_ONCE)
    services.seal(now, most=3, holder="quick")

    with pytest.raises(services.Overtaken), transaction.atomic():
        services._write(slow, at=now + timedelta(hours=1), holder="slow")

    assert queries.waiting() == 2
    assert faults() == []


def test_a_lease_is_one_holders_until_it_ends() -> None:
    now, span = clock.machine_now(), timedelta(seconds=30)

    assert services.leased("x", at=now, span=span, holder="a")
    assert not services.leased("x", at=now + span / 2, span=span, holder="b")
    assert services.leased("x", at=now + span / 2, span=span, holder="a")
    assert not services.leased("x", at=now + span, span=span, holder="b")
    assert services.leased("x", at=now + 2 * span, span=span, holder="b")
    assert Lease.objects.get(name="x").holder == "b"


def test_a_work_done_once_in_a_while_is_claimed_once() -> None:
    now, every = clock.machine_now(), timedelta(days=1)

    assert services.claimed("x", at=now, every=every)
    assert not services.claimed("x", at=now + every / 2, every=every)
    assert services.claimed("x", at=now + every, every=every)


def test_a_log_keeps_the_name_it_began_with(monkeypatch: pytest.MonkeyPatch) -> None:
    write(1)
    seal_all(clock.machine_now())
    name = queries.origin()

    monkeypatch.setattr(settings, "SENIM_ORIGIN", "https://elsewhere.example")
    write(1)
    seal_all(clock.machine_now())

    assert queries.origin() == name
    assert faults() == []


def test_a_key_that_is_gone_is_not_made_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    write(1)
    seal_all(clock.machine_now())
    write(1)
    monkeypatch.setattr(settings, "SENIM_KEYS_DIR", str(tmp_path))

    with pytest.raises(KeysMissing):
        services.seal(clock.machine_now())


def test_an_older_installation_gets_its_key_at_the_first_seal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(settings, "SENIM_KEYS_DIR", str(tmp_path / "keys"))

    made = keys.log_signer(None)

    assert keys.log_signer("any").key.public == made.key.public


def test_a_proof_can_be_checked_alone() -> None:
    ids = write(40)
    seal_all(clock.machine_now(), most=7)

    proof = notes.parse_proof(queries.proof(ids[17]))

    note = notes.parse_note(proof.note)
    head = notes.parse_head(note.text)
    assert keys.signed_by(keys.log_signer(None).key, note)
    leaf = tree.leaf_hash(proof.extra)
    assert tree.verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root)


def test_an_entry_that_waits_has_no_proof_yet() -> None:
    (waiting,) = write(1)

    with pytest.raises(NotFound):
        queries.proof(waiting)


def test_tiles_hold_the_hashes_of_the_tree() -> None:
    write(600)
    seal_all(clock.machine_now())
    leaves = [
        bytes(h) for h in Leaf.objects.order_by("position").values_list("leaf_hash", flat=True)
    ]

    assert queries.tile(0, 1, 256) == b"".join(leaves[256:512])
    assert queries.tile(0, 2, 3) == b"".join(leaves[512:515])
    assert queries.tile(1, 0, 2) == tree.root_of(leaves[:256]) + tree.root_of(leaves[256:512])
    for level, index, width in ((0, len(leaves) // 256, 256), (1, 0, 256), (2, 0, 1)):
        with pytest.raises(NotFound):
            queries.tile(level, index, width)


def test_late_by_more_than_fifteen_minutes_stops_what_leaves_the_school() -> None:
    write(1)
    queries.require_sealed(clock.now() + 14.9 * MINUTES)

    with pytest.raises(Invalid, match="ledger_unsealed") as refused:
        queries.require_sealed(clock.now() + 15.1 * MINUTES)

    assert refused.value.facts == {"minutes": 15}


def test_lateness_does_not_follow_a_clock_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    write(1)
    monkeypatch.setattr(settings, "SENIM_NOW", "2040-01-01T00:00:00+00:00")

    queries.require_sealed(clock.now())


def test_sealing_opens_what_lateness_stopped() -> None:
    write(1)
    seal_all(clock.machine_now())

    queries.require_sealed(clock.now() + 120 * MINUTES)
    assert queries.state(clock.machine_now()).waits == timedelta()


@pytest.mark.parametrize(("witnesses", "need"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_any_two_quorums_share_a_witness(witnesses: int, need: int) -> None:
    assert queries.quorum(witnesses) == need
    assert 2 * need > witnesses


def test_without_a_quorum_for_fifteen_minutes_nothing_leaves_the_school() -> None:
    now = clock.machine_now()
    for number, minutes in enumerate((1, 14, 300)):
        key = notes.VerifierKey(f"w{number}", bytes(32), notes.COSIGNATURE)
        Witness.objects.create(
            name=key.name,
            url="https://w.example",
            public_key=key.text,
            added_at=now - timedelta(days=1),
            cosigned_at=now - timedelta(minutes=minutes),
        )

    assert queries.state(now).unwitnessed == timedelta(minutes=14)
    queries.require_sealed(clock.now())
    assert queries.state(now + timedelta(minutes=2)).is_stale


def test_a_proof_leads_to_what_a_quorum_co_signed() -> None:
    (entry,) = write(1)
    seal_all(clock.machine_now())
    signed = queries.last()
    key = notes.VerifierKey("w", bytes(32), notes.COSIGNATURE)
    witness = Witness.objects.create(
        name="w", url="https://w", public_key=key.text, added_at=clock.machine_now()
    )
    assert signed is not None
    line = notes.Signature("w", key.key_id, bytes(72)).line
    Cosignature.objects.create(
        checkpoint_id=signed.size, witness=witness, line=line, at=clock.machine_now()
    )
    write(1)
    seal_all(clock.machine_now())

    assert f"\n{signed.size}\n" in queries.proof(entry)
    assert line in queries.proof(entry)


def test_the_head_a_process_knows_costs_no_query(django_assert_num_queries: Any) -> None:
    write(1)
    seal_all(clock.machine_now())
    last = queries.last()
    assert last is not None
    assert queries.head() == (last.size, last.root)

    with django_assert_num_queries(0):
        queries.head()
