"""Canonical bytes v1: the vectors of docs/reference/ledger.md, and what they must not accept."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.rules.canonical import canonical_json, commitment, entry_bytes

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "ledger.md").read_text("utf-8")


def vectors(kind: str) -> list[dict[str, Any]]:
    blocks = re.findall(rf"```json {kind}\n(.*?)```", PAGE, re.DOTALL)
    return [json.loads(block) for block in blocks]


@pytest.mark.parametrize("vector", vectors("vector"))
def test_facts_commit_as_the_vectors_say(vector: dict[str, Any]) -> None:
    assert canonical_json(vector["facts"]).decode() == vector["canonical_facts"]
    assert commitment(vector["facts"], salt=bytes.fromhex(vector["salt"])) == vector["commitment"]


def test_an_entry_has_the_bytes_of_its_vector() -> None:
    (vector,) = vectors("entry")
    told = vector["entry"]

    made = entry_bytes(
        entry_id=UUID(told["id"]),
        at=datetime.fromisoformat(told["at"]),
        school_id=UUID(told["school"]),
        kind=told["kind"],
        event=told["event"],
        actor_id=UUID(told["actor"]),
        user_id=UUID(told["user"]),
        hat=told["hat"],
        subject_kind=told["subject_kind"],
        subject_id=UUID(told["subject_id"]),
        op_id=None,
        commitment_hex=told["commitment"],
    )

    assert hashlib.sha256(made).hexdigest() == vector["sha256"]


def test_numbers_with_a_fraction_have_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        canonical_json({"points": 1.5})


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(facts=st.dictionaries(st.text(max_size=8), plain, max_size=5))
def test_the_order_of_keys_does_not_matter(facts: dict[str, Any]) -> None:
    turned = dict(reversed(list(facts.items())))

    assert canonical_json(turned) == canonical_json(facts)
    assert json.loads(canonical_json(facts)) == facts


@given(facts=st.dictionaries(st.text(max_size=8), plain, max_size=5), salt=st.binary(min_size=32))
def test_another_salt_hides_the_same_facts(facts: dict[str, Any], salt: bytes) -> None:
    other = bytes([salt[0] ^ 1]) + salt[1:]

    assert commitment(facts, salt=salt) != commitment(facts, salt=other)
