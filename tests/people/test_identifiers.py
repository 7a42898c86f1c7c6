"""IIN and address: no dump holds them, no ciphertext can be moved, each opening is on record."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from senim.ledger import queries as ledger
from senim.ledger import services
from senim.ledger.models import Opening
from senim.people import identifiers
from senim.people.models import Demographics
from tests.cast import ADDRESSES, AT, IINS, Cast

pytestmark = pytest.mark.django_db
CANARIES = frozenset({*IINS.values(), *ADDRESSES.values()})
PURPOSE = {"do": "open_iin", "purpose": "certificate"}


def values_of_every_table() -> Iterator[tuple[str, bytes]]:
    """Yield every value of the database as the bytes a dump holds."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    held = value if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield table, bytes(held)


@pytest.mark.sqlite  # PostgreSQL's second wall shows a plain SELECT no person at all
def test_no_table_holds_an_iin_or_an_address(cast: Cast) -> None:
    client, page = cast.client("head", confirmed=True), path(cast, "pupil")
    client.post(page, PURPOSE)
    client.post(page, {"do": "change_address", "address": ADDRESSES["hidden"]})

    values = list(values_of_every_table())
    hits = [
        (table, canary)
        for table, value in values
        for canary in CANARIES
        if canary.encode() in value or json.dumps(canary)[1:-1].encode() in value
    ]

    assert len({table for table, _ in values}) > 15
    assert any(cast.people["pupil"].name.encode() in value for _, value in values)
    assert hits == []


@pytest.mark.sqlite
def test_no_page_of_the_file_holds_an_iin_or_an_address(cast: Cast) -> None:
    inner: sqlite3.Connection = connection.connection
    whole = inner.serialize()

    assert cast.people["pupil"].name.encode() in whole
    assert [canary for canary in CANARIES if canary.encode() in whole] == []


def rows_of(cast: Cast, *keys: str) -> list[Demographics]:
    ids = [cast.people[key].user_id for key in keys]
    rows = Demographics.objects.system(reason="a test moves ciphertexts as a thief would")
    return [rows.get(user_id=key) for key in ids]


def test_a_ciphertext_of_another_row_is_rejected(cast: Cast) -> None:
    pupil, hidden = rows_of(cast, "pupil", "hidden")
    thief = services.Thing("user", pupil.user_id, cast.schools["birch"])
    with services.entry("demo.filled", thief, actor=None, at=AT):
        pupil.iin_sealed, pupil.address_sealed = hidden.iin_sealed, hidden.address_sealed
        pupil.save()

    for what in identifiers.COLUMNS:
        with pytest.raises(InvalidTag):
            identifiers.identifier_of(pupil.user_id, what)
        assert identifiers.identifier_of(hidden.user_id, what)


def test_a_ciphertext_of_another_column_is_rejected(cast: Cast) -> None:
    (hidden,) = rows_of(cast, "hidden")
    thief = services.Thing("user", hidden.user_id, cast.schools["birch"])
    with services.entry("demo.filled", thief, actor=None, at=AT):
        hidden.iin_sealed, hidden.address_sealed = hidden.address_sealed, hidden.iin_sealed
        hidden.save()

    for what in identifiers.COLUMNS:
        with pytest.raises(InvalidTag):
            identifiers.identifier_of(hidden.user_id, what)


def path(cast: Cast, key: str) -> str:
    return f"/office/people/{cast.member(key)}/"


def facts_of(entry_id: UUID) -> Any:
    return json.loads(bytes(Opening.objects.get(id=entry_id).facts))


@pytest.mark.parametrize("key", ["clerk", "deputy", "head"])
def test_the_office_opens_one_with_a_purpose_on_record(key: str, cast: Cast) -> None:
    client, page = cast.client(key, confirmed=True), path(cast, "pupil")

    covered = client.get(page).content.decode()
    opened = client.post(page, PURPOSE).content.decode()

    assert IINS["pupil"] not in covered
    assert IINS["pupil"][-2:] in covered
    assert IINS["pupil"] in opened
    assert ADDRESSES["pupil"] not in opened
    looks = ledger.entries(cast.schools["birch"], subject_id=cast.member("pupil"))
    (look,) = [entry for entry in looks if entry.event == "people.iin.looked"]
    assert facts_of(look.id)["purpose"] == "certificate"


