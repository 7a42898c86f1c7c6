"""Many workers at once are shown no more than one would be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

import pytest
from django.db import connection

from senim.base.ids import uuid7
from senim.ledger import readings
from senim.ledger import services as ledger
from senim.ledger.models import Hold
from senim.rules.access import Actor, Hat, Relation, Tie, Viewer
from senim.rules.errors import Held

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("own_database")]

MORNING = datetime.fromisoformat("2027-02-01T09:00:00+05:00")
WORKERS = 12


def test_many_workers_at_once_show_no_more_than_one_would() -> None:
    """Each list is of ten others: only the hour's two hundred stand in the way."""
    readings.forget()
    school_id = uuid7()
    tie = Tie(Relation.LEADS, school_id, school_id, date(2026, 9, 1))
    actor = Actor(uuid7(), Viewer(uuid7(), Hat.OFFICE, MORNING.date(), (tie,)), school_id)
    start = Barrier(WORKERS)

    def one_worker(_: int) -> int:
        shown = 0
        start.wait()
        try:
            for _ in range(10):
                ids = tuple(uuid7() for _ in range(10))
                thing = ledger.Thing("org", school_id, school_id, members=ids, pupils=10)
                ledger.look(thing, actor=actor, at=MORNING, event="schools.roll.looked")
                shown += 10
        except Held:
            pass
        finally:
            connection.close()
        return shown

    with ThreadPoolExecutor(WORKERS) as workers:
        shown = sum(workers.map(one_worker, range(WORKERS)))

    assert shown == 200
    assert Hold.objects.filter(released_at__isnull=True).count() == 1
