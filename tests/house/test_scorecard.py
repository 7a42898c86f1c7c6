"""The rows of the scorecard name tests that exist and faults that still can be put in."""

import pytest

from tools.mutants import GUARDS, ROOT, mutants_of
from tools.scorecard import Row, rows


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_row_names_tests_and_a_fault_that_are_there(row: Row) -> None:
    assert row.tests
    for test in row.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).exists(), test
        assert not name or f"def {name.partition('[')[0]}(" in (ROOT / file).read_text(), test
    assert (ROOT / row.fault.file).read_text().count(row.fault.old) == 1, row.fault
    assert row.fault.old != row.fault.new


def test_the_guards_are_broken_in_enough_places() -> None:
    assert all((ROOT / guard.path).exists() for guard in GUARDS)
    assert sum(len(list(mutants_of(guard))) for guard in GUARDS) >= 200
