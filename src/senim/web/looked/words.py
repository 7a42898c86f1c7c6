"""A look in words for parents: what was looked at, what it showed, by whom and on what ground."""

from datetime import timedelta

from senim.base import days
from senim.base.words import in_language, say, worded
from senim.privacy.looks import Kind, Line, Look
from senim.privacy.people import Ground, Who
from senim.privacy.reading import Told
from senim.schools.queries import ClassCard

DAY = timedelta(days=1)


def what(look: Look, lang: str) -> str:
    """Return what was looked at, or was to be."""
    own = f"looked.what.{look.row.event}"
    return say(own if worded(own) else f"event.{look.row.event}", lang)


def fields(looks: tuple[Look, ...], lang: str) -> str:
    """Return what of the child stood there; nothing for a refused try."""
    keys = dict.fromkeys(
        f"looked.fields.{look.row.event}" for look in looks if look.kind is not Kind.REFUSED
    )
    found = [say(key, lang) for key in keys if worded(key)]
    return "; ".join(found)


def span(look: Look, lang: str) -> str:
    """Return which days of the class were shown, where the record says so."""
    if look.row.span is None:
        return ""
    starts, ends = look.row.span
    last = ends - DAY
    if starts == last:
        return say("looked.of_day", lang, day=days.short_day(starts, lang))
    first, until = days.short_day(starts, lang), days.short_day(last, lang)
    return say("looked.of_days", lang, first=first, last=until)


def post(who: Who, lang: str) -> str:
    """Return by what post, or as whom, somebody looked."""
    return say(f"looked.post.{who.post}", lang)


def name(who: Who, lang: str) -> str:
    """Return how the line names who looked: a person of the school, else an office or a role."""
    if who.name:
        return who.name
    return in_language(who.office, lang) if who.office else post(who, lang)


def ground(found: Ground, lang: str) -> str:
    """Return on what ground."""
    because = say(f"looked.ground.{found.code}", lang, **found.facts)
    if not worded(f"purpose.{found.purpose}"):
        return because
    return f"{because}. {say('looked.purpose', lang)}: {say(f'purpose.{found.purpose}', lang)}"


def answers(told: Told, school: dict[str, str], lang: str) -> str:
    """Return who answers for it: the school, or the official's own office."""
    return in_language(told.who.office or school, lang)


def title(line: Line, told: Told, lang: str) -> str:
    """Return what stands first: the class and subject of daily work, else what was looked at."""
    if line.first.kind is not Kind.DAILY or told.klass is None:
        return what(line.first, lang)
    return f"{say('looked.work', lang)}: {class_title(told.klass, lang)}"


def class_title(klass: ClassCard, lang: str) -> str:
    """Return a class and, for a taught one, its subject: «7 «Ә», Алгебра»."""
    subject = in_language(klass.course, lang) if klass.course else ""
    return ", ".join(part for part in (klass.title, subject) if part)
