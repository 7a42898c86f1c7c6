"""On what grounds the law delays a family's learning of a look, and for how long at most."""

from enum import StrEnum


class Ground(StrEnum):
    """Why a family learns later."""

    INVESTIGATION = "investigation"
    CHILD_PROTECTION = "child_protection"


LONGEST: dict[Ground, int] = {Ground.INVESTIGATION: 180, Ground.CHILD_PROTECTION: 90}
"""Days. Our choice while no act names a number: a family learns in the end, and meanwhile how many
looks are withheld. A lawyer sets the figures with the order under which an installation works."""
