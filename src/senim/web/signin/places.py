"""Where an entry about an account is kept: the school its person is of."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from senim.schools import queries as schools
from senim.web.session import today_of


def place_of_record(request: HttpRequest, account: Any) -> UUID:
    """Return the school of an account's entries; for nobody's account it is never used."""
    if account is None or account.user_id is None:
        return UUID(int=0)
    return schools.record_school(account.user_id, on=today_of(request))
