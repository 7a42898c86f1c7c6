"""Both verifiers and the house's own tree give what the shared vectors say."""

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest

from senim.rules import notes, tree
from tests.verifier import vectors
from tests.verifier.implementations import BOTH, SCRIPT, Call, hexed

FILES = sorted(vectors.FILES)


def cases(name: str) -> list[Call]:
    return list(json.loads((vectors.FOLDER / name).read_text("utf-8")))


@pytest.mark.parametrize("name", FILES)
@BOTH
def test_an_implementation_gives_what_the_vectors_say(
    answers: Callable[[list[Call]], list[Any]], name: str
) -> None:
    told = cases(name)

    given = answers([case[:-1] for case in told])

    wrong = [(case, got) for case, got in zip(told, given, strict=True) if case[-1] != got]
    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_the_vectors_are_those_of_the_plain_definitions(name: str) -> None:
    assert (vectors.FOLDER / name).read_text("utf-8") == vectors.written(vectors.FILES[name]())


@pytest.mark.parametrize("name", FILES)
def test_the_vectors_have_good_cases_and_bad_ones(name: str) -> None:
    right = [json.dumps(case[-1]) for case in cases(name)]

    assert {"true", "null"} & set(right) or any("{" in each for each in right)
    assert {"false", '"unreadable"', '"is not canonical JSON"'} & set(right)


def _tree(case: Call) -> object:
    match case[0], *case[1:-1]:
        case "leaf", data:
            return tree.leaf_hash(bytes.fromhex(data)).hex()
        case "root", leaves:
            return tree.root_of([tree.leaf_hash(each) for each in hexed(leaves)]).hex()
        case "inclusion", leaf, at, size, proof, root:
            ends = bytes.fromhex(leaf), bytes.fromhex(root)
            return tree.verify_inclusion(ends[0], at, size, hexed(proof), ends[1])
        case "consistency", first, second, old, new, proof:
            ends = bytes.fromhex(old), bytes.fromhex(new)
            return tree.verify_consistency(first, second, *ends, hexed(proof))
    raise AssertionError(case[0])


def test_the_houses_own_tree_gives_what_the_vectors_say() -> None:
    told = cases("tree.json")

    assert [case for case in told if _tree(case) != case[-1]] == []


def test_the_houses_own_keys_are_read_as_the_vectors_say() -> None:
    told = [case for case in cases("notes.json") if case[0] == "key" and case[-1] != "unreadable"]

    assert told
    for _, text, right in told:
        key = notes.parse_key(text)
        assert (key.name, key.key_id.hex(), key.kind) == (right["name"], right["id"], right["kind"])
        assert key.text == text


def test_the_python_verifier_needs_no_more_than_python_3_9() -> None:
    found = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 9))

    modules = {
        alias.name.partition(".")[0]
        for node in ast.walk(found)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    origins = {node.module for node in ast.walk(found) if isinstance(node, ast.ImportFrom)}
    allowed = {"argparse", "base64", "binascii", "functools", "hashlib", "json", "re", "sys"}
    assert modules <= allowed
    assert origins <= {"__future__", "collections.abc", "pathlib", "typing"}
