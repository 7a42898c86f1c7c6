"""A constant answer of a given size: what the server alone costs, beside our pages."""

import os
from collections.abc import Callable, Iterable

BODY = b"x" * int(os.environ.get("BENCH_BYTES", "10000"))


def application(
    _environ: dict[str, object], start: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer every request with the same bytes."""
    start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
