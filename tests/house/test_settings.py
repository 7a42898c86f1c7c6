"""Every setting has its line in the reference, and the reference tells of no other."""

import re
from pathlib import Path

import pytest

from senim.config import env

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_reference_tells_of_every_setting() -> None:
    told = set(re.findall(r"^\| `(SENIM_\w+)`", REFERENCE.read_text(), re.MULTILINE))

    assert told == {setting.name for setting in env.SETTINGS}


def test_settings_are_read_in_one_file() -> None:
    source = Path(env.__file__).parents[1]
    elsewhere = [
        str(file.relative_to(source))
        for file in source.rglob("*.py")
        if file.name != "env.py" and re.search(r"environ\[|environ\.get|getenv", file.read_text())
    ]

    assert elsewhere == []


@pytest.mark.parametrize("value", ["yes", "", "2"])
def test_a_bad_flag_stops_the_start_and_names_its_fix(value: str) -> None:
    with pytest.raises(env.BadSetting, match=r"SENIM_DEBUG.*0 or 1"):
        env.flag("SENIM_DEBUG", {"SENIM_DEBUG": value})


def test_an_unknown_database_stops_the_start_and_names_its_fix() -> None:
    with pytest.raises(env.BadSetting, match="sqlite:///path or postgresql://"):
        env.database({"SENIM_DATABASE_URL": "mysql://somewhere"})


def test_a_database_url_is_read_whole() -> None:
    url = "postgresql://app:p%40ss@/senim?host=/run/db&port=5433"

    settings = env.database({"SENIM_DATABASE_URL": url})

    assert settings["NAME"] == "senim"
    assert settings["PASSWORD"] == "p@ss"
    assert settings["HOST"] == "/run/db"
    assert settings["PORT"] == "5433"
