"""The sealed record is open to anyone, in plain words; it says so when sealing is late."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from senim.base import clock
from senim.base.words import LANGUAGES, catalogue, say
from senim.ledger.models import Leaf, Witness
from senim.ledger.sealing import keys, queries, services
from senim.rules import notes, tree
from senim.rules.errors import Invalid
from senim.web.ledger.views import tile_place
from tests.cast import Cast
from tests.ledger.sealed_log import seal_all, write

TECHNICAL = re.compile(
    r"merkle|меркл|\brfc\b|hash|хеш|хэш|tree|дерево|ағаш|ed25519|checkpoint|чекпойнт|blockchain|блокчейн",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _as_job(as_job: None, db: None) -> None:
    """Seal in the test's own transaction."""
    queries.forget()


def text(lang: str = "en") -> str:
    client = Client()
    client.cookies["senim_language"] = lang
    return unescape(client.get("/ledger/").content.decode())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_opens_to_anyone_and_tells_how_far_the_record_is_sealed(lang: str) -> None:
    write(3)
    seal_all(clock.machine_now())
    last = queries.last()

    page = text(lang)

    assert last is not None
    assert say("sealed.title", lang) in page
    assert notes.encoded(last.root)[:12] in page
    assert say("sealed.late_title", lang) not in page
    assert keys.log_signer(None).key.text in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_technical_word_stands_on_the_page(lang: str) -> None:
    said = [
        str(form)
        for key, entry in catalogue().items()
        if key.startswith("sealed.")
        for form in (entry[lang].values() if isinstance(entry[lang], dict) else [entry[lang]])
    ]

    assert said
    assert [words for words in said if TECHNICAL.search(words)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_that_sealing_is_late(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(1)
    later = clock.machine_now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "machine_now", lambda: later)

    page = text(lang)
    minutes = int(queries.state(later).late.total_seconds() // 60)

    assert minutes >= 31
    assert say("sealed.late_title", lang) in page
    assert str(minutes) in page
    with pytest.raises(Invalid, match="ledger_unsealed"):
        queries.require_sealed(clock.now())


def test_the_page_names_who_signs_and_who_does_not() -> None:
    write(1)
    seal_all(clock.machine_now())
    for name, trouble in (("Alatau", ""), ("Poplar", "refused")):
        key = notes.VerifierKey(name, bytes(32), notes.COSIGNATURE).text
        Witness.objects.create(
            name=name,
            url="https://w",
            public_key=key,
            added_at=clock.machine_now(),
            trouble=trouble,
        )

    page = text()

    assert page.index("Alatau") < page.index("Poplar") < page.index("refused to sign")
    assert "Signatures needed at least: 2" in page


def test_before_the_first_seal_there_is_nothing_to_hand_out() -> None:
    if queries.last() is not None:
        pytest.skip("another test has sealed for good")

    assert Client().get("/ledger/checkpoint").status_code == 404
    assert Client().get("/ledger/tile/0/000.p/1").status_code == 404
    assert "Nothing has been sealed yet." in text()


def test_the_checkpoint_is_the_newest_note_and_verifies() -> None:
    write(2)
    seal_all(clock.machine_now())

    answer = Client().get("/ledger/checkpoint")

    note = notes.parse_note(answer.content.decode())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert keys.signed_by(keys.log_signer(None).key, note)
    last = queries.last()
    assert last is not None
    assert notes.parse_head(note.text) == notes.Head(queries.origin() or "", last.size, last.root)


def test_from_tiles_alone_the_root_can_be_reckoned() -> None:
    write(600)
    seal_all(clock.machine_now())
    client, last = Client(), queries.last()
    assert last is not None

    body = b""
    for index in range(-(-last.size // 256)):
        width = min(256, last.size - index * 256)
        suffix = "" if width == 256 else f".p/{width}"
        answer = client.get(f"/ledger/tile/0/{tile_place(index)}{suffix}")
        assert "immutable" in answer.headers["Cache-Control"]
        body += answer.content

    leaves = [body[start : start + 32] for start in range(0, len(body), 32)]
    assert tree.root_of(leaves) == last.root
    upper = client.get(f"/ledger/tile/1/000.p/{last.size // 256}").content
    assert upper[:32] == tree.root_of(leaves[:256])


@pytest.mark.parametrize(
    ("index", "place"), [(0, "000"), (7, "007"), (999, "999"), (1234067, "x001/x234/067")]
)
def test_a_tile_is_named_by_threes_of_digits(index: int, place: str) -> None:
    assert tile_place(index) == place


@pytest.mark.parametrize(
    "path",
    [
        *(
            "0/1",
            "0/0000",
            "0/x000/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "8/000",
            "-1/000",
        ),
        *("entries/000", "0/x999/x999/999", "0/000.p/300", "0/abc"),
    ],
)
def test_a_tile_that_is_not_there_is_not_found(path: str) -> None:
    write(300)
    seal_all(clock.machine_now())

    assert Client().get(f"/ledger/tile/{path}").status_code == 404


def test_json_answers_say_how_far_the_ledger_is_sealed(cast: Cast) -> None:
    write(1)
    seal_all(clock.machine_now())
    last = queries.last()
    assert last is not None

    answer = cast.client("teacher").post(
        "/sync/v1/operations", {"operations": []}, content_type="application/json"
    )

    said = f"{last.size} {notes.encoded(last.root)}"
    assert answer.headers["Senim-Checkpoint"] == said
    assert "Senim-Checkpoint" not in Client().get("/ledger/").headers


def test_a_page_leads_to_the_sealed_record() -> None:
    assert 'href="/ledger/"' in Client().get("/").content.decode()


def test_a_place_in_the_log_names_nobody() -> None:
    services.seal(clock.machine_now())
    columns = {field.name for field in Leaf._meta.concrete_fields}

    assert columns == {"position", "entry_id", "leaf_hash"}
