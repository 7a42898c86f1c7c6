"""Every page, on phone and desktop: axe finds nothing, nothing foreign, nothing the CSP stops."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Window
from tools.shots import SHOTS, Shot

pytestmark = pytest.mark.browser

MORE = (
    Shot("case", "", "/founding/", ("main a[href^='/founding/']",)),
    Shot("first-card", "", "/first-card/"),
    Shot("not-found", "", "/no/such/page/"),
    Shot("register-of-deputy", "deputy_head", "/register/", ("main a[href^='/register/']",)),
    Shot("diary-of-pupil", "pupil", "/diary/"),
    Shot("lesson-of-two-grades", "village_teacher", "/today/", ("main a[href^='/lesson/']",)),
    Shot("password", "mother", "/password/"),
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("shot", [*SHOTS, *MORE], ids=lambda shot: shot.name)
@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(PHONE, "kk", "light"), (DESKTOP, "en", "dark")]
)
def test_a_page_is_accessible_and_keeps_to_itself(
    shot: Shot, width: int, language: str, scheme: str, window: Callable[..., Window]
) -> None:
    seen = window(width, language, scheme)
    if shot.persona:
        seen.enter(shot.persona)

    seen.page.goto(seen.origin + shot.path)
    for link in shot.follow:
        seen.page.locator(link).first.click()
    seen.page.wait_for_load_state("networkidle")

    result = Axe().run(seen.page, options=RULES)
    found = [
        f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary']}"
        for v in result.response["violations"]
    ]
    assert found == []
    assert seen.faults() == []
    wide = seen.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"the page is {wide} px wide in a window of {width}"
