"""Reading what was exchanged: the imports a school's office sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from senim.exchange.models import ExternalId, ImportRun
from senim.exchange.oneroster.findings import Finding, Grouped, grouped


@dataclass(frozen=True, slots=True)
class Run:
    """One import, as the office's page shows it. No names.

    counts: by table, then new, changed, same, removed and so on; see docs/exchange/roster.md.
    warnings: by file, field and code, worded as `imports.warning.<code>`; warned: how many lines.
    """

    id: UUID
    at: datetime
    source: str
    version: str
    digest: str
    counts: Mapping[str, Mapping[str, int]]
    warnings: tuple[Grouped, ...]
    warned: int


def runs(school_id: UUID, *, limit: int = 20) -> tuple[Run, ...]:
    """Return the imports that brought or tied a school, newest first.

    The door asks access first: they are for who keeps or leads the roll.
    """
    sources = ExternalId.objects.filter(kind=ExternalId.Kind.ORG, target_id=school_id)
    rows = ImportRun.objects.filter(Q(school_id=school_id) | Q(source__in=sources.values("source")))
    return tuple(_run(row) for row in rows.order_by("-at", "-id")[:limit])


def _run(row: ImportRun) -> Run:
    return Run(
        id=row.id,
        at=row.at,
        source=row.source,
        version=row.version,
        digest=row.digest,
        counts=row.counts,
        warnings=grouped(Finding(**kept) for kept in row.warnings),
        warned=row.warned,
    )
