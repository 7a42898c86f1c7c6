"""The two verifiers as the tests call them: what the vectors ask, and whole command lines."""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from senim.verifier import senim_verify as py

HERE = Path(__file__).parent
SCRIPT = Path(py.__file__)
MODULE = SCRIPT.with_suffix(".mjs")
Call = Sequence[Any]


def hexed(texts: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def _tried(what: Callable[[], Any]) -> Any:
    try:
        return what()
    except py.Unreadable:
        return "unreadable"


def _inclusion(leaf: str, index: int, size: int, proof: list[str], root: str) -> bool:
    ends = bytes.fromhex(leaf), bytes.fromhex(root)
    return py.inclusion_holds(ends[0], index, size, hexed(proof), ends[1])


def _consistency(first: int, second: int, old: str, new: str, proof: list[str]) -> bool:
    return py.consistency_holds(first, second, bytes.fromhex(old), bytes.fromhex(new), hexed(proof))


def _key(text: str) -> dict[str, Any]:
    key = py.read_key(text)
    short = {"name": key.name, "id": key.key_id.hex(), "kind": key.kind}
    return short | {"public": key.public.hex()}


def _note(text: str) -> dict[str, Any]:
    body, lines = py.read_note(text.encode("latin-1"))
    return {"text": body.decode(), "names": [line.name for line in lines]}


def _checkpoint(text: str, vkey: str) -> dict[str, Any]:
    note = py.read_checkpoint(text.encode("latin-1"))
    signed = py.signed_by(note, py.read_key(vkey))
    told = {"origin": note.origin, "size": note.size, "root": note.root.hex()}
    return told | {"signed": signed}


def _proof(text: str) -> bool | str:
    proof = py.read_proof(text.encode("latin-1"))
    note = proof.checkpoint
    if proof.entry is None:
        return "no entry"
    leaf = py.leaf_hash(proof.entry)
    return py.inclusion_holds(leaf, proof.position, note.size, proof.hashes, note.root)


PYTHON: dict[str, Callable[..., Any]] = {
    "answer": lambda words: list(py.answer(py.parser().parse_args(words))),
    "leaf": lambda data: py.leaf_hash(bytes.fromhex(data)).hex(),
    "root": lambda leaves: py.tree_root(hexed(leaves)).hex(),
    "inclusion": _inclusion,
    "consistency": _consistency,
    "ed25519": lambda *given: py.ed25519_verify(*hexed(given)),
    "key": lambda text: _tried(lambda: _key(text)),
    "note": lambda text: _tried(lambda: _note(text)),
    "checkpoint": lambda text, vkey: _tried(lambda: _checkpoint(text, vkey)),
    "cosigned": lambda text, vkey: _tried(
        lambda: py.cosigned_at(py.read_checkpoint(text.encode("latin-1")), py.read_key(vkey))
    ),
    "proof": lambda text: _tried(lambda: _proof(text)),
    "entry": lambda text: py.entry_fault(text.encode("latin-1")),
}


def in_python(calls: Sequence[Call]) -> list[Any]:
    """What the Python verifier answers to each call."""
    answers = [PYTHON[name](*given) for name, *given in calls]
    return list(json.loads(json.dumps(answers)))


def in_javascript(calls: Sequence[Call]) -> list[Any]:
    """What the JavaScript verifier answers to each call, all in one process."""
    if not shutil.which("node"):
        pytest.skip("no Node on this machine")
    asked = json.dumps({"verifier": MODULE.as_uri(), "calls": calls})
    command = ["node", str(HERE / "harness.mjs")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


BOTH = pytest.mark.parametrize("answers", [in_python, in_javascript], ids=["python", "javascript"])
