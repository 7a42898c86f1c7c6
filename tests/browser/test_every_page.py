"""Every page, on phone and desktop: axe finds nothing, nothing foreign, nothing the CSP stops."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Window

pytestmark = pytest.mark.browser

LESSON, REGISTER = "main a[href^='/lesson/']", "main a[href^='/register/']"
PAGES = (
    # name, persona of the demo, path, links to press from there
    ("front", "", "/", ()),
    ("founding", "", "/founding/", ()),
    ("case", "", "/founding/", ("main a[href^='/founding/']",)),
    ("sign-in", "", "/sign-in/", ()),
    ("first-card", "", "/first-card/", ()),
    ("not-found", "", "/no/such/page/", ()),
    ("today", "teacher", "/today/", ()),
    ("lesson", "teacher", "/today/", (LESSON,)),
    ("lesson-of-two-grades", "village_teacher", "/today/", (LESSON,)),
    ("registers", "teacher", "/register/", ()),
    ("register", "teacher", "/register/", (REGISTER,)),
    ("register-of-deputy", "deputy_head", "/register/", (REGISTER,)),
    ("diary-week", "mother", "/diary/", ()),
    ("diary-term", "mother", "/diary/", ("a[href*='/term/']",)),
    ("diary-of-pupil", "pupil", "/diary/", ()),
    ("diary-by-order", "father", "/diary/", ()),
    ("looked", "mother", "/looked/", ()),
    ("looked-in-detail", "mother", "/looked/", (".looked-count a",)),
    ("looked-wrong", "mother", "/looked/", (".looked-count a", "main a[href*='/wrong/']")),
    ("cases", "deputy_head", "/office/cases/", ()),
    ("case-of-family", "deputy_head", "/office/cases/", ("main tbody a",)),
    ("notices", "deputy_head", "/notices/", ()),
    ("password", "mother", "/password/", ()),
    ("hats", "homeroom", "/hat/", ()),
    ("security", "mother", "/me/security/", ()),
    ("security-of-pupil", "pupil", "/me/security/", ()),
    ("step-up", "mother", "/confirm/", ()),
    ("passkey", "mother", "/me/security/passkey/", ()),
    ("office", "clerk", "/office/", ()),
    ("office-people", "clerk", "/office/people/", ()),
    ("office-classes", "clerk", "/office/classes/", ()),
    ("office-timetable", "clerk", "/office/timetable/", ()),
    ("office-imports", "clerk", "/office/imports/", ()),
    ("office-cards", "clerk", "/office/classes/", ("main a[href*='/cards/']",)),
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize(
    ("persona", "path", "links"), [page[1:] for page in PAGES], ids=[page[0] for page in PAGES]
)
@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(PHONE, "kk", "light"), (DESKTOP, "en", "dark")]
)
def test_a_page_is_accessible_and_keeps_to_itself(
    persona: str,
    path: str,
    links: tuple[str, ...],
    width: int,
    language: str,
    scheme: str,
    window: Callable[..., Window],
) -> None:
    seen = window(width, language, scheme)
    if persona:
        seen.enter(persona)

    seen.page.goto(seen.origin + path)
    for link in links:
        seen.page.locator(link).locator("visible=true").first.click()
    seen.page.wait_for_load_state("networkidle")
    # As tall as the page, so that the bottom bar lies over nothing one could scroll from under it.
    height = seen.page.evaluate("document.documentElement.scrollHeight")
    seen.page.set_viewport_size({"width": width, "height": max(height, 780)})

    result = Axe().run(seen.page, options=RULES)
    found = [
        f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary']}"
        for v in result.response["violations"]
    ]
    assert found == []
    assert seen.faults() == []
    wide = seen.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"the page is {wide} px wide in a window of {width}"
