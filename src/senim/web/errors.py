"""Pages for what was not found, not allowed to be sent, or broke: plain, in three languages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from senim.base.words import say
from senim.rules.errors import Refusal
from senim.rules.fields import F0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happened, as a word key, and a refusal's own words."""

    key: F0[str]
    text: F0[str] = ""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what does not exist, or what one may not know of: the two look the same."""
    return render(request, "public/trouble.html", {"page": Trouble("not_found")}, status=404)


def opening_over(request: HttpRequest) -> HttpResponse:
    """Answer once to who goes on under an opening that is over; they wear their own hat again."""
    return render(request, "public/trouble.html", {"page": Trouble("opening_over")}, status=404)


def forbidden(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer for a form without its token; Django tells the reason in two ways, we in one."""
    return render(request, "public/trouble.html", {"page": Trouble("forbidden")}, status=403)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer for what cannot be done, in the words of its code."""
    lang = get_language() or settings.LANGUAGE_CODE
    text = say(f"refusal.{refusal.code}", lang, **refusal.facts)
    return render(request, "public/trouble.html", {"page": Trouble("refused", text)}, status=422)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours, without touching the database or the template engine."""
    return HttpResponse(
        "<!doctype html><meta charset=utf-8><title>Сенім</title>"
        "<p>Бізде ақау болды, ол жазып алынды. Бірнеше минуттан кейін қайталап көріңіз.</p>"
        "<p lang=ru>У нас сбой, он записан. Попробуйте ещё раз через несколько минут.</p>"
        "<p lang=en>Something broke on our side and was noted. Try again in a few minutes.</p>",
        status=500,
    )
