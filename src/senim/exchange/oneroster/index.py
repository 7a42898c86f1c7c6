"""What one source calls our things: known from earlier runs, and named in this one.

The diff claims names and drops them here; `changes` is what applying then writes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from senim.base.ids import uuid7


class Key(NamedTuple):
    """A name: what kind of thing, its sourcedId, and the second id of a tie."""

    kind: str
    sourced_id: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What a name stands for; see exchange.models.ExternalId."""

    target_id: UUID
    said: str = ""
    adopted: bool = False
    gone: bool = False


class Index:
    """The names of one source."""

    def __init__(self, source: str, known: Iterable[tuple[Key, Link]]) -> None:
        self.source = source
        self._known = dict(known)
        self._now: dict[Key, Link] = {}

    def known(self, key: Key) -> Link | None:
        """Return what a name stood for before this run, if the source still used it."""
        link = self._known.get(key)
        return None if link is None or link.gone else link

    def former(self, key: Key) -> Link | None:
        """Return what a name stood for until an earlier run took it back."""
        link = self._known.get(key)
        return link if link and link.gone else None

    def link(self, key: Key) -> Link | None:
        """Return what a name stands for as this run leaves it."""
        link = self._now.get(key) or self._known.get(key)
        return None if link is None or link.gone else link

    def target(self, key: Key) -> UUID | None:
        """Return the thing a name stands for as this run leaves it."""
        link = self.link(key)
        return link.target_id if link else None

    def claim(
        self, key: Key, *, said: str = "", target: UUID | None = None, adopted: bool = False
    ) -> Link:
        """Name a thing in this run: the one the name stood for before, `target`, or a new one."""
        before = self._now.get(key) or self._known.get(key)
        if before is None:
            link = Link(target or uuid7(), said, adopted)
        else:
            link = before
            if said != link.said or link.gone:
                link = replace(link, said=said, gone=False)
            if target and target != before.target_id:
                link = replace(link, target_id=target, adopted=adopted)
        self._now[key] = link
        return link

    def is_claimed(self, key: Key) -> bool:
        """Say whether this run named it."""
        return key in self._now and not self._now[key].gone

    def drop(self, key: Key) -> Link:
        """Take back a name."""
        link = replace(self._now.get(key) or self._known[key], gone=True)
        self._now[key] = link
        return link

    def before(self, *kinds: str) -> Iterator[tuple[Key, Link]]:
        """Yield the names of these kinds that were in use before this run."""
        return ((k, link) for k, link in self._known.items() if k.kind in kinds and not link.gone)

    def after(self, *kinds: str) -> Iterator[tuple[Key, Link]]:
        """Yield the names of these kinds that are in use as this run leaves it."""
        for key, link in self._known.items():
            now = self._now.get(key, link)
            if key.kind in kinds and not now.gone:
                yield key, now
        for key, link in self._now.items():
            if key.kind in kinds and not link.gone and key not in self._known:
                yield key, link

    def changes(self) -> Iterator[tuple[Key, Link]]:
        """Yield names that are new or stand for something else than before."""
        for key, link in self._now.items():
            before = self._known.get(key)
            if link != before and not (before is None and link.gone):
                yield key, link