@pytest.mark.parametrize("purpose", ["", "curiosity", "own"])
def test_without_a_purpose_nothing_is_opened(purpose: str, cast: Cast) -> None:
    client, page = cast.client("head", confirmed=True), path(cast, "pupil")

    answer = client.post(page, {"do": "open_iin", "purpose": purpose})

    assert answer.status_code == 422
    assert IINS["pupil"] not in answer.content.decode()
    events = {entry.event for entry in ledger.entries(cast.schools["birch"])}
    assert "people.iin.looked" not in events


@pytest.mark.parametrize("do", ["open_iin", "open_address", "change_address", "protect"])
def test_each_is_asked_for_anew_who_one_is(do: str, cast: Cast) -> None:
    form = {"do": do, "purpose": "record", "address": "Басқа көше", "ground": "order"}
    form["whom"] = str(cast.people["pupil"].user_id)

    answer = cast.client("head").post(path(cast, "pupil"), form)

    assert answer.status_code == 403
    assert IINS["pupil"] not in answer.content.decode()
    assert ADDRESSES["pupil"] not in answer.content.decode()
    assert identifiers.identifier_of(cast.people["pupil"].user_id, "address") == ADDRESSES["pupil"]


def test_the_list_shows_no_identifier_at_all(cast: Cast) -> None:
    listed = cast.client("head", confirmed=True).get("/office/people/").content.decode()

    assert "Канарина Аружан" in listed
    assert not [canary for canary in CANARIES if canary in listed or canary[-2:] + "<" in listed]


def test_an_address_is_changed_and_taken_off_on_record(cast: Cast) -> None:
    client, page = cast.client("clerk", confirmed=True), path(cast, "pupil")
    person = cast.people["pupil"].user_id

    client.post(page, {"do": "change_address", "address": " Жаңа  көше, 1 "})
    assert identifiers.identifier_of(person, "address") == "Жаңа көше, 1"
    assert client.post(page, {"do": "change_address", "address": "Жаңа көше, 1"}).status_code == 422
    assert client.post(page, {"do": "change_address", "address": "ж" * 301}).status_code == 422
    client.post(page, {"do": "change_address", "address": ""})

    assert identifiers.covered(person) == identifiers.Covered(IINS["pupil"][-2:])
    changes = ledger.entries(cast.schools["birch"], kinds=["change"])
    assert [entry.event for entry in changes] == ["people.address.changed"] * 2


@pytest.mark.parametrize("key", ["teacher", "homeroom", "mother", "pupil", "official"])
def test_nobody_else_has_the_office_open_one(key: str, cast: Cast) -> None:
    assert cast.client(key, confirmed=True).post(path(cast, "pupil"), PURPOSE).status_code == 404


def test_a_guardian_opens_the_wards_and_their_own(cast: Cast) -> None:
    page = f"/diary/{cast.member('pupil')}/about/"
    client = cast.client("mother", confirmed=True)

    covered = client.get(page).content.decode()
    opened = client.post(page, {"do": "open_iin", "whose": "pupil"}).content.decode()

    assert IINS["pupil"] not in covered
    assert IINS["pupil"] in opened
    assert cast.client("mother").post(page, {"do": "open_iin"}).status_code == 403
    looks = ledger.entries(cast.schools["birch"], kinds=["look"])
    assert [look.event for look in looks] == ["people.iin.looked"]


def test_a_pupil_reads_that_there_is_one_and_opens_none(cast: Cast) -> None:
    page = f"/diary/{cast.member('pupil')}/about/"
    client = cast.client("pupil", confirmed=True)

    answer = client.post(page, {"do": "open_iin", "whose": "pupil"}).content.decode()

    assert IINS["pupil"][-2:] in answer
    assert IINS["pupil"] not in answer


@pytest.mark.parametrize("key", ["father_restricted", "father_by_order", "mother_of_classmate"])
def test_who_is_no_full_guardian_opens_none(key: str, cast: Cast) -> None:
    child = "classmate" if key == "father_by_order" else "pupil"
    page = f"/diary/{cast.member(child)}/about/"

    answer = cast.client(key, confirmed=True).post(page, {"do": "open_iin", "whose": "pupil"})

    assert answer.status_code == 404
