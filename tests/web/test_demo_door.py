"""The demo's doors open on the machine of a demo and nowhere else."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from senim.base import installation
from senim.base.models import Installation
from senim.base.personas import USERNAMES
from senim.ledger import guard
from senim.people.models import Account
from tests.cast import AT, Cast
from tests.web.signing import signed_in_as, visitor


@pytest.fixture
def demo(cast: Cast) -> Cast:
    """Stamp the database as a demo, with two of its people."""
    installation.forget()
    installation.stamp(Installation.Kind.DEMO, at=AT)
    with guard.lifted("a test"):
        for key in ("teacher", "mother", "pupil"):
            Account.objects.filter(username=key).update(username=USERNAMES[key])
    return cast


DOOR = "/demo/enter/"


@pytest.mark.usefixtures("demo")
class TestDemoDoor:
    def test_opens_without_password_or_code(self) -> None:
        client = visitor()

        answer = client.post(DOOR, {"persona": "teacher"})

        assert answer["Location"] == reverse("home")
        assert signed_in_as(client) == "demo.teacher"
        assert client.get("/home/")["Location"] == reverse("today")
        assert client.session.get_expiry_age() <= 12 * 3600

    def test_leaves_whoever_one_was(self) -> None:
        client = visitor()
        client.post(DOOR, {"persona": "teacher"})
        client.get("/home/")
        old = client.session.session_key

        client.post(DOOR, {"persona": "mother"})

        assert signed_in_as(client) == "demo.mother"
        assert not Session.objects.filter(session_key=old).exists()
        assert client.get("/home/")["Location"] == reverse("diary")

    def test_sets_the_language_asked_for(self) -> None:
        client = visitor()

        client.post(DOOR, {"persona": "mother", "language": "kk"})
        assert client.cookies["senim_language"].value == "kk"

        client.post(DOOR, {"persona": "pupil", "language": "xx"})
        assert client.cookies["senim_language"].value == "kk"

    def test_leads_on_within_the_house(self) -> None:
        there = visitor().post(DOOR, {"persona": "mother", "next": "/hat/?phone"})
        out = visitor().post(DOOR, {"persona": "mother", "next": "https://evil.example/"})

        assert there["Location"] == "/hat/?phone"
        assert out["Location"] == reverse("home")

    @pytest.mark.parametrize("persona", ["", "pupil_of_8", "demo.teacher", "head"])
    def test_opens_for_no_one_else(self, persona: str) -> None:
        client = visitor()

        assert client.post(DOOR, {"persona": persona}).status_code == 404
        assert signed_in_as(client) is None

    @pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", ""])
    def test_does_not_exist_from_another_machine(self, address: str) -> None:
        client = visitor(REMOTE_ADDR=address)

        assert client.post(DOOR, {"persona": "teacher"}).status_code == 404
        assert signed_in_as(client) is None

    @pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"])
    def test_does_not_exist_behind_a_proxy(self, header: str) -> None:
        client = visitor(**{header: "127.0.0.1"})

        assert client.post(DOOR, {"persona": "teacher"}).status_code == 404

    def test_is_pressed_not_followed(self) -> None:
        assert visitor().get(DOOR, {"persona": "teacher"}).status_code == 405


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("kind", [Installation.Kind.REAL, None])
def test_the_door_does_not_exist_in_a_real_database(kind: Installation.Kind | None) -> None:
    installation.forget()
    if kind:
        installation.stamp(kind, at=AT)
    with guard.lifted("a test"):
        Account.objects.filter(username="teacher").update(username=USERNAMES["teacher"])
    client = visitor()

    assert client.post(DOOR, {"persona": "teacher"}).status_code == 404
    assert client.get(DOOR).status_code == 404
    assert signed_in_as(client) is None
