"""How the API says no: a code, words in the reader's language, and the place of the fault.

Source: RFC 9457, Problem Details for HTTP APIs.
"""

import msgspec
from django.http import HttpResponse

from senim.base.words import say
from senim.rules.errors import Refusal


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal as it leaves. place: JSON path of the fault; hint: for whoever writes a client."""

    code: str
    words: str
    place: str = ""
    hint: str = ""


def worded(refusal: Refusal, lang: str) -> Problem:
    """Return a refusal in words."""
    facts = refusal.facts
    return Problem(
        refusal.code,
        say(f"refusal.{refusal.code}", lang, **facts),
        str(facts.get("place", "")),
        str(facts.get("hint", "")),
    )


def problem(refusal: Refusal, lang: str, *, status: int = 422) -> HttpResponse:
    """Answer a whole request with a refusal."""
    said = worded(refusal, lang)
    body = {"title": said.words, "status": status, **msgspec.to_builtins(said)}
    return HttpResponse(
        msgspec.json.encode(body), status=status, content_type="application/problem+json"
    )
