"""Views of the public pages. They read no database: nothing here is about a person."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from senim.base import installation
from senim.rules.fields import F0
from senim.web.door import plain
from senim.web.public import founding
from senim.web.public.front import FIRST_DOOR, front_page


@dataclass(frozen=True, slots=True)
class FoundingPage:
    """The five cases side by side, and the kinds of statement they hold."""

    cases: F0[tuple[founding.Case, ...]]
    kinds: F0[tuple[founding.Kind, ...]] = tuple(founding.Kind)


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case in full."""

    case: F0[founding.Case]


def front(request: HttpRequest) -> HttpResponse:
    """Answer with the front page: five doors, and in a demo its people."""
    urls = {FIRST_DOOR: reverse("account_login")}
    return plain(request, "public/front.html", front_page(urls, demo=installation.is_demo()))


def cases(request: HttpRequest) -> HttpResponse:
    """Answer with the five founding cases."""
    return plain(request, "public/founding.html", FoundingPage(founding.cases()))


def case(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with one founding case."""
    if slug not in founding.ORDER:
        raise Http404
    return plain(request, "public/case.html", CasePage(founding.case(slug)))
