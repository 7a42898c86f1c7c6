"""Take the pictures of docs/guide from the demo: python -m tools.shots [--look DIR] [NAME …].

The demo is filled for a fixed school day into a temporary folder and served there, so the pictures
change only when the pages do: docs/guide/pictures/<name>-<width>-<language>.png. Each page is taken
on a phone and a desktop in Kazakh and English, and in whatever else a page of docs shows. Names
given take those pages alone.

--look DIR puts whole pages, light and dark, into DIR instead: for looking at one's own work.
"""

import argparse
import base64
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import qrcode  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from senim.base.personas import PASSWORD, USERNAMES
from tools.checks import BIN, ROOT, browser
from tools.postgres import free_port
from tools.small_png import small

DAY = "2026-11-18"  # a Wednesday with lessons in both shifts
GUIDE = ROOT / "docs" / "guide"
PICTURES = GUIDE / "pictures"
SHOWN = re.compile(r"pictures/([\w-]+)\.png")
WINDOW = {360: 780, 1280: 860}  # widths and heights of a phone and a desktop
TALLEST = {360: 1400, 1280: 1100}  # the guide shows a long page down to here
SAMPLE = "7KMT4XWP29DQ"  # letters that stand in for codes which are made anew each time

LESSON = "main a[href^='/lesson/']"
REGISTER = "section:has(h2:text-is('7 «Ә»')) a[href^='/register/']"  # of the lesson taught
TERM = "a[href*='/term/']"
STAFF = "main tbody tr:not(:has-text('·')) th a"  # only pupils have a class beside their post
STORY = ".diary-day.today details.got > summary"

# What is done on a page before its picture is taken

Act = Callable[[Page], None]


def press(*places: str) -> Act:
    """Return an act that presses the first of each kind of place in turn."""

    def act(page: Page) -> None:
        for place in places:
            page.locator(place).locator("visible=true").first.click()
            page.wait_for_load_state()

    return act


def nothing(_: Page) -> None:
    """Take the page as it opens."""


def teach(page: Page) -> None:
    """Keep a lesson as a teacher does: who is away, points, topic, homework, attendance taken."""
    page.locator(LESSON).first.click()
    roll = page.locator("ol.roll > li")
    for number, sign in ((5, "unexcused"), (11, "unexcused"), (14, "ill"), (20, "late")):
        roll.nth(number - 1).locator(f"input[value={sign}]").check(force=True)
    for number, points in ((1, "8"), (3, "9"), (8, "7"), (16, "10")):
        roll.nth(number - 1).locator("input.points").fill(points)
    roll.nth(2).locator("input.remark").fill("Тақтада өзі шығарды")
    page.locator("textarea[data-text=topic]").fill("Қысқаша көбейту формулалары")
    page.locator("textarea[data-text=homework]").fill("§\u00a012, №\u00a0231, 233")
    page.locator("#taken").click(force=True)
    page.locator("#taken-done").wait_for()
    page.locator("#saving[data-state=delivered]").wait_for()


def owe_second_factor(page: Page) -> None:
    """Sign in by password, which brings staff without a second factor to setting it up.

    The picture to scan is made anew each time; a sample takes its place.
    """
    page.locator("input[name=login]").fill(USERNAMES["teacher"])
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_url("**/second-factor/**")
    svg = qrcode.make(SAMPLE, image_factory=SvgPathImage).to_string()
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
    page.locator(".signin-qr").evaluate("(image, source) => { image.src = source }", source)


def make_cards(page: Page) -> None:
    """Make a class's first-time cards, and put samples in the place of codes and address."""
    press("main a[href*='/office/cards/?class=']", "main form[method=post] button")(page)
    page.evaluate(
        """([sample, address]) => {
          for (const place of document.querySelectorAll("dd, strong")) {
            const text = place.textContent;
            const letter = (_, n) => sample[n % sample.length];
            if (/^[0-9A-Z]{3,5}([- ][0-9A-Z]{3,5})+$/.test(text.trim()))
              place.textContent = text.replace(/[0-9A-Z]/g, letter);
            place.textContent = place.textContent.replace(/(https?:..)?localhost:\\d+/, address);
          }
        }""",
        [SAMPLE, "senim.mektep.example"],
    )


