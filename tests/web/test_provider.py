"""Signing in by a real OpenID Connect server: who is known comes in, the rest is told plainly."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from django.test import Client
from pytest_django import Settings

from senim.base.sealed import lookup_hash, seal
from senim.base.words import say
from senim.ledger import guard
from senim.people import keys
from senim.people.models import Account, Demographics, ProviderLink
from senim.rules.iin import is_iin
from tests.cast import AT, PASSWORD, Cast
from tests.web.signing import SIGN_IN, sign_in, signed_in_as, visitor
from tests.web.test_step_up import staled
from tools.postgres import free_port

ROOT = Path(__file__).parents[2]
START, BACK, LINK = "/sign-in/provider/", "/sign-in/provider/return/", "/me/security/provider/"
NAME = "Ulttyq ID"


class Staying(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Provider:
    """A running server, and a browser that answers it."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.process = process

    def knows(self, subject: str, **claims: object) -> None:
        self._send(f"{self.issuer}/users/{subject}", json.dumps(claims).encode(), "PUT")

    def sign_in(self, address: str, subject: str) -> str:
        """Sign in there as its page's form does; return where it leads back to."""
        return self._send(address, urlencode({"sub": subject}).encode(), "POST")

    def _send(self, address: str, body: bytes, method: str) -> str:
        kind = "application/json" if method == "PUT" else "application/x-www-form-urlencoded"
        asked = Request(address, data=body, method=method, headers={"Content-Type": kind})  # noqa: S310
        try:
            with build_opener(Staying).open(asked, timeout=10) as answer:
                return str(answer.headers.get("Location", ""))
        except OSError as moved:
            return str(getattr(moved, "headers", {}).get("Location", ""))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def provider(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Provider]]:
    """Return a way to start a server, with a fault or without, and to be its client."""
    started: list[Provider] = []

    def start(fault: str = "") -> Provider:
        port = free_port()
        command = [sys.executable, "-m", "tests.oidc_server", str(port), fault]
        made = Provider(port, subprocess.Popen(command, cwd=ROOT))
        started.append(made)
        _wait_for(port)
        settings.SENIM_OIDC_ISSUER = made.issuer
        settings.SENIM_OIDC_CLIENT_ID = "senim"
        secret = tmp_path / "secret"
        secret.write_text("a secret of the tests\n")
        settings.SENIM_OIDC_CLIENT_SECRET_FILE = str(secret)
        settings.SENIM_OIDC_NAME = NAME
        settings.SENIM_ORIGIN = "http://testserver"
        return made

    yield start
    for made in started:
        made.stop()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError


def through(client: Client, server: Provider, subject: str, *, start: str = START) -> Any:
    asked = client.post(start)
    return client.get(server.sign_in(asked["Location"], subject))


def said(client: Client, answer: Any) -> str:
    return unescape(client.get(answer["Location"]).content.decode())


@pytest.fixture
def iin(cast: Cast) -> str:
    """Return the mother's IIN, put on record if the cast has none."""
    number = generated_iin()
    rows = Demographics.objects.system(reason="a test")
    with guard.lifted("a test"):
        row, _ = rows.get_or_create(user_id=cast.people["mother"].user_id)
        rows.filter(id=row.id).update(
            iin_sealed=seal(number, table="people_demographics", column="iin", row=row.id),
            iin_lookup=lookup_hash(number, kind="iin"),
        )
    return number


def generated_iin() -> str:
    """Return an IIN of nobody, with a fitting check digit."""
    return next(text for n in range(10) if is_iin(text := f"85010140010{n}"))


