"""Start-up checks: Senim does not start with a route that has no policy row, or without keys."""

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from senim.config.wall import POLICIES


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, pattern) of every route; an unnamed one has an empty name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield (f"{space}{pattern.name}" if pattern.name else "", str(pattern.pattern))


@register("policies")
def every_route_has_a_policy(**_: Any) -> list[CheckMessage]:
    """Fail for a route without a policy row and for a row without a route."""
    named = dict(routes())
    found = [
        Error(
            f"route {pattern or name!r} has no policy row",
            hint="add a row to web/policies.py or api/policies.py",
            id="senim.E001",
        )
        for name, pattern in routes()
        if name not in POLICIES
    ]
    found += [
        Error(f"policy row {name!r} has no route", hint="delete the row", id="senim.E002")
        for name in POLICIES
        if name not in named
    ]
    return list(found)


@register("keys")
def there_are_keys(**_: Any) -> list[CheckMessage]:
    """Fail when nobody made this installation's keys."""
    if settings.SECRET_KEY == "unset-until-senim-init":  # noqa: S105 - the mark of no key
        return [Error("this installation has no keys", hint="run `senim init`", id="senim.E003")]
    return []


@register("passwords")
def breached_passwords_can_be_read(**_: Any) -> list[CheckMessage]:
    """Fail when the list of breached passwords that is set cannot be read."""
    path = settings.SENIM_BREACHED_PASSWORDS
    if path and not os.access(path, os.R_OK):
        hint = "give a file Senim's user can read, or leave SENIM_BREACHED_PASSWORDS empty"
        return [Error(f"there is no list of passwords at {path}", hint=hint, id="senim.E004")]
    return []
