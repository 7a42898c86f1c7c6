"""Kazakhstan's working days: public holidays, the days they push off, and terms counted in them.

The school year of `sessions.py` rests on the same holidays. Days are civil days; which zone makes
them is the caller's. See docs/rules/working-days.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 6, 7  # ISO weekdays


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday on fixed days of a month, from one calendar year to before another.

    carried: when it falls on a weekly day off, the next working day is off too; so says article 5
        of the Law on Holidays. 7 January is a day off and not a holiday, so it is not carried.
    """

    code: str
    month: int
    days: tuple[int, ...]
    since: int = 2022
    before: int | None = None
    carried: bool = True

    def kept_in(self, year: int) -> bool:
        """Say whether a calendar year keeps it."""
        return self.since <= year and (self.before is None or year < self.before)


# Law "On Holidays in the Republic of Kazakhstan" No. 267-II of 13.12.2001 as amended on 29.09.2022
# (Republic Day came back, Independence Day became one day); years before 2022 are not read.
# 15 March: article 94 of the Constitution adopted on 15.03.2026, in place of 30 August, which was
# kept for the last time in 2025 (Ministry of Labour, press of 18.03.2026).
HOLIDAYS = (
    Holiday("new_year", 1, (1, 2)),
    Holiday("christmas", 1, (7,), carried=False),
    Holiday("womens_day", 3, (8,)),
    Holiday("constitution_day", 3, (15,), since=2027),
    Holiday("nauryz", 3, (21, 22, 23)),
    Holiday("unity_day", 5, (1,)),
    Holiday("defenders_day", 5, (7,)),
    Holiday("victory_day", 5, (9,)),
    Holiday("capital_day", 7, (6,)),
    Holiday("constitution_day", 8, (30,), before=2026),
    Holiday("republic_day", 10, (25,)),
    Holiday("independence_day", 12, (16,)),
)

# The first day of Kurban Ait is a day off by article 84 of the Labour Code and is not carried. The
# Ministry of Labour announces it a few weeks before, on the word of the Spiritual Administration.
KURBAN_AIT_ANNOUNCED = {2025: date(2025, 6, 6), 2026: date(2026, 5, 27)}
KURBAN_AIT_EXPECTED = {2027: date(2027, 5, 16), 2028: date(2028, 5, 5)}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A working day and a weekly day off that changed places by an act of one year."""

    rested: date
    worked: date
    citation: str


EXCHANGES = (
    Exchange(
        date(2025, 1, 3), date(2025, 1, 5), "Order of the Minister of Labour, five- and six-day"
    ),
)
_RESTED = frozenset(exchange.rested for exchange in EXCHANGES)
_WORKED = frozenset(exchange.worked for exchange in EXCHANGES)


@cache
def kurban_ait(year: int) -> tuple[date, ...]:
    """Return the first days of Kurban Ait in a calendar year: one, two in 2039.

    As announced or expected where that is known; else 10 Dhu al-Hijja of the tabular Islamic
    calendar, which comes out right or a day late.
    """
    known = KURBAN_AIT_ANNOUNCED.get(year) or KURBAN_AIT_EXPECTED.get(year)
    if known:
        return (known,)
    about = (year - 622) * 33 // 32
    days = (_tenth_of_dhu_al_hijja(hijri) for hijri in range(about - 1, about + 3))
    return tuple(day for day in days if day.year == year)


def _tenth_of_dhu_al_hijja(hijri: int) -> date:
    """Return that day of a year of the tabular calendar (civil epoch)."""
    days_before_epoch = 227_014
    in_year = 11 * 29 + 6 + 10
    return date.fromordinal(
        days_before_epoch + 354 * (hijri - 1) + (3 + 11 * hijri) // 30 + in_year
    )


def is_provisional(year: int) -> bool:
    """Say whether a year's working days may still move: its Kurban Ait is not announced."""
    return year not in KURBAN_AIT_ANNOUNCED


@cache
def holidays_in(year: int) -> dict[date, str]:
    """Return the public holidays of a calendar year with their codes, Kurban Ait among them."""
    fixed = {
        date(year, holiday.month, day): holiday.code
        for holiday in HOLIDAYS
        if holiday.kept_in(year)
        for day in holiday.days
    }
    return dict.fromkeys(kurban_ait(year), "kurban_ait") | fixed


@cache
def public_days_off(year: int, *, six_day: bool = False) -> frozenset[date]:
    """Return a calendar year's holidays and the working days that they push off.

    six_day: only Sunday is a weekly day off, so a holiday on Saturday is not carried.
    """
    holidays = holidays_in(year)
    carried = {holiday.code for holiday in HOLIDAYS if holiday.carried}
    off = set(holidays)
    for day, code in sorted(holidays.items()):
        if code in carried and is_weekly_day_off(day, six_day=six_day):
            while day in off or is_weekly_day_off(day, six_day=six_day):
                day += DAY  # noqa: PLW2901 - the day the holiday is carried to
            off.add(day)
    return frozenset(off)


def is_weekly_day_off(day: date, *, six_day: bool = False) -> bool:
    """Say whether a day is one of the week's days off: Saturday and Sunday, or only Sunday."""
    return day.isoweekday() >= (SUNDAY if six_day else SATURDAY)


def is_working(day: date) -> bool:
    """Say whether offices work on a day: the five-day week, less holidays, with its exchanges."""
    if day in _WORKED:
        return True
    return not (is_weekly_day_off(day) or day in _RESTED or day in public_days_off(day.year))


def due(day: date, working_days: int) -> date:
    """Return the day by whose end an answer is owed to what came in on `day`.

    The term starts on the day after, as civil law counts, whether `day` is a working day or not:
    with one working day, Friday and Saturday are both due on Monday. Raises ValueError for a
    term of less than one day.
    """
    if working_days < 1:
        raise ValueError(f"a term of {working_days} working days")
    left = working_days
    while left:
        day += DAY
        left -= is_working(day)
    return day
