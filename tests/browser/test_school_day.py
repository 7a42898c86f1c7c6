"""One day from end to end: a teacher marks a lesson, a mother reads it, an outsider does not."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from hashlib import sha1

import pytest
from playwright.sync_api import Page, expect

from senim.base.personas import PASSWORD, USERNAMES
from tests.browser.conftest import PHONE, Demo, Window

pytestmark = pytest.mark.browser

ABSENT = (6, 8, 11)
POINTS = {1: "9", 2: "10", 3: "9", 4: "7", 5: "8", 7: "6"}
"""By the pupil's number in the class; the demo's mother is the mother of number three."""


def phone_code(secret: str) -> str:
    """Return the six digits an authenticator shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), sha1).digest()
    start = digest[-1] & 0xF
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in(window: Window) -> None:
    """Sign the demo's teacher in as staff do: name, password, and the phone's code set up."""
    page = window.page
    page.goto(f"{window.origin}/sign-in/")
    page.locator("input[name=login]").fill(USERNAMES["teacher"])
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/**")
    secret = re.search(
        r"[A-Z2-7]{32}", re.sub(r"\s", "", page.locator("main").text_content() or "")
    )
    assert secret
    page.locator("input[name=code]").fill(phone_code(secret[0]))
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def delivered(page: Page) -> None:
    """Wait until the header says that everything reached the school."""
    expect(page.locator("#saving")).to_have_attribute("data-state", "delivered", timeout=15_000)


def mark_attendance(page: Page) -> int:
    """Mark three of twenty-eight absent and confirm; return how many actions it took."""
    rows = page.locator("#roll li[data-member]")
    assert rows.count() == 28
    for number in ABSENT:
        page.locator(f"#roll li[data-number='{number}'] .presence label").nth(1).click()
    page.locator("label:has(#taken)").click()
    return len(ABSENT) + 1


def type_points(page: Page) -> None:
    """Give six pupils points by the keyboard alone."""
    page.locator("#roll li[data-number='1'] input.points").focus()
    for number in range(1, 8):
        page.keyboard.type(POINTS.get(number, ""))
        page.keyboard.press("ArrowDown")


def test_a_lesson_reaches_the_mother_and_nobody_else(
    demo: Demo, window: Callable[..., Window]
) -> None:
    teacher = window(language="kk")
    sign_in(teacher)
    page = teacher.page
    sent: list[str] = []
    page.on("response", lambda r: sent.append(r.url) if "/sync/v1/" in r.url else None)

    page.goto(f"{demo.origin}/today/")
    page.get_by_role("link", name="Сабақты ашу").click()
    page.wait_for_url("**/lesson/**")
    lesson = page.url
    class_id = lesson.split("/")[4]
    before = demo.entries(class_id)
    actions = mark_attendance(page)
    delivered(page)
    page.locator("textarea[name^=topic-]").fill("Қысқаша көбейту формулалары")
    page.locator("textarea[name^=homework-]").fill("№ 213–216")
    type_points(page)
    page.keyboard.press("Tab")
    delivered(page)
    new = demo.entries(class_id)[len(before) :]
    saves = [e for e in new if e[1] == "journal.lesson.saved"]

    assert actions <= 8
    assert len(saves) == len(sent) > 0
    page.reload()
    for number, points in POINTS.items():
        shown = page.locator(f"#roll li[data-number='{number}'] input.points")
        expect(shown).to_have_value(points)
    assert teacher.faults() == []

    mother = window(PHONE, "kk")
    mother.enter("mother")
    mother.page.goto(f"{demo.origin}/diary/")
    algebra = mother.page.locator("main").get_by_text("Алгебра", exact=True)
    expect(algebra.locator("visible=true").first).to_be_visible()
    text = mother.page.locator("main").inner_text()
    assert "Қысқаша көбейту формулалары" in text
    assert re.search(r"Алгебра.*?\b9\b", text, re.DOTALL)
    assert mother.faults() == []

    outsider = window(language="kk")
    outsider.enter("village_teacher")
    answer = outsider.page.goto(lesson)
    assert answer is not None
    assert answer.status == 404
    assert "Ахметова" not in outsider.page.content()

    about = demo.entries(class_id)
    since = about[len(before) :]
    assert ["look", "journal.lesson.looked", "teacher"] in before
    assert [e for e in since if e[0] == "refused"] == [
        ["refused", "journal.lesson.looked", "teacher"]
    ]
    assert not [e for e in since if e[0] == "look"]
    child = mother.page.url.split("/diary/")[1].split("/")[0]
    assert not [e for e in (*about, *demo.entries(child)) if e[2] == "guardian"]
