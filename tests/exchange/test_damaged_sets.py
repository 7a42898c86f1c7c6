"""However a set is damaged, it is taken in whole or refused with its faults; nothing breaks."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from senim.exchange.services import import_roster
from tests.exchange.sets import AT, as_1_1, everything, files_of, folder, school

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("nobody")]

CLEAN = (files_of(school()), files_of(as_1_1(school()), version="1.1"))
PIECES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from([b"", b'"', b",", b"\r\n", b"\0", b"u1", b"s1", b"tobedeleted", b"1/2/2026"]),
    st.text(max_size=3).map(lambda text: text.encode("utf-8", "replace")),
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, bytes]:
    """Return a clean set of which one file has pieces put in the place of others."""
    files = dict(draw(st.sampled_from(CLEAN)))
    name = draw(st.sampled_from(sorted(files)))
    for _ in range(draw(st.integers(1, 3))):
        data = files[name]
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 12)))
        files[name] = data[:start] + draw(PIECES) + data[end:]
    return files


@given(damaged())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_set_is_whole_or_nothing(nobody: None, files: dict[str, bytes]) -> None:
    empty = everything()

    with TemporaryDirectory() as place, transaction.atomic():
        path = folder(Path(place) / "set", files)
        report = import_roster(path, actor=None, at=AT)
        now = everything()
        again = import_roster(path, actor=None, at=AT) if report.run_id else report
        assert everything() == now
        transaction.set_rollback(True)

    assert (report.run_id is None) == report.refused
    assert report.refused == (now == empty)
    assert again.refused == report.refused
