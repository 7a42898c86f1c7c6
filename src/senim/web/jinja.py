"""The Jinja2 environment of our own pages, and what surrounds every page (the shell)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from senim.base import clock, days, installation
from senim.base.words import in_language, say
from senim.rules.access import Actor, Hat, has_looks_to_read
from senim.schools.queries import COUNTRY_ZONE
from senim.web.opened.strip import Strip, strip_of

MENUS: Mapping[Hat | None, tuple[tuple[str, str], ...]] = {
    None: (("front", "front"), ("founding", "founding")),
    Hat.TEACHER: (("today", "today"), ("register", "registers")),
    Hat.PUPIL: (("diary", "diary"), ("who_looked", "looked")),
    Hat.GUARDIAN: (("diary", "diary"), ("who_looked", "looked")),
    Hat.OFFICE: (
        ("office", "office"),
        ("people", "office_people"),
        ("classes", "office_classes"),
        ("timetable", "office_timetable"),
        ("register", "registers"),
    ),
    Hat.OFFICIAL: (("region", "region"), ("region_child", "region_child")),
    Hat.EMERGENCY: (("opened", "opened"),),
    Hat.SUPPORT: (("opened", "opened"),),
    Hat.CASE: (("opened", "opened"),),
}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One item of the menu, F0."""

    key: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class HatItem:
    """One of the hats a person may put on, F0 towards themselves."""

    key: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Saving:
    """That the page saves as one works; its script tells the state."""

    state: str = "none"
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around a page: menu, own name, hats, state of saving, notices.

    opening: what a temporary hat opens. emergency: where the school's staff ask for such a hat.
    """

    menu: tuple[MenuItem, ...]
    person: str | None
    hats: tuple[HatItem, ...]
    saving: Saving | None
    demo: bool
    today: date
    path: str
    notices: tuple[str, ...] = ()
    on_phone: bool = False
    opening: Strip | None = None
    emergency: str | None = None


def environment(**options: Any) -> Environment:
    """Return the environment: escaping on, unknown names are faults."""
    options["undefined"] = StrictUndefined
    env = Environment(**options, extensions=["jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - Django's backend passes autoescape=True
    env.globals.update(static=static, url=_url, clock=days.clock)
    speaking: dict[str, Callable[..., str]] = {
        "t": say,
        "day": days.day,
        "short_day": days.short_day,
        "weekday": days.weekday,
        "short_weekday": days.short_weekday,
        "number": days.number,
        "words": in_language,
    }
    env.globals.update({name: _speaking(function) for name, function in speaking.items()})
    return env


def _url(name: str, **kwargs: object) -> str:
    return reverse(name, kwargs=kwargs or None)


def _speaking(function: Callable[..., str]) -> Callable[..., str]:
    """Return the function with the language of the page put in as its second argument."""

    @pass_context
    def spoken(context: Context, first: Any, **facts: Any) -> str:
        lang = context.get("lang") or get_language() or settings.LANGUAGE_CODE
        return function(first, str(lang), **facts)

    return spoken


def shell_context(request: HttpRequest) -> dict[str, Any]:
    """Return what every template gets besides its page."""
    actor = getattr(request, "actor", None)
    at = cast(datetime, getattr(request, "at", None) or clock.now())
    match = request.resolver_match
    lang = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    shell = Shell(
        menu=tuple(
            MenuItem(key, reverse(name), bool(match and _room(match.view_name) == name))
            for key, name in _menu(actor)
        ),
        person=request.session.get("senim_person") if actor else None,
        hats=_hats(request, lang) if actor else (),
        saving=Saving() if match and match.view_name in ("lesson", "register") else None,
        demo=installation.is_demo(),
        today=at.astimezone(COUNTRY_ZONE).date(),
        path=request.get_full_path(),
        notices=tuple(str(message) for message in get_messages(request)),
        on_phone="phone" in request.GET,
        opening=strip_of(actor),
        emergency=_emergency(request, actor),
    )
    return {"shell": shell, "lang": lang, "csrf_input": _csrf_input(request)}


def _emergency(request: HttpRequest, actor: Actor | None) -> str | None:
    """Return where the school's staff ask for emergency access: to the pupil they tried to see."""
    if actor is None or actor.viewer.hat not in (Hat.TEACHER, Hat.OFFICE):
        return None
    match = request.resolver_match
    member_id = match.kwargs.get("member_id") if match else None
    if member_id and match and match.view_name.startswith(("diary_", "emergency_")):
        return reverse("emergency_member", kwargs={"member_id": member_id})
    return reverse("emergency")


def _menu(actor: Actor | None) -> tuple[tuple[str, str], ...]:
    """Return the menu of a hat, without what its ties do not open.

    The register is for those of the office who lead the school, who looked for whom it is open to.
    """
    menu = MENUS[actor.viewer.hat if actor else None]
    if actor and actor.viewer.hat is Hat.OFFICE and not actor.viewer.led_school_ids:
        return tuple(item for item in menu if item[0] != "register")
    if actor and not has_looks_to_read(actor.viewer):
        return tuple(item for item in menu if item[0] != "who_looked")
    return menu


def _room(view_name: str) -> str:
    """Return the menu's page that a page belongs to, itself for most."""
    rooms = {"lesson": "today", "register": "registers"}
    rooms |= {"looked_child": "looked", "looked_wrong": "looked"}
    return rooms.get(view_name, view_name)


def _hats(request: HttpRequest, lang: str) -> tuple[HatItem, ...]:
    worn = request.session.get("senim_hat")
    return tuple(
        HatItem(key, say(f"hat.{post}", lang, school=in_language(school, lang)), key == worn)
        for key, post, school in request.session.get("senim_hats", ())
    )


def _csrf_input(request: HttpRequest) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(
        get_token(request)
    )
