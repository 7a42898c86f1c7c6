"""Small numbers are not shown, nor those from which they could be reckoned by subtraction."""

from collections.abc import Sequence

LEAST = 10
"""Fewer than this are children one could point at."""


def hide(counts: Sequence[int]) -> tuple[tuple[int | None, ...], int | None]:
    """Return counts fit for showing side by side, and their total; None stands for a hidden one.

    Hidden are counts from 1 to 9 and, lest the total give them away, the next smallest until at
    least two are hidden that sum to ten or more; where that cannot be, the total is hidden too.
    """
    hidden = {place for place, n in enumerate(counts) if 0 < n < LEAST}
    if not hidden:
        return tuple(counts), sum(counts)
    others = sorted((n, place) for place, n in enumerate(counts) if n >= LEAST)
    while not _safe(counts, hidden) and others:
        hidden.add(others.pop(0)[1])
    shown = tuple(None if place in hidden else n for place, n in enumerate(counts))
    return shown, sum(counts) if _safe(counts, hidden) else None


def _safe(counts: Sequence[int], hidden: set[int]) -> bool:
    return len(hidden) > 1 and sum(counts[place] for place in hidden) >= LEAST
