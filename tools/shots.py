"""Take the pictures of docs/guide from the demo: python -m tools.shots [NAME …].

The demo is filled for a fixed school day into a temporary folder and served there, so the pictures
change only when the pages do. Each page is taken on a phone and a desktop, in Kazakh and English:
docs/guide/pictures/<name>-<width>-<language>.png. Names given take those pages alone.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tools.checks import BIN, ROOT, browser
from tools.postgres import free_port

DAY = "2026-11-18"  # a Wednesday with lessons in both shifts
PICTURES = ROOT / "docs" / "guide" / "pictures"
SIZES: tuple[ViewportSize, ...] = ({"width": 360, "height": 780}, {"width": 1280, "height": 860})
LANGUAGES = ("kk", "en")
TALLEST = 2400  # a long page is shown down to here


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: who sees it (a persona of the demo, or nobody), where, and links to follow on."""

    name: str
    persona: str
    path: str
    follow: tuple[str, ...] = ()


SHOTS = (
    Shot("front", "", "/"),
    Shot("founding", "", "/founding/"),
    Shot("sign-in", "", "/sign-in/"),
    Shot("today", "teacher", "/today/"),
    Shot("lesson", "teacher", "/today/", ("main a[href^='/lesson/']",)),
    Shot("register", "teacher", "/registers/", ("main a[href^='/register/']",)),
    Shot("diary-week", "mother", "/diary/"),
    Shot("diary-term", "mother", "/diary/", ("main a[href*='/term/']",)),
    Shot("office", "clerk", "/office/"),
    Shot("office-people", "clerk", "/office/people/"),
    Shot("office-classes", "clerk", "/office/classes/"),
    Shot("office-timetable", "clerk", "/office/timetable/"),
    Shot("office-imports", "clerk", "/office/imports/"),
)


def answers(url: str) -> bool:
    """Say whether a page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except urllib.error.HTTPError as error:
        sys.exit(f"{url} answers {error.code}")
    except OSError:
        return False


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """Give the address of a freshly filled demo that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="senim-shots-") as home:
        port = free_port()
        origin = f"http://localhost:{port}"
        env = {
            **os.environ,
            "SENIM_DATABASE_URL": f"sqlite:///{home}/demo.sqlite3",
            "SENIM_KEYS_DIR": f"{home}/keys",
            "SENIM_ORIGIN": origin,
        }
        command = [str(BIN / "senim"), "demo", "--date", DAY, "--serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            while not answers(origin):
                if server.poll() is not None:
                    sys.exit("the demo did not start")
                time.sleep(0.2)
            yield origin
        finally:
            server.terminate()
            server.wait()


def enter(context: BrowserContext, origin: str, persona: str) -> Page:
    """Open the demo in a window of its own, as one of its people when one is named."""
    page = context.new_page()
    page.goto(origin)
    if persona:
        page.locator(f"button[name=persona][value={persona}]").first.click()
    return page


def take(chromium: Browser, origin: str, shot: Shot, size: ViewportSize, language: str) -> None:
    """Take one picture."""
    context = chromium.new_context(viewport=size, locale=language, reduced_motion="reduce")
    context.add_cookies([{"name": "senim_language", "value": language, "url": origin}])
    page = enter(context, origin, shot.persona)
    answer = page.goto(origin + shot.path)
    for link in shot.follow:
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    if answer is None or not answer.ok:
        sys.exit(f"{shot.name}: {shot.path} answers {answer.status if answer else 'nothing'}")
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    file = PICTURES / f"{shot.name}-{size['width']}-{language}.png"
    page.set_viewport_size({"width": size["width"], "height": min(max(height, 400), TALLEST)})
    page.screenshot(path=file)
    print(file.relative_to(ROOT), flush=True)
    context.close()


def main(names: list[str]) -> None:
    """Take the pictures asked for, or all."""
    unknown = set(names) - {shot.name for shot in SHOTS}
    if unknown:
        sys.exit(f"no such page: {', '.join(sorted(unknown))}")
    PICTURES.mkdir(parents=True, exist_ok=True)
    options = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses root otherwise
    with demo() as origin, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=options)
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            for size in SIZES:
                for language in LANGUAGES:
                    take(chromium, origin, shot, size, language)
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1:])
