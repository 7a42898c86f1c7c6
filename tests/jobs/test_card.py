"""An operator makes the first card of a school, on record; nobody's name makes none."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from senim.ledger import queries as ledger
from senim.people import services as people
from tests.cast import AT, Cast


def test_a_card_by_which_the_clerk_comes_in_is_on_record(cast: Cast) -> None:
    out = StringIO()

    call_command("card", "clerk", stdout=out)

    _, code, *_ = out.getvalue().split()
    school = cast.schools["birch"]
    assert [e.event for e in ledger.entries(school, kinds=["change"])] == ["people.cards.issued"]
    used = people.use_card("clerk", code, "a long enough password", at=AT, school_id=school)
    assert used == cast.account("clerk")


def test_nobodys_name_makes_no_card(cast: Cast) -> None:
    with pytest.raises(CommandError, match="nobody-here"):
        call_command("card", "nobody-here")
