"""The API's door: who acts, what was sent, and how an answer leaves."""

from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec
from django.http import Http404, HttpRequest, HttpResponse

from senim.rules.access import Actor
from senim.rules.errors import Invalid

Sent = TypeVar("Sent")


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; the wall has let them in under a fitting hat."""
    actor = cast(Any, request).actor
    if actor is None:
        raise Http404
    return cast(Actor, actor)


def time_of(request: HttpRequest) -> datetime:
    """Return the instant of this request, taken once."""
    return cast(datetime, cast(Any, request).at)


def read(sent: bytes | msgspec.Raw, shape: type[Sent], *, place: str) -> Sent:
    """Return what was sent in the shape expected.

    place: JSON path of what is read. Raises Invalid("json_broken"), or Invalid("operation_shape")
    with the path of the fault and the reader's own hint, in English, for whoever writes a client.
    """
    try:
        return msgspec.json.decode(sent, type=shape)
    except msgspec.ValidationError as fault:
        hint, _, path = str(fault).partition(" - at `$")
        raise Invalid("operation_shape", place=place + path.rstrip("`"), hint=hint) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("json_broken", place=place) from None


def answer(value: Any, *, status: int = 200) -> HttpResponse:
    """Answer with a value as JSON."""
    return HttpResponse(
        msgspec.json.encode(value), status=status, content_type="application/json; charset=utf-8"
    )
