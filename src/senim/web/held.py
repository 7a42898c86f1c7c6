"""What the owner of a held account sees instead of any page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.ledger import tripwire
from senim.rules.fields import F0


@dataclass(frozen=True, slots=True)
class HeldPage:
    """Since when the account is held and which case answers it; others: one has other hats."""

    at: F0[datetime]
    number: F0[int]
    due_on: F0[date]
    others: F0[bool]


def page(request: HttpRequest) -> HttpResponse:
    """Answer that the account is held, what happens next and what stays open."""
    found = tripwire.held(cast(Any, request.user).id)
    value = None
    if found:
        others = len(request.session.get("senim_hats", ())) > 1
        value = HeldPage(found.at, found.number, found.due_on, others)
    response = render(request, "public/held.html", {"page": value}, status=403)
    response["Cache-Control"] = "no-store"
    return response
