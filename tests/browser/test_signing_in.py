"""Passkeys in a real browser with an authenticator of its own, and what signing out clears."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from senim.base.words import say
from tests.browser.conftest import Window

pytestmark = pytest.mark.browser

WAITING = """
(count) => new Promise((done) => {
  const asked = indexedDB.open("senim", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "op_id" });
  asked.onsuccess = () => {
    const box = asked.result.transaction("outbox", "readwrite");
    if (count) {
      const kept = { op_id: "x", owner: "nobody", sealed: false, body: {} };
      box.objectStore("outbox").put(kept);
    }
    box.oncomplete = () => { asked.result.close(); done(); };
  };
})
"""
LEFT = "async () => (await indexedDB.databases()).map((database) => database.name)"


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the browser a platform authenticator whose owner is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, str(made["authenticatorId"])


def add_passkey(seen: Window) -> None:
    seen.page.goto(f"{seen.origin}/me/security/passkey/")
    seen.page.get_by_label(say("security.passkey.name", "en")).fill("A phone of the tests")
    seen.page.get_by_role("button", name=say("security.passkey.create", "en")).click()
    seen.page.wait_for_url("**/me/security/")


def sign_out(page: Page) -> None:
    page.locator("details.who summary").click()
    page.locator("form[data-sign-out] button").click()


def test_a_passkey_lets_its_owner_in_without_a_password(window: Callable[..., Window]) -> None:
    seen = window(language="en")
    authenticator(seen.page)
    seen.enter("teacher")
    add_passkey(seen)
    expect(seen.page.get_by_text("A phone of the tests")).to_be_visible()
    sign_out(seen.page)
    seen.page.wait_for_url(f"{seen.origin}/")

    seen.page.goto(f"{seen.origin}/sign-in/")
    seen.page.get_by_role("button", name=say("security.passkey.sign_in", "en")).click()

    seen.page.wait_for_url("**/today/")
    assert seen.faults() == []


def test_a_passkey_of_nobody_here_is_refused_in_words(window: Callable[..., Window]) -> None:
    seen = window(language="en")
    session, device = authenticator(seen.page)
    seen.enter("mother")
    add_passkey(seen)
    seen.page.goto(f"{seen.origin}/me/security/")
    seen.page.get_by_role("button", name=say("security.passkey.remove", "en")).click()
    expect(seen.page.get_by_text(say("security.done.remove_passkey", "en"))).to_be_visible()
    sign_out(seen.page)
    seen.page.wait_for_url(f"{seen.origin}/")

    seen.page.goto(f"{seen.origin}/sign-in/")
    seen.page.get_by_role("button", name=say("security.passkey.sign_in", "en")).click()

    expect(seen.page.get_by_text(say("refusal.passkey_wrong", "en"))).to_be_visible()
    assert session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]


def test_signing_out_clears_storage_when_nothing_waits(window: Callable[..., Window]) -> None:
    seen = window(language="en")
    seen.enter("teacher")
    seen.page.evaluate(WAITING, 0)

    sign_out(seen.page)

    seen.page.wait_for_url(f"{seen.origin}/")
    assert seen.page.evaluate(LEFT) == []


@pytest.mark.parametrize("go", [True, False])
def test_signing_out_warns_and_keeps_what_waits(window: Callable[..., Window], *, go: bool) -> None:
    seen, asked = window(language="en"), []
    seen.enter("teacher")
    seen.page.evaluate(WAITING, 1)

    def answer(dialog: Any) -> None:
        asked.append(dialog.message)
        if go:
            dialog.accept()
        else:
            dialog.dismiss()

    seen.page.on("dialog", answer)
    sign_out(seen.page)
    if go:
        seen.page.wait_for_url(f"{seen.origin}/")
    else:
        seen.page.wait_for_timeout(300)

    assert asked == [say("security.waits", "en")]
    assert seen.page.evaluate(LEFT) == ["senim"]
    assert (seen.page.url == f"{seen.origin}/") is go
