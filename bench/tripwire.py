"""Who the tripwire holds, and whom it lets work: `python -m bench.tripwire`.

Reads as `bench.reading` says, in a database of its own that is thrown away, or the one that
SENIM_DATABASE_URL names. Prints two tables, writes var/bench/tripwire.json. BENCH_SEED (456)
chooses the honest month.
"""

import json
import os
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

OUT = Path("var/bench/tripwire.json")


def main() -> None:
    """Print both tables and write them down."""
    from bench import reading  # noqa: PLC0415 - only once Django is set up
    from senim.ledger import guard  # noqa: PLC0415

    with guard.lifted("a database of its own, thrown away"):
        call_command("migrate", verbosity=0)
    caught = [reading.replay(way) for way in reading.WAYS]
    worked = [reading.work(who) for who in reading.HONEST]
    print(f"{'way':32}{'pupils shown':>14}{'schools':>9}{'held after, s':>15}  limit")
    for one in caught:
        print(f"{one.way:32}{one.exposed:14}{one.schools:9}{one.seconds:15.3f}  {one.rule}")
    print(f"\n{'honest work':36}{'looks':>8}{'most a day':>12}{'held':>6}")
    for other in worked:
        print(f"{other.who:36}{other.looks:8}{other.most:12}{other.held:6}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "seed": reading.SEED,
        "caught": [[c.way, c.exposed, c.schools, round(c.seconds, 4), c.rule] for c in caught],
        "honest": [[w.who, w.looks, w.most, w.held] for w in worked],
    }
    OUT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("SENIM_DATABASE_URL", f"sqlite:///{folder}/tripwire.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "senim.config.settings")
        django.setup()
        main()
