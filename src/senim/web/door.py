"""The web door: who acts, and the two ways an answer leaves (with a person's data, or without)."""

from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from senim.ledger import services as ledger
from senim.rules.access import Actor, Subject
from senim.rules.fields import FieldClass, Unlabelled, tree_classes


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; the wall has let them in under a fitting hat."""
    actor = cast(Any, request).actor
    if actor is None:
        raise Http404
    return cast(Actor, actor)


def time_of(request: HttpRequest) -> datetime:
    """Return the instant of this request, taken once."""
    return cast(datetime, cast(Any, request).at)


def show(
    request: HttpRequest,
    template: str,
    page: Any,
    *,
    subject: Subject,
    thing: ledger.Thing,
    event: str,
    status: int = 200,
) -> HttpResponse:
    """Answer with a person's data: gated by field class, the look recorded first.

    Raises NotFound (a refused look is then on record) where no tie opens the subject.
    """
    shown = ledger.show(
        page,
        subject=subject,
        thing=thing,
        actor=actor_of(request),
        at=time_of(request),
        event=event,
    )
    return render(request, template, {"page": shown}, status=status)


def plain(request: HttpRequest, template: str, page: Any, *, status: int = 200) -> HttpResponse:
    """Answer with a page that holds nothing but F0. Raises Unlabelled for any other field."""
    kind: Any = type(page)
    if tree_classes(kind) - {FieldClass.PUBLIC}:
        raise Unlabelled(f"{kind.__qualname__} holds more than F0: use show()")
    return render(request, template, {"page": page}, status=status)
