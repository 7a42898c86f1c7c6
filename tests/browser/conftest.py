"""A real Chromium at a real demo; each window notes foreign requests, CSP and page errors."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools import roles, shots
from tools.checks import BIN, browser
from tools.postgres import free_port

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REPORT_CSP = """
window.cspReports = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.cspReports.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
PHONE, DESKTOP = 360, 1280


DAY = "2026-11-18"  # a Wednesday with lessons in both shifts; it is ten past ten
ENTRIES = """
import json, sys, django
django.setup()
from senim.ledger.models import Entry
rows = Entry.objects.filter(subject_id=sys.argv[1]).order_by("at", "id")
print(json.dumps([[row.kind, row.event, row.hat] for row in rows]))
"""


@dataclass(frozen=True)
class Demo:
    """A demo that is served, and the environment its commands run in."""

    origin: str
    environ: dict[str, str]

    def entries(self, subject_id: str) -> list[list[str]]:
        """Return (kind, event, hat) of every ledger entry about a thing."""
        done = subprocess.run(
            [str(BIN / "python"), "-c", ENTRIES, subject_id],
            env=self.environ | {"DJANGO_SETTINGS_MODULE": "senim.config.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
        found: list[list[str]] = json.loads(done.stdout)
        return found


def empty_database(home: Path) -> str:
    """Return the URL of an empty database of the kind this run is on."""
    given = os.environ.get("SENIM_DATABASE_URL", "")
    if not given.startswith("postgresql"):
        return f"sqlite:///{home}/demo.sqlite3"
    name = f"browser_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Return a demo filled and served for this run."""
    home, port = tmp_path_factory.mktemp("demo"), free_port()
    origin = f"http://localhost:{port}"
    environ = os.environ | {
        **roles.environment(empty_database(home)),
        "SENIM_KEYS_DIR": f"{home}/keys",
        "SENIM_ORIGIN": origin,
    }
    command = [str(BIN / "senim"), "demo", "--date", DAY, "--serve", "--port", str(port)]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 240
            while not shots.answers(origin):
                told = (home / "log").read_text()
                assert server.poll() is None, told
                assert time.monotonic() < deadline, told
                time.sleep(0.3)
            yield Demo(origin, environ)
        finally:
            server.terminate()
            server.wait()


@pytest.fixture(scope="session")
def origin(demo: Demo) -> str:
    """Return the demo's address."""
    return demo.origin


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a running Chromium."""
    options = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser(), args=options)
        yield chrome
        chrome.close()


@dataclass
class Window:
    """A browser window and what it saw that it should not have."""

    page: Page
    origin: str
    foreign: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note requests to other origins and errors of scripts from now on."""
        self.page.add_init_script(REPORT_CSP)
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", lambda told: self._hear(told.type, told.text))

    def _note(self, url: str) -> None:
        if urlsplit(url).scheme in ("http", "https") and not url.startswith(self.origin):
            self.foreign.append(url)

    def _hear(self, kind: str, text: str) -> None:
        if "Content Security Policy" in text or (kind == "error" and "status of" not in text):
            self.broken.append(text)

    def faults(self) -> list[str]:
        """Return everything this window should not have seen."""
        reports = self.page.evaluate("window.cspReports")
        return [*self.foreign, *self.broken, *reports]

    def enter(self, persona: str) -> None:
        """Come in as one of the demo's people, by the front page's door or its twin."""
        self.page.goto(self.origin)
        self.page.evaluate(
            """(persona) => {
                const form = document.createElement('form');
                form.method = 'post'; form.action = '/demo/enter/';
                const add = (name, value) => {
                  const field = document.createElement('input');
                  field.type = 'hidden'; field.name = name; field.value = value;
                  form.append(field);
                };
                add('persona', persona);
                add('csrfmiddlewaretoken',
                    document.querySelector('[name=csrfmiddlewaretoken]').value);
                document.body.append(form); form.submit();
            }""",
            persona,
        )
        self.page.wait_for_url(lambda url: url.rstrip("/") != self.origin)


@pytest.fixture
def window(chromium: Browser, origin: str) -> Iterator[Callable[..., Window]]:
    """Return a way to open a window: width, language, colour scheme, offline storage of its own."""
    opened: list[BrowserContext] = []

    def open_window(width: int = DESKTOP, language: str = "kk", scheme: str = "light") -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": 780 if width == PHONE else 860},
            locale=language,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "senim_language", "value": language, "url": origin}])
        opened.append(context)
        made = Window(context.new_page(), origin)
        made.watch()
        return made

    yield open_window
    for context in opened:
        context.close()
