"""Our log and its witnesses over HTTP: what they sign is kept, what they refuse is shown."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import transaction

from senim.base import clock
from senim.jobs.witness_serving import server
from senim.ledger.models import Cosignature, Entry
from senim.ledger.sealing import keys, queries, services, witnesses, witnessing
from senim.rules import notes
from senim.rules.errors import Invalid
from tests.ledger.sealed_log import seal_all, write

Added = Callable[[str], queries.Observer]


@pytest.fixture(autouse=True)
def _sealed(as_job: None, db: None) -> None:
    write(3)
    seal_all(clock.machine_now())


@pytest.fixture
def added(tmp_path: Path) -> Iterator[Added]:
    """Serve a witness of that name, name it to our log, and return it as the log knows it."""
    with ExitStack() as stack:

        def add(name: str) -> queries.Observer:
            log = keys.log_signer(queries.origin()).key
            one = witnessing.Witness(tmp_path / name, name=f"{name}.example", logs=[log])
            httpd = stack.enter_context(server(one, host="127.0.0.1", port=0))
            Thread(target=httpd.serve_forever, daemon=True).start()
            stack.callback(httpd.shutdown)
            url = f"http://127.0.0.1:{httpd.server_port}/"
            witnesses.add_witness(name, url=url, key=one.signer.key.text, at=clock.machine_now())
            return observer(name)

        yield add


def observer(name: str) -> queries.Observer:
    return next(one for one in queries.witnesses() if one.name == name)


def test_two_witnesses_co_sign_and_their_lines_stand_under_the_note(added: Added) -> None:
    seal_all(clock.machine_now())
    both = [added("first"), added("second")]
    seal_all(clock.machine_now())

    troubles = [witnesses.ask(one, at=clock.machine_now()) for one in both]

    note = notes.parse_note(queries.note() or "")
    assert troubles == ["", ""]
    assert all(keys.signed_by(one.key, note) for one in both)
    last = queries.last()
    assert last is not None
    assert {one.name for one in last.cosigned} == {"first", "second"}
    assert observer("first").size == last.size


def test_a_witness_is_asked_again_only_when_there_is_something_to_sign(added: Added) -> None:
    one, now = added("first"), clock.machine_now()
    seal_all(now)
    assert [due.name for due in witnesses.due(now)] == ["first"]

    witnesses.ask(one, at=now)

    assert witnesses.due(now) == ()
    assert witnesses.due(now + witnesses.AGAIN + timedelta(seconds=2)) != ()
    write(1)
    seal_all(now)
    assert witnesses.due(now) != ()


def test_asking_again_for_the_same_size_renews_its_time(added: Added) -> None:
    one, now = added("first"), clock.machine_now()
    seal_all(now)
    witnesses.ask(one, at=now - timedelta(minutes=10))
    before = observer("first").cosigned_at

    witnesses.ask(observer("first"), at=now)

    after = observer("first").cosigned_at
    assert before is not None
    assert after is not None
    assert after - before > timedelta(minutes=9)
    assert Cosignature.objects.filter(witness_id=one.id).count() == 1


def test_a_witness_that_knows_more_than_we_think_is_asked_from_there(added: Added) -> None:
    one = added("first")
    seal_all(clock.machine_now())
    witnesses.ask(one, at=clock.machine_now())
    write(2)
    seal_all(clock.machine_now())

    assert one.size == 0
    assert witnesses.ask(one, at=clock.machine_now()) == ""


def test_a_rewritten_history_is_refused_and_shown(added: Added) -> None:
    one = added("first")
    seal_all(clock.machine_now())
    rewritten = transaction.savepoint()
    write(3)
    seal_all(clock.machine_now())
    witnesses.ask(one, at=clock.machine_now())
    seen = observer("first").size

    transaction.savepoint_rollback(rewritten)
    write(5)
    services.seal(clock.machine_now())
    trouble = witnesses.ask(one, at=clock.machine_now())

    last = queries.last()
    assert last is not None
    assert last.size > seen
    assert (trouble, observer("first").trouble) == ("refused", "refused")
    assert last.cosigned == ()


def test_a_log_cut_short_is_told_that_its_witness_saw_more(added: Added) -> None:
    one = added("first")
    seal_all(clock.machine_now())
    cut = transaction.savepoint()
    write(3)
    seal_all(clock.machine_now())
    witnesses.ask(one, at=clock.machine_now())

    transaction.savepoint_rollback(cut)

    assert witnesses.ask(one, at=clock.machine_now()) == "ahead"


def test_a_witness_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        url = f"http://127.0.0.1:{hanging.getsockname()[1]}/add-checkpoint"
        began = clock.machine_now()

        answer = witnesses.post(url, "old 0\n\n", patience=0.3)

    assert answer.status == 0
    assert clock.machine_now() - began < timedelta(seconds=2)


def test_a_signature_of_somebody_else_is_not_kept(added: Added) -> None:
    one, other = added("first"), added("second")
    seal_all(clock.machine_now())
    swapped = queries.Observer(
        one.id, one.name, other.url, one.key, 0, one.added_at, None, "", None
    )

    assert witnesses.ask(swapped, at=clock.machine_now()) == "refused"
    assert Cosignature.objects.filter(witness_id=one.id).count() == 0


def test_adding_and_removing_leave_an_entry_each(added: Added) -> None:
    added("first")

    assert witnesses.remove_witness("first", at=clock.machine_now())

    events = Entry.objects.filter(subject_kind="witness").values_list("event", flat=True)
    assert sorted(events) == ["ledger.witness.added", "ledger.witness.removed"]
    assert queries.witnesses() == ()
    assert not witnesses.remove_witness("first", at=clock.machine_now())


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://w.example", "no key"),
        ("https://w.example", notes.VerifierKey("w", bytes(32)).text),
        ("ftp://w.example", notes.VerifierKey("w", bytes(32), notes.COSIGNATURE).text),
        ("https://", notes.VerifierKey("w", bytes(32), notes.COSIGNATURE).text),
    ],
)
def test_a_witness_that_cannot_be_is_not_added(url: str, key: str) -> None:
    with pytest.raises(Invalid, match="witness_wrong"):
        witnesses.add_witness("w", url=url, key=key, at=clock.machine_now())


def test_two_witnesses_have_two_names(added: Added) -> None:
    added("first")

    with pytest.raises(Invalid, match="witness_known"):
        added("first")
