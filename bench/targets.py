"""What the rig asks for, made from a filled demo: real sessions, real addresses, real SQL.

Run beside the database that is measured: `python -m bench.targets` prints JSON on one line.
"""

import json
import os
import random
import re
import sys
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "senim.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from senim.base import installation  # noqa: E402
from senim.base.personas import PASSWORD  # noqa: E402
from senim.base.scope import SYSTEM  # noqa: E402
from senim.people.models import Account, Guardianship  # noqa: E402
from senim.schools.models import Enrollment, Member  # noqa: E402
from senim.schools.queries import COUNTRY_ZONE  # noqa: E402
from senim.timetable.models import Meeting  # noqa: E402

SAMPLE = 60
CSRF = "b" * 32
SHUFFLED = random.Random(7)  # noqa: S311 - the same choice in every run
REASON = "the bench asks as people do"


def session_for(account: Account, hat: str) -> str:
    """Sign an account in under a hat, second factor given; return the session's cookie."""
    client = Client()
    client.force_login(account)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "demo", "at": datetime.now(UTC).timestamp()}
    ]
    session["account_authentication_methods_user"] = str(account.id)
    session["senim_person"], session["senim_hats"], session["senim_hat"] = "Bench", [], hat
    session.save()
    return str(client.cookies["senim_session"].value)


def asking(path: str, cookie: str, **more: Any) -> dict[str, Any]:
    """Return one request as the rig sends it."""
    headers = {"Cookie": f"senim_session={cookie}; senim_csrf={CSRF}; senim_language=kk"}
    return {"method": "GET", "path": path, "headers": headers | more.pop("headers", {}), **more}


def week_of(day: date) -> str:
    """Return the ISO week as pages name it."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def families() -> list[tuple[str, UUID]]:
    """Return (session, member) of guardians and one ward of theirs each."""
    rows = list(
        Guardianship.objects.system(reason=REASON)
        .filter(restricted=False, ends__isnull=True)
        .values_list("guardian_id", "ward_id")[: SAMPLE * 20]
    )
    SHUFFLED.shuffle(rows)
    found = []
    for guardian, ward in rows:
        account = Account.objects.filter(user_id=guardian).first()
        member = Member.objects.system(reason=REASON).filter(user_id=ward).first()
        if account and member:
            found.append((session_for(account, f"guardian:{guardian}"), member.id))
        if len(found) == SAMPLE:
            break
    return found


def lessons(day: date) -> list[tuple[str, Meeting]]:
    """Return (session, meeting) of teachers with a lesson on the day."""
    rows = Meeting.objects.filter(weekday=day.isoweekday(), joined__isnull=True)
    rows = rows.select_related("teacher", "slot", "klass", "klass__course")
    query: Any = rows.query
    query.door = SYSTEM  # who teaches is a person behind the second wall
    found, sessions = [], {}
    picked = list(rows.filter(klass__course__assessment="marked")[: SAMPLE * 10])
    SHUFFLED.shuffle(picked)
    for meeting in picked[:SAMPLE]:
        account = Account.objects.filter(user_id=meeting.teacher.user_id).first()
        if account is None:
            continue
        if account.id not in sessions:
            sessions[account.id] = session_for(account, f"teacher:{meeting.teacher_id}")
        found.append((sessions[account.id], meeting))
    return found


def writes(day: date, taught: list[tuple[str, Meeting]]) -> list[dict[str, Any]]:
    """Return mark writes: one formative point for one pupil, a fresh operation each time."""
    found = []
    for cookie, meeting in taught:
        seats = Enrollment.objects.system(reason=REASON).filter(
            klass_id=meeting.klass_id, role="student", ends__isnull=True
        )
        member = seats.values_list("member_id", flat=True).first()
        if member is None:
            continue
        body = {
            "class_id": str(meeting.klass_id),
            "date": day.isoformat(),
            "number": meeting.slot.number,
            "scores": {str(member): {"points": 9}},
        }
        operation = {"op_id": "@op@", "kind": "journal.lesson.save", "body": body, "age_ms": 0}
        found.append(
            asking(
                "/sync/v1/operations",
                cookie,
                method="POST",
                headers={"X-CSRFToken": CSRF, "Content-Type": "application/json"},
                body=json.dumps({"operations": [operation]}),
                text='"status":"applied"',
            )
        )
    return found


def sign_ins() -> list[dict[str, Any]]:
    """Return sign-ins by name and password, without a session."""
    accounts = Account.objects.exclude(username__startswith="demo.")[:SAMPLE]
    return [
        {
            "method": "POST",
            "path": "/sign-in/",
            "status": 302,
            "headers": {
                "Cookie": f"senim_csrf={CSRF}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            "body": f"csrfmiddlewaretoken={CSRF}&login={account.username}&password={PASSWORD}",
        }
        for account in accounts
    ]


def diary_sql(path: str, cookie: str) -> list[str]:
    """Return the statements one diary week runs, with its values put in, for pgbench.

    Times lose their colons, which pgbench takes for its variables.
    """
    client = Client(SERVER_NAME="localhost")
    client.cookies["senim_session"] = cookie
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != HTTPStatus.OK:
        sys.exit(f"{path} answered {answer.status_code}")
    asked = (re.sub(r"(?<=\d):(?=\d)", "", query["sql"]) for query in captured.captured_queries)
    return [sql for sql in asked if sql.startswith(("SELECT", "(SELECT"))]


def main(day: date) -> dict[str, Any]:
    """Return every target by name."""
    homes, taught = families(), lessons(day)
    week = week_of(day)
    html = [asking(f"/diary/{member}/?week={week}", cookie) for cookie, member in homes]
    return {
        "diary week, HTML": html,
        "diary week, JSON": [
            asking(f"/api/v1/diary/{member}/week?week={week}", cookie) for cookie, member in homes
        ],
        "lesson": [
            asking(f"/lesson/{m.klass_id}/{day}/{m.slot.number}/", cookie) for cookie, m in taught
        ],
        "register": [asking(f"/register/{m.klass_id}/", cookie) for cookie, m in taught],
        "mark write": writes(day, taught),
        "sign-in": sign_ins(),
        "_sql": diary_sql(html[0]["path"], homes[0][0]),
    }


if __name__ == "__main__":
    stands_at = installation.demo_at()
    if stands_at is None:
        sys.exit("fill the database with `senim demo` first")
    settings.SENIM_NOW = stands_at.isoformat()
    print(json.dumps(main(stands_at.astimezone(COUNTRY_ZONE).date())))
