"""Dates and numbers as the three languages write them."""

from datetime import date, datetime, time
from decimal import Decimal

from senim.base.words import say

NBSP = "\u00a0"


def day(value: date, lang: str) -> str:
    """Return «2026 ж. 12 қараша», «12 ноября 2026 г.», “12 November 2026”."""
    month = say(f"month.m{value.month}", lang)
    return say("day.full", lang, d=value.day, month=month, y=value.year)


def short_day(value: date, lang: str) -> str:
    """Return a day without its year: «12 қараша», «12 ноября», “12 November”."""
    return f"{value.day}{NBSP}{say(f'month.m{value.month}', lang)}"


def weekday(value: date, lang: str) -> str:
    """Return the weekday in full, small letter in kk and ru."""
    return say(f"weekday.w{value.isoweekday()}", lang)


def short_weekday(value: date, lang: str) -> str:
    """Return the weekday's two or three letters."""
    return say(f"weekday_short.w{value.isoweekday()}", lang)


def clock(value: time | datetime) -> str:
    """Return hours and minutes, 24-hour."""
    return f"{value:%H:%M}"


def number(value: Decimal | float, lang: str, *, places: int | None = None) -> str:
    """Return a number with the decimal sign and thousands space of the language."""
    text = f"{value:,}" if places is None else f"{value:,.{places}f}"
    if lang == "en":
        return text
    return text.replace(",", NBSP).replace(".", ",")
