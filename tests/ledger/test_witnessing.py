"""A witness signs what continues what it signed last, and nothing else, restarts included."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from senim.ledger.sealing import keys, witnessing
from senim.ledger.sealing.keys import Signer
from senim.rules import notes, tree

ORIGIN = "example.com/log"
LOG = Signer(ORIGIN, bytes(32))
LEAVES = [tree.leaf_hash(b"%d" % n) for n in range(20)]
OTHER = [tree.leaf_hash(b"0"), *(tree.leaf_hash(b"other %d" % n) for n in range(19))]
TIME = 1_795_338_000


def subtree_of(leaves: Sequence[bytes]) -> tree.Subtree:
    return lambda level, index: tree.root_of(leaves[index << level : (index + 1) << level])


def posted(old: int, new: int, *, leaves: Sequence[bytes] = LEAVES, signer: Signer = LOG) -> str:
    """Return what a log posts to continue from one size to another."""
    text = notes.Head(signer.key.name, new, tree.root_of(leaves[:new])).text
    proof = tree.consistency_proof(old, new, subtree_of(leaves)) if old <= new else []
    return notes.add_checkpoint(old, proof, notes.Note(text, (signer.sign(text),)).whole)


@pytest.fixture
def witness(tmp_path: Path) -> witnessing.Witness:
    return witnessing.Witness(tmp_path, name="w.example", logs=[LOG.key])


def test_what_continues_is_signed_with_its_time(witness: witnessing.Witness) -> None:
    for old, new in ((0, 3), (3, 3), (3, 8), (8, 20)):
        reply = witness.add_checkpoint(posted(old, new), timestamp=TIME)

        assert reply.status == 200
        text = notes.Head(ORIGIN, new, tree.root_of(LEAVES[:new])).text
        note = notes.Note(text, notes.parse_signatures(reply.text))
        line = keys.signed_by(witness.signer.key, note)
        assert line
        assert notes.unstamped(line.signature)[0] == TIME


@pytest.mark.parametrize("new", [3, 8, 20])
def test_another_history_is_never_signed(witness: witnessing.Witness, new: int) -> None:
    witness.add_checkpoint(posted(0, 3), timestamp=TIME)

    forked = witness.add_checkpoint(posted(3, new, leaves=OTHER), timestamp=TIME)
    anew = witness.add_checkpoint(posted(0, new, leaves=OTHER), timestamp=TIME)

    assert forked.status == (409 if new == 3 else 422)
    assert (anew.status, anew.text, anew.content_type) == (409, "3\n", "text/x.tlog.size")


def test_a_log_cut_short_is_never_signed(witness: witnessing.Witness) -> None:
    witness.add_checkpoint(posted(0, 8), timestamp=TIME)

    assert witness.add_checkpoint(posted(3, 5), timestamp=TIME).text == "8\n"
    assert witness.add_checkpoint(posted(8, 5), timestamp=TIME).status == 400


def test_a_witness_remembers_after_a_restart(witness: witnessing.Witness) -> None:
    witness.add_checkpoint(posted(0, 8), timestamp=TIME)

    again = witnessing.Witness(witness.folder, name="w.example", logs=[LOG.key])

    assert again.signer.key == witness.signer.key
    assert again.add_checkpoint(posted(0, 8, leaves=OTHER), timestamp=TIME).status == 409
    assert again.add_checkpoint(posted(8, 9), timestamp=TIME).status == 200


def test_a_key_of_a_witness_is_its_owners_alone(witness: witnessing.Witness) -> None:
    assert (witness.folder / "witness.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        (posted(0, 3).replace("old 0", "old 00"), 400),
        (posted(0, 3, signer=Signer("other.example/log", bytes(32))), 404),
        (posted(0, 3, signer=Signer(ORIGIN, bytes([1] * 32))), 403),
        (posted(0, 3).replace("\n3\n", "\n4\n"), 403),
        (posted(4, 3), 400),
        (posted(2, 3), 409),
        (posted(0, 3).replace("old 0\n", f"old 0\n{notes.encoded(bytes(32))}\n"), 422),
    ],
)
def test_what_is_wrong_is_refused_by_its_number(
    witness: witnessing.Witness, body: str, status: int
) -> None:
    reply = witness.add_checkpoint(body, timestamp=TIME)

    assert reply.status == status
    assert "—" not in reply.text
    assert not list(witness.folder.glob("*.checkpoint"))


def test_nothing_is_signed_that_could_not_be_remembered(
    witness: witnessing.Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(witnessing, "_write", full)
        with pytest.raises(OSError, match="space"):
            witness.add_checkpoint(posted(0, 8), timestamp=TIME)

    assert witness.add_checkpoint(posted(0, 8, leaves=OTHER), timestamp=TIME).status == 200


def test_of_two_histories_at_once_one_is_signed(witness: witnessing.Witness) -> None:
    bodies = [posted(0, n, leaves=leaves) for n in range(2, 20) for leaves in (LEAVES, OTHER)]

    with ThreadPoolExecutor(8) as at_once:
        replies = list(at_once.map(lambda b: witness.add_checkpoint(b, timestamp=TIME), bodies))

    assert [reply.status for reply in replies].count(200) == 1