@pytest.mark.usefixtures("cast")
class TestWhoIsKnown:
    def test_comes_in_by_the_iin_the_provider_vouches_for(
        self, provider: Callable[..., Provider], iin: str
    ) -> None:
        server, client = provider(), visitor()
        server.knows("m1", iin=iin)

        answer = through(client, server, "m1")

        assert answer["Location"] == "/home/"
        assert signed_in_as(client) == "mother"

    def test_comes_in_by_a_link_made_after_the_password(
        self, provider: Callable[..., Provider], cast: Cast
    ) -> None:
        server, client = provider(), visitor()
        sign_in(client, "pupil")
        assert through(client, server, "p1", start=LINK)["Location"] == "/me/security/"

        fresh = visitor()
        through(fresh, server, "p1")

        assert signed_in_as(fresh) == "pupil"
        assert keys.is_linked(cast.account("pupil").id)

    def test_links_only_after_showing_who_one_is(self, provider: Callable[..., Provider]) -> None:
        provider()
        client = visitor()
        sign_in(client, "pupil")

        assert staled(client).post(LINK).status_code == 403

    @pytest.mark.usefixtures("with_phone")
    def test_still_owes_the_second_factor(self, provider: Callable[..., Provider]) -> None:
        server, client = provider(), visitor()
        _link(server, "teacher")

        assert through(client, server, "t1")["Location"] == "/second-factor/"
        assert signed_in_as(client) is None

    @pytest.mark.usefixtures("with_phone")
    @pytest.mark.parametrize("claims", [{"acr": "high"}, {"amr": ["pwd", "hwk"]}])
    def test_gave_it_where_the_provider_says_so(
        self,
        provider: Callable[..., Provider],
        settings: Settings,
        claims: dict[str, object],
    ) -> None:
        settings.SENIM_OIDC_STRONG = frozenset({"high", "hwk"})
        server, client = provider(), visitor()
        _link(server, "teacher")
        server.knows("t1", **claims)

        through(client, server, "t1")

        assert client.get("/home/")["Location"] == "/today/"

    @pytest.mark.usefixtures("with_phone")
    def test_did_not_where_the_setting_does_not_know_the_word(
        self, provider: Callable[..., Provider], settings: Settings
    ) -> None:
        settings.SENIM_OIDC_STRONG = frozenset({"high"})
        server, client = provider(), visitor()
        _link(server, "teacher")
        server.knows("t1", acr="low", amr=["pwd"])

        assert through(client, server, "t1")["Location"] == "/second-factor/"


def _link(server: Provider, username: str) -> None:
    account = Account.objects.get(username=username)
    with guard.lifted("a test"):
        ProviderLink.objects.create(
            account=account, subject_lookup=keys.subject_hash(server.issuer, "t1"), since=AT
        )


@pytest.mark.usefixtures("cast")
class TestWhoIsNot:
    @pytest.mark.parametrize("told", ["", "850101400005", "not a number"])
    def test_is_told_so_and_no_account_is_made(
        self, provider: Callable[..., Provider], told: str
    ) -> None:
        server, client = provider(), visitor()
        server.knows("x1", iin=told, email="mother@example.org")
        before = Account.objects.count()

        answer = through(client, server, "x1")

        assert say("signin.provider.nobody", "en", name=NAME) in said(client, answer)
        assert (signed_in_as(client), Account.objects.count()) == (None, before)

    def test_linked_already_is_refused_to_another(self, provider: Callable[..., Provider]) -> None:
        server = provider()
        for login in ("pupil", "classmate"):
            client = visitor()
            sign_in(client, login)
            answer = through(client, server, "p1", start=LINK)

        assert say("refusal.provider_taken", "en") in said(client, answer)
        assert ProviderLink.objects.count() == 1