# The pages


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: who sees it (a persona of the demo, or nobody), where, and what they do there.

    taught: after the teacher's lesson, else before it.
    """

    name: str
    persona: str
    path: str
    act: Act = nothing
    taught: bool = True


SHOTS = (
    Shot("today", "teacher", "/today/", taught=False),
    Shot("front", "", "/"),
    Shot("founding", "", "/founding/"),
    Shot("sign-in", "", "/sign-in/"),
    Shot("first-card", "", "/first-card/"),
    Shot("second-factor", "", "/sign-in/", owe_second_factor),
    Shot("lesson", "teacher", "/today/", press(LESSON)),
    Shot("lesson-joined", "village_teacher", "/today/", press(LESSON)),
    Shot("registers", "teacher", "/register/"),
    Shot("register", "teacher", "/register/", press(REGISTER)),
    Shot("register-why", "teacher", "/register/", press(REGISTER, "td.mark-cell a")),
    Shot("diary-week", "mother", "/diary/"),
    Shot("diary-who", "mother", "/diary/", press(STORY)),
    Shot("diary-term", "mother", "/diary/", press(TERM)),
    Shot("diary-why", "mother", "/diary/", press(TERM, "details.got > summary")),
    Shot("looked", "mother", "/looked/"),
    Shot("case", "deputy_head", "/office/cases/", press("main tbody a")),
    Shot("office", "clerk", "/office/"),
    Shot("office-people", "clerk", "/office/people/"),
    Shot("office-person", "clerk", "/office/people/", press(STAFF)),
    Shot("office-classes", "clerk", "/office/classes/"),
    Shot("office-timetable", "clerk", "/office/timetable/"),
    Shot("office-imports", "clerk", "/office/imports/"),
    Shot("office-cards", "clerk", "/office/classes/", make_cards),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is taken: how wide, in what language, light or dark."""

    width: int
    language: str
    dark: bool = False

    @property
    def ending(self) -> str:
        """The end of the picture's name."""
        return f"{self.width}-{self.language}{'-dark' if self.dark else ''}"


def shown_in_docs() -> frozenset[str]:
    """Return the names of the pictures that README and docs show."""
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    return frozenset(name for page in pages for name in SHOWN.findall(page.read_text("utf-8")))


def looks_of(shot: Shot, *, dark: bool) -> list[Look]:
    """Return the ways a page is taken; Russian only where a page of docs shows it."""
    shown = shown_in_docs()
    found = [Look(width, language) for width in WINDOW for language in ("kk", "ru", "en")]
    if dark:
        return found + [Look(width, "kk", dark=True) for width in WINDOW]
    return [
        look for look in found if look.language != "ru" or f"{shot.name}-{look.ending}" in shown
    ]


# The demo


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


# Taking a picture


def enter(context: BrowserContext, origin: str, persona: str) -> Page:
    """Open the demo in a window of its own, as one of its people when one is named."""
    page = context.new_page()
    page.goto(origin)
    if persona:  # the teacher's door opens for whoever is named; the mother's also sets a language
        door = page.locator("button[name=persona]").first
        door.evaluate("(button, persona) => { button.value = persona }", persona)
        door.click()
        page.wait_for_load_state()
    return page


def take(chromium: Browser, origin: str, shot: Shot, look: Look) -> tuple[Page, int]:
    """Return a page as it is to be seen, and its whole height."""
    context = chromium.new_context(
        viewport={"width": look.width, "height": WINDOW[look.width]},
        locale=look.language,
        reduced_motion="reduce",
        color_scheme="dark" if look.dark else "light",
    )
    context.add_cookies([{"name": "senim_language", "value": look.language, "url": origin}])
    page = enter(context, origin, shot.persona)
    wrong: list[str] = []

    def heard(answer: Response) -> None:
        if answer.status >= 400:
            wrong.append(f"{answer.url} answers {answer.status}")

    page.on("response", heard)
    page.goto(origin + shot.path)
    shot.act(page)
    page.wait_for_load_state("networkidle")
    if wrong:
        sys.exit(f"{shot.name}: {', '.join(wrong)}")
    return page, int(page.evaluate("document.documentElement.scrollHeight"))


def save(chromium: Browser, origin: str, shot: Shot, look: Look, into: Path | None) -> None:
    """Take one picture: for the guide down to a height and in few bytes, else whole."""
    page, height = take(chromium, origin, shot, look)
    tallest = height if into else TALLEST[look.width]
    page.set_viewport_size({"width": look.width, "height": min(max(height, 400), tallest)})
    png = page.screenshot()
    file = (into or PICTURES) / f"{shot.name}-{look.ending}.png"
    file.write_bytes(small(chromium, png))
    print(f"{file.name}: {file.stat().st_size // 1024} kB", flush=True)
    page.context.close()


def main(names: list[str], into: Path | None) -> None:
    """Take the pictures asked for, or all."""
    unknown = set(names) - {shot.name for shot in SHOTS}
    if unknown:
        sys.exit(f"no such page: {', '.join(sorted(unknown))}")
    (into or PICTURES).mkdir(parents=True, exist_ok=True)
    options = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses root otherwise
    with demo() as origin, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=options)
        asked = [shot for shot in SHOTS if not names or shot.name in names]
        for taught, shots in groupby(asked, lambda shot: shot.taught):
            if taught:
                lesson = Shot("", "teacher", "/today/", teach)
                take(chromium, origin, lesson, Look(1280, "kk"))[0].context.close()
            for shot in shots:
                for look in looks_of(shot, dark=into is not None):
                    save(chromium, origin, shot, look, into)
        chromium.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--look", type=Path, metavar="DIR")
    asked = parser.parse_args()
    main(asked.names, asked.look)
