"""Reads the worked examples of docs/rules, so that the page and the code cannot part."""

from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rules"
Row = dict[str, str]


def tables(page: str) -> list[list[Row]]:
    """Return the tables of a page in order, each row by the names of its columns."""
    found: list[list[Row]] = []
    block: list[list[str]] = []
    for line in [*(DOCS / page).read_text("utf-8").splitlines(), ""]:
        if line.startswith("|"):
            block.append([cell.strip() for cell in line.strip("|").split("|")])
        elif block:
            head, _, *rows = block
            found.append([dict(zip(head, row, strict=True)) for row in rows])
            block = []
    return found


def table(page: str, *columns: str) -> list[Row]:
    """Return the rows of every table of the page with just these columns, and at least one."""
    rows = [row for rows in tables(page) for row in rows if tuple(row) == columns]
    assert rows, f"{page} has no table {columns}"
    return rows