@pytest.mark.usefixtures("cast")
class TestATamperedAnswer:
    def spoiled(self, provider: Callable[..., Provider], name: str, value: str) -> tuple[Any, ...]:
        server, client = provider(), visitor()
        _link(server, "pupil")
        back = server.sign_in(client.post(START)["Location"], "t1")
        fields = dict(parse_qsl(urlsplit(back).query)) | {name: value}
        return client, client.get(BACK, fields)

    @pytest.mark.parametrize(("name", "value"), [("state", "x"), ("state", ""), ("code", "x")])
    def test_is_refused(self, provider: Callable[..., Provider], name: str, value: str) -> None:
        client, answer = self.spoiled(provider, name, value)

        assert say("signin.provider.refused", "en", name=NAME) in said(client, answer)
        assert signed_in_as(client) is None

    def test_with_another_nonce_is_refused(self, provider: Callable[..., Provider]) -> None:
        server, client = provider(), visitor()
        _link(server, "pupil")
        address = client.post(START)["Location"]
        nonce = parse_qs(urlsplit(address).query)["nonce"][0]
        back = server.sign_in(address.replace(nonce, "another"), "t1")

        assert say("signin.provider.refused", "en", name=NAME) in said(client, client.get(back))
        assert signed_in_as(client) is None

    def test_without_the_verifier_of_the_question_is_refused(
        self, provider: Callable[..., Provider]
    ) -> None:
        server, client = provider(), visitor()
        _link(server, "pupil")
        back = server.sign_in(client.post(START)["Location"], "t1")
        kept = client.session
        kept["senim_provider"] = {**kept["senim_provider"], "verifier": "guess"}
        kept.save()

        client.get(back)

        assert signed_in_as(client) is None

    def test_of_another_browser_is_refused(self, provider: Callable[..., Provider]) -> None:
        server, client, victim = provider(), visitor(), visitor()
        _link(server, "pupil")
        back = server.sign_in(client.post(START)["Location"], "t1")

        victim.get(back)

        assert signed_in_as(victim) is None

    def test_signed_by_another_key_is_refused(self, provider: Callable[..., Provider]) -> None:
        server, client = provider("jwks"), visitor()
        _link(server, "pupil")

        answer = through(client, server, "t1")

        assert say("signin.provider.refused", "en", name=NAME) in said(client, answer)
        assert signed_in_as(client) is None

    def test_is_taken_once(self, provider: Callable[..., Provider]) -> None:
        server, client = provider(), visitor()
        _link(server, "pupil")
        back = server.sign_in(client.post(START)["Location"], "t1")
        client.get(back)
        client.post("/sign-out/")

        client.get(back)

        assert signed_in_as(client) is None

    def test_of_another_client_or_key_is_refused(
        self, provider: Callable[..., Provider], settings: Settings
    ) -> None:
        server, client = provider(), visitor()
        _link(server, "pupil")
        back = server.sign_in(client.post(START)["Location"], "t1")
        settings.SENIM_OIDC_CLIENT_ID = "another"

        client.get(back)

        assert signed_in_as(client) is None


@pytest.mark.usefixtures("cast")
class TestAProviderThatIsDown:
    @pytest.mark.parametrize("fault", ["slow", "no_discovery", "html", "issuer"])
    def test_is_said_plainly_within_three_seconds(
        self, provider: Callable[..., Provider], fault: str
    ) -> None:
        provider(fault)
        client = visitor()
        began = time.monotonic()

        answer = client.post(START)

        assert time.monotonic() - began < 3
        assert say("signin.provider.down", "en", name=NAME) in said(client, answer)

    @pytest.mark.parametrize("fault", ["killed", "token_500"])
    def test_half_way_is_said_plainly_and_the_password_works(
        self, provider: Callable[..., Provider], fault: str
    ) -> None:
        server, client = provider("" if fault == "killed" else fault), visitor()
        _link(server, "pupil")
        back = server.sign_in(client.post(START)["Location"], "t1")
        if fault == "killed":
            server.stop()

        answer = client.get(back)

        assert say("signin.provider.down", "en", name=NAME) in said(client, answer)
        sign_in(client, "pupil", PASSWORD)
        assert signed_in_as(client) == "pupil"

    def test_leaves_printed_codes_working(
        self, provider: Callable[..., Provider], with_phone: tuple[str, list[str]]
    ) -> None:
        provider().stop()
        client = visitor()
        client.post(START)
        sign_in(client, "teacher")

        client.post("/second-factor/", {"code": with_phone[1][0]})

        assert signed_in_as(client) == "teacher"


@pytest.mark.usefixtures("cast")
class TestWithoutAProvider:
    def test_there_is_no_button_and_no_way(self) -> None:
        client = visitor()

        assert START not in client.get(SIGN_IN).content.decode()
        assert client.post(START).status_code == 404
        assert client.get(BACK).status_code == 404

    def test_there_is_a_button_with_one(self, provider: Callable[..., Provider]) -> None:
        provider()

        page = visitor().get(SIGN_IN).content.decode()

        assert re.search(rf'action="{START}"', page)
        assert say("signin.provider.enter", "en", name=NAME) in unescape(page)
