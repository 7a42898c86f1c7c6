"""Sixty texts that want to be run, in every text of the record, on every page: none ever is."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from senim.base.models import WordsField
from tests.browser.conftest import Demo, Window
from tests.browser.payloads import PAYLOADS
from tests.browser.test_every_page import PAGES
from tools import shots
from tools.checks import BIN
from tools.postgres import free_port

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

CODES = frozenset(
    {
        *("status", "kind", "event", "hat", "role", "identifier", "time_zone", "language", "sex"),
        *("username", "phone", "email", "password", "code_hash", "iin_lookup", "key", "ground"),
        *("sort_key", "search_key", "subject_kind", "once_key", "code", "assessment", "category"),
        *("source", "sourced_id", "within", "version", "digest", "by_order", "holder", "channel"),
        *(
            "note",
            "url",
            "public_key",
            "line",
            "facts",
            "body",
            "answer_json",
            "counts",
            "warnings",
        ),
    }
)
"""Fields that hold codes, numbers and keys and never what somebody typed. Reviewed."""

LISTENING = """
window.hits = [];
window.x = (n) => window.hits.push(n);
for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => hits.push(name);
"""
WOKEN = """
() => {
  for (const element of document.querySelectorAll('*')) {
    for (const kind of ['mouseover', 'focus', 'toggle', 'animationstart'])
      element.dispatchEvent(new Event(kind));
    for (const one of element.attributes) {
      if (one.name.startsWith('on') || one.name === 'zq')
        hits.push(element.outerHTML.slice(0, 120));
      if (['href', 'src', 'action', 'formaction', 'data'].includes(one.name)
          && /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data:text)/i.test(one.value))
        hits.push(element.outerHTML.slice(0, 120));
    }
  }
  return hits;
}
"""


def written_fields() -> Iterator[tuple[type[models.Model], Any]]:
    """Return every field that holds what somebody typed."""
    for model in apps.get_models():
        if not model.__module__.startswith("senim."):
            continue
        for field in model._meta.concrete_fields:
            typed = isinstance(field, models.CharField | models.TextField | WordsField)
            if typed and field.name not in CODES and not field.choices:
                yield model, field


def fill(database: Path) -> None:
    """Put the texts into every field somebody types, as many of them as each field holds."""
    with sqlite3.connect(database) as connection:
        for table, kind in connection.execute(
            "SELECT name, type FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP {kind} "{table}"')
        for model, field in written_fields():
            table, column = model._meta.db_table, field.column
            room = min(getattr(field, "max_length", None) or 600, 600)
            rows = connection.execute(f'SELECT rowid FROM "{table}"').fetchall()  # noqa: S608
            new = []
            for number, (row,) in enumerate(rows[:4000]):
                text, place = "", number
                while len(text) + len(PAYLOADS[place % len(PAYLOADS)]) < room:
                    text += PAYLOADS[place % len(PAYLOADS)] + " "
                    place += 1
                if isinstance(field, WordsField):
                    text = text[:600].replace("\\", "\\\\").replace('"', '\\"').replace("\t", " ")
                    text = f'{{"kk": "{text}", "ru": "{text}", "en": "{text}"}}'
                if text:
                    new.append((text, row))
            put = f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE rowid = ?'  # noqa: S608
            connection.executemany(put, new)


@pytest.fixture(scope="module")
def hostile(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a copy of the demo whose every text wants to be run; return its address."""
    home, port = tmp_path_factory.mktemp("hostile"), free_port()
    copy = home / "hostile.sqlite3"
    source = demo.environ["SENIM_DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(source) as whole, sqlite3.connect(copy) as target:
        whole.backup(target)
    fill(copy)
    origin = f"http://localhost:{port}"
    environ = demo.environ | {"SENIM_DATABASE_URL": f"sqlite:///{copy}", "SENIM_ORIGIN": origin}
    command = [str(BIN / "senim"), "demo", "--serve", "--port", str(port)]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env={**os.environ, **environ}, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 120
            while not shots.answers(origin):
                told = (home / "log").read_text()
                assert server.poll() is None, told
                assert time.monotonic() < deadline, told
                time.sleep(0.3)
            yield origin
        finally:
            server.terminate()
            server.wait()


def test_no_text_of_the_record_is_ever_run(
    hostile: str, window: Callable[..., Window], figure: Callable[[str], None]
) -> None:
    shown: set[int] = set()
    seen_by: dict[str, Window] = {}
    for name, persona, path, links in PAGES:
        if persona not in seen_by:
            seen_by[persona] = window(1280, "kk")
            seen_by[persona].origin = hostile
            seen_by[persona].page.add_init_script(LISTENING)
            if persona:
                seen_by[persona].enter(persona)
        seen = seen_by[persona]
        answer = seen.page.goto(hostile + path)
        for link in links:
            seen.page.locator(link).locator("visible=true").first.click()
        seen.page.wait_for_load_state("networkidle")
        assert answer, name
        assert answer.status < 500, f"{name}: {answer.status}"
        assert seen.page.evaluate(WOKEN) == [], name
        assert seen.faults() == [], name
        text = seen.page.content()
        shown |= {number for number in range(len(PAYLOADS)) if f"x({number})" in text}

    figure(f"{len(shown)} texts of {len(PAYLOADS)} shown on {len(PAGES)} pages, none run")
    assert shown == set(range(len(PAYLOADS)))


def test_every_text_field_is_tried() -> None:
    fields = {f"{model._meta.label}.{field.name}" for model, field in written_fields()}

    assert {
        "people.User.family_name",
        "schools.Member.shown_name",
        "schools.Org.name",
        "schools.Class.title",
        "journal.LessonEntry.homework",
        "journal.ResultFact.comment",
        "ledger.Case.said",
    } <= fields
