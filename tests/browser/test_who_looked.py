"""The story's front door: the mother finds the teacher, just now, and asks; the school answers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Window

pytestmark = pytest.mark.browser

QUESTION = "Сабақты неге қайта аштыңыз?"


def open_lesson(teacher: Window) -> str:
    """Open the lesson under way as the demo's teacher, and return the teacher's family name."""
    teacher.enter("teacher")
    page = teacher.page
    name = page.locator("details.who summary").inner_text().split()[0]
    page.locator("main a[href^='/lesson/']").first.click()
    page.wait_for_url("**/lesson/**")
    return name


def line_of(page: Page, name: str) -> Locator:
    """Return the latest line that names somebody."""
    return page.locator(".looks > li", has_text=name).first


def test_the_mother_finds_the_teacher_just_now_and_is_answered(
    window: Callable[..., Window],
) -> None:
    teacher, mother, deputy = window(), window(PHONE), window()
    name = open_lesson(teacher)

    mother.enter("mother")
    page = mother.page
    page.locator("nav.bar a", has_text="Кім қарады").click()
    page.wait_for_url("**/looked/**")

    expect(line_of(page, name)).to_contain_text("күнделікті жұмыс")
    assert page.locator(".looks > li.refused").count() >= 1, "the official was refused"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE

    line_of(page, name).locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.locator(".looks details[open] a[href*='/wrong/']").first.click()
    page.locator("textarea[name=said]").fill(QUESTION)
    page.locator("main form button").first.click()
    page.wait_for_url("**/looked/*/#questions")
    expect(page.locator(".questions article").first).to_contain_text(QUESTION)

    deputy.enter("deputy_head")
    office = deputy.page
    office.locator(".waiting a[href='/office/cases/']").click()
    office.locator("tbody tr", has=office.locator(".tag.waits")).last.locator("a").click()
    expect(office.locator("main")).to_contain_text(QUESTION)
    office.locator("textarea[name=answer]").fill("Үй тапсырмасын толықтырдым.")
    office.locator("main form button").last.click()
    office.wait_for_url(re.compile(r"/office/cases/$"))

    page.reload()
    expect(page.locator(".questions article").first).to_contain_text("Үй тапсырмасын толықтырдым.")
    assert teacher.faults() == mother.faults() == deputy.faults() == []
