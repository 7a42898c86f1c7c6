"""No page of a child or family calls anybody but the school's own address, or lets a cookie out."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Window
from tests.browser.test_every_page import PAGES

pytestmark = pytest.mark.browser

FAMILY = ("pupil", "mother", "father")


def test_the_pages_of_children_and_families_call_nobody_else(
    window: Callable[..., Window], figure: Callable[[str], None]
) -> None:
    seen = {persona: window(360, "kk") for persona in FAMILY}
    for persona, one in seen.items():
        one.enter(persona)
    opened = [page for page in PAGES if page[1] in FAMILY]
    for _, persona, path, links in opened:
        page = seen[persona].page
        page.goto(seen[persona].origin + path)
        for link in links:
            page.locator(link).locator("visible=true").first.click()
        page.wait_for_load_state("networkidle")
        assert seen[persona].faults() == [], path

    host = urlsplit(next(iter(seen.values())).origin).hostname
    for one in seen.values():
        assert one.foreign == []
        assert {cookie["domain"] for cookie in one.page.context.cookies()} == {host}
    figure(f"{len(opened)} pages of {len(FAMILY)} people, 0 requests to others")
    assert len(opened) >= 6
