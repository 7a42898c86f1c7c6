"""The data tracker tells who may read the page what the page tells, and nobody else anything."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from senim.base.sealed import lookup_hash
from senim.ledger import queries as ledger
from senim.ledger import services as ledger_write
from senim.ledger.models import Entry
from senim.people.models import Demographics
from senim.rules.iin import check_digit
from tests.cast import AT, IINS, Cast

pytestmark = pytest.mark.django_db
SERVER = "192.0.2.7"
ASKERS = (
    *("mother", "father_restricted", "ex_guardian", "mother_of_classmate"),
    *("teacher", "head", "pupil"),
)


@pytest.fixture(autouse=True)
def _server(settings: Any) -> None:
    settings.SENIM_TRACKER_SERVERS = (ip_network(f"{SERVER}/32"),)


@pytest.fixture(autouse=True)
def _codes(cast: Cast) -> None:
    give_codes(cast)


def give_codes(cast: Cast) -> None:
    """Give those who ask an IIN; generated ones."""
    thing = ledger_write.Thing("org", cast.schools["birch"], cast.schools["birch"])
    with ledger_write.entry("demo.filled", thing, actor=None, at=AT):
        for key in set(ASKERS) - set(IINS):
            Demographics.objects.in_entry().update_or_create(
                user_id=cast.people[key].user_id,
                defaults={
                    "iin_sealed": b"-",
                    "iin_lookup": lookup_hash(code(key)[2:], kind="iin"),
                },
            )


def code(key: str) -> str:
    """Return a person's code as X-Road writes it."""
    if key in IINS:
        return f"KZ{IINS[key]}"
    first = f"8501014{ASKERS.index(key):04}"
    return f"KZ{first}{check_digit(first)}"


def ask(asker: str, subject: str, address: str = SERVER, **query: Any) -> Any:
    return Client(REMOTE_ADDR=address).get(
        "/v2/findUsage",
        {"userCode": subject, **query},
        headers={"X-Road-UserId": asker},
    )


def teacher_looks(cast: Cast) -> None:
    assert cast.client("teacher").get(f"/register/{cast.classes['algebra']}/").status_code == 200


def test_a_mother_is_told_who_used_her_childs_data(cast: Cast) -> None:
    teacher_looks(cast)

    told = ask(code("mother"), code("pupil")).json()

    assert told["totalUsages"] == 1
    (usage,) = told["usages"]
    assert usage["logtime"] == "2026-11-18T05:10:00Z"
    assert usage["action"] == "сынып журналы қаралды"
    assert usage["receiverSystem"] == "Senim"
    assert usage["receiverCode"]


def test_what_is_told_names_no_person(cast: Cast) -> None:
    teacher_looks(cast)

    text = ask(code("mother"), code("pupil")).content.decode()

    assert not any(person.name in text for person in cast.people.values())


@pytest.mark.parametrize(
    "key", ["father_restricted", "ex_guardian", "mother_of_classmate", "teacher", "head"]
)
def test_who_may_not_read_the_page_is_told_nothing_and_it_is_on_record(
    key: str, cast: Cast
) -> None:
    teacher_looks(cast)

    answer = ask(code(key), code("pupil"))

    assert answer.status_code == 400
    refused = [e for e in ledger.entries(cast.schools["birch"]) if e.kind == "refused"]
    assert [e.user_id for e in refused] == [cast.people[key].user_id]


def test_every_refusal_reads_the_same(cast: Cast) -> None:
    nobody = "KZ" + "900101300017"

    answers = {
        ask(code("mother_of_classmate"), code("pupil")).content,
        ask(code("mother"), nobody).content,
        ask(nobody, code("pupil")).content,
        ask("", code("pupil")).content,
        ask(code("mother"), "EE12345678901").content,
    }

    assert len(answers) == 1


def test_asking_is_no_look(cast: Cast) -> None:
    before = Entry.objects.count()

    ask(code("mother"), code("pupil"))

    assert Entry.objects.count() == before


@pytest.mark.parametrize("path", ["findUsage", "usagePeriod", "heartbeat"])
def test_only_a_security_server_is_answered(path: str, settings: Any) -> None:
    outsider = Client(REMOTE_ADDR="192.0.2.8")
    assert outsider.get(f"/v2/{path}").status_code == 404
    settings.SENIM_TRACKER_SERVERS = ()
    assert Client(REMOTE_ADDR=SERVER).get(f"/v2/{path}").status_code == 404


def test_offset_and_limit_cut_a_page_out_and_leave_the_total(cast: Cast) -> None:
    for key in ("teacher", "homeroom", "deputy"):
        cast.client(key).get(f"/register/{cast.classes['algebra']}/")

    whole = ask(code("mother"), code("pupil")).json()
    second = ask(code("mother"), code("pupil"), offset=1, limit=1).json()

    assert whole["totalUsages"] == second["totalUsages"] == 3
    assert second["usages"] == whole["usages"][1:2]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({"periodStart": "2026-11-18T05:10:00Z"}, 1),
        ({"periodStart": "2026-11-18T10:10:00+05:00"}, 1),
        ({"periodStart": "2026-11-18T05:10:01Z"}, 0),
        ({"periodEnd": "2026-11-18T05:09:59.5Z"}, 0),
        ({"periodEnd": "9999-12-31T23:59:59-05:00"}, 1),
        ({"periodStart": "0001-01-01T00:00:00+05:00"}, 1),
        ({"limit": 0}, 1),
    ],
)
def test_a_period_is_kept_in_whatever_zone_it_is_asked(
    cast: Cast, query: dict[str, Any], total: int
) -> None:
    teacher_looks(cast)

    assert ask(code("mother"), code("pupil"), **query).json()["totalUsages"] == total


@pytest.mark.parametrize(
    "query",
    [
        {"periodStart": "yesterday"},
        {"periodStart": "2026-11-18"},
        {"periodEnd": "2026-02-30T00:00:00Z"},
        {"offset": "-1"},
        {"limit": "many"},
        {"limit": "99999999999"},
        {"offset": ["1", "2"]},
    ],
)
def test_a_request_that_cannot_be_right_is_400(cast: Cast, query: dict[str, Any]) -> None:
    assert ask(code("mother"), code("pupil"), **query).status_code == 400


def test_the_period_begins_with_the_first_entry(cast: Cast) -> None:
    said = Client(REMOTE_ADDR=SERVER).get("/v2/usagePeriod").json()

    first = ledger.first_at()
    assert first is not None
    assert first <= AT + timedelta(days=1)
    assert said == {"periodStart": first.strftime("%Y-%m-%dT%H:%M:%SZ")}


def test_the_heart_beats() -> None:
    said = Client(REMOTE_ADDR=SERVER).get("/v2/heartbeat").json()

    assert said == {"status": "OK", "message": "API is ready"}
