"""The tokens keep their promises: dark stands twice alike, and every text can be read."""

import re
from itertools import product
from pathlib import Path

import pytest

import senim

STATIC = Path(senim.__file__).parent / "web" / "static" / "senim"
SHEETS = sorted(STATIC.glob("*.css"))

TEXTS = ("ink", "soft", "sky", "sky-deep", "green", "sun", "red")
GROUNDS = ("paper", "card", "shade", "sor", "soch")
ON_OWN_GROUND = (
    *((name, f"{name}-bg") for name in ("sky", "green", "sun", "red")),
    *(("ink", f"{name}-bg") for name in ("sky", "green", "sun", "red")),
    *(("soft", ground) for ground in ("tag", "sky-bg", "sun-bg")),
    *(("on-sky", ground) for ground in ("sky", "sky-deep")),
    ("ink", "tag"),
    ("card", "ink"),
)
CONTROLS = tuple(product(("edge", "sky"), ("paper", "card", "shade")))


def blocks() -> dict[str, dict[str, str]]:
    """Return the tokens of each theme: light, the system's dark, and the chosen dark."""
    css = (STATIC / "tokens.css").read_text("utf-8")
    found = re.findall(r"(:root[^{]*)\{([^{}]*)\}", css)
    names = ("light", "system dark", "chosen dark")
    return {
        name: dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))
        for name, (_, body) in zip(names, found, strict=True)
    }


def luminance(colour: str) -> float:
    """Return the relative luminance of #RRGGBB, 0-1 (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1-21."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def test_the_two_dark_blocks_are_alike() -> None:
    tokens = blocks()

    assert tokens["system dark"] == tokens["chosen dark"]


def test_dark_has_a_value_for_every_colour_of_light() -> None:
    tokens = blocks()
    colours = {name for name, value in tokens["light"].items() if value.startswith("#")}

    assert colours <= tokens["chosen dark"].keys()


@pytest.mark.parametrize("theme", ["light", "chosen dark"])
@pytest.mark.parametrize(("text", "ground"), [*product(TEXTS, GROUNDS), *ON_OWN_GROUND])
def test_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    tokens = blocks()[theme]

    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "chosen dark"])
@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_the_edge_of_a_control_can_be_seen(theme: str, edge: str, ground: str) -> None:
    tokens = blocks()[theme]

    assert contrast(tokens[edge], tokens[ground]) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_sheet_asks_another_host_or_paints_a_gradient(sheet: Path) -> None:
    css = sheet.read_text("utf-8")

    assert "//" not in css.replace("/*", "").replace("*/", "")
    assert "@import" not in css
    assert "gradient(" not in css


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_token_a_sheet_uses_is_defined(sheet: Path) -> None:
    used = set(re.findall(r"var\(--([\w-]+)", sheet.read_text("utf-8")))

    assert used <= blocks()["light"].keys()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_sheet_but_the_tokens_names_a_colour(sheet: Path) -> None:
    """Black and white may be named: for paper, and for codes a camera reads."""
    if sheet.name in ("tokens.css", "print.css"):
        return
    named = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgb\([^)]*\)", sheet.read_text("utf-8")))

    assert named <= {"#000000", "#FFFFFF"}
