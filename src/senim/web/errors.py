"""Pages for what was not found, not allowed to be sent, or broke: plain, in three languages."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.rules.fields import F0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happened, as a word key."""

    key: F0[str]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what does not exist, or what one may not know of: the two look the same."""
    return render(request, "public/trouble.html", {"page": Trouble("not_found")}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a form without its token."""
    return render(request, "public/trouble.html", {"page": Trouble("forbidden")}, status=403)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours, without touching the database or the template engine."""
    return HttpResponse(
        "<!doctype html><meta charset=utf-8><title>Сенім</title>"
        "<p>Бізде ақау болды, ол жазып алынды. Бірнеше минуттан кейін қайталап көріңіз.</p>"
        "<p lang=ru>У нас сбой, он записан. Попробуйте ещё раз через несколько минут.</p>"
        "<p lang=en>Something broke on our side and was noted. Try again in a few minutes.</p>",
        status=500,
    )
