"""The texts of a sealed log are those of c2sp.org, and what is not is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.rules import notes

TEXT = "example.com/log\n3\n" + notes.encoded(bytes(32)) + "\n"
KEY = notes.VerifierKey("example.com/log", bytes(range(32)))
SIGNATURE = notes.Signature(KEY.name, KEY.key_id, bytes(64))
hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=20)


def test_the_key_of_the_go_checksum_database_is_read() -> None:
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

    key = notes.parse_key(text)

    assert (key.name, key.key_id.hex(), key.kind) == ("sum.golang.org", "033de0ae", notes.ED25519)
    assert key.text == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "name", "name+00000000", "name+033de0ae+AAAA", "+033de0ae+" + KEY.text[-44:]),
        KEY.text.replace(KEY.key_id.hex(), "00000000"),
        KEY.text.replace("+AQ", "+Ag"),
    ],
)
def test_a_key_that_does_not_fit_itself_is_refused(text: str) -> None:
    with pytest.raises(notes.BrokenNote):
        notes.parse_key(text)


def test_one_key_has_another_id_as_a_witness() -> None:
    witness = notes.VerifierKey(KEY.name, KEY.public, notes.COSIGNATURE)

    assert witness.key_id != KEY.key_id
    assert notes.parse_key(witness.text) == witness


def test_a_note_is_read_as_it_was_written() -> None:
    whole = notes.Note(TEXT, (SIGNATURE, SIGNATURE)).whole

    note = notes.parse_note(whole)

    assert whole.startswith(TEXT + "\n— example.com/log ")
    assert (note.text, note.signatures) == (TEXT, (SIGNATURE, SIGNATURE))
    assert notes.parse_head(note.text) == notes.Head("example.com/log", 3, bytes(32))


@pytest.mark.parametrize(
    "whole",
    [
        *("", TEXT, TEXT + "\n", TEXT + "\n— name AAAA\n", TEXT + "\n- name AAAAAAAA\n"),
        TEXT + "\n" + SIGNATURE.line[:-1],
        TEXT + "\n" + SIGNATURE.line * 65,
        TEXT + "\n" + SIGNATURE.line.replace("log ", "log\r "),
        TEXT + "\n" + SIGNATURE.line.replace("example", "exa+mple"),
    ],
)
def test_a_broken_note_is_refused(whole: str) -> None:
    with pytest.raises(notes.BrokenNote):
        notes.parse_note(whole)


@pytest.mark.parametrize(
    "text",
    [
        *("", "origin\n3\n", TEXT[:-1], TEXT.replace("\n3\n", "\n03\n")),
        *(TEXT.replace("\n3\n", "\n-3\n"), TEXT.replace("\n3\n", "\n\n"), "\n" + TEXT),
        TEXT.replace("AAA=", "AA=="),
        TEXT.replace("AAA=", "AAB="),
        TEXT.replace("\n3\n", "\n٣\n"),
    ],
)
def test_a_broken_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(notes.BrokenNote):
        notes.parse_head(text)


def test_a_checkpoint_may_say_more() -> None:
    assert notes.parse_head(TEXT + "more\n").size == 3


def test_a_witness_signs_its_time_and_the_whole_text() -> None:
    message = notes.cosigned_message(TEXT, timestamp=1679315147)

    assert message == b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    assert notes.unstamped(notes.stamped(1679315147, bytes(64))) == (1679315147, bytes(64))
    with pytest.raises(notes.BrokenNote):
        notes.unstamped(bytes(64))


@given(hashes, st.integers(0, 2**62))
def test_what_is_posted_to_a_witness_is_read_as_it_was_written(
    proof: list[bytes], old: int
) -> None:
    note = notes.Note(TEXT, (SIGNATURE,)).whole

    posted = notes.add_checkpoint(old, proof, note)

    assert notes.parse_add_checkpoint(posted) == (old, tuple(proof), note)


@pytest.mark.parametrize(
    "body",
    [
        *("", "old 3\n", "old 03\n\nnote", "new 3\n\nnote", "old 3\nAAAA\n\nnote"),
        "old 3\n" + f"{notes.encoded(bytes(32))}\n" * 64 + "\nnote",
    ],
)
def test_something_else_posted_to_a_witness_is_refused(body: str) -> None:
    with pytest.raises(notes.BrokenNote):
        notes.parse_add_checkpoint(body)


@given(st.binary(max_size=500), st.integers(0, 2**62), hashes)
def test_a_proof_is_read_as_it_was_written(data: bytes, index: int, path: list[bytes]) -> None:
    note = notes.Note(TEXT, (SIGNATURE,)).whole

    proof = notes.parse_proof(notes.proof_text(data, index, path, note))

    assert proof == notes.Proof(data, index, tuple(path), note)


@pytest.mark.parametrize(
    "text",
    [
        *("", "c2sp.org/tlog-proof@v1\n\nnote", "c2sp.org/tlog-proof@v2\nindex 1\n\nnote"),
        *("c2sp.org/tlog-proof@v1\nextra AAAA\n\nnote", "c2sp.org/tlog-proof@v1\nindex 01\n\nnote"),
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + f"{notes.encoded(bytes(32))}\n" * 64 + "\nnote",
    ],
)
def test_a_broken_proof_is_refused(text: str) -> None:
    with pytest.raises(notes.BrokenNote):
        notes.parse_proof(text)
