"""The ledger's tables: what was done and who looked, how it is sealed, what has to be answered."""

from senim.ledger.models.cases import Case, Hold, Notice, Reading
from senim.ledger.models.entries import Entry, Opening, Operation, Outgoing, Seen, Withheld
from senim.ledger.models.seals import (
    Checkpoint,
    Cosignature,
    Leaf,
    Lease,
    Node,
    Unsealed,
    Witness,
)

__all__ = [
    "Case",
    "Checkpoint",
    "Cosignature",
    "Entry",
    "Hold",
    "Leaf",
    "Lease",
    "Node",
    "Notice",
    "Opening",
    "Operation",
    "Outgoing",
    "Reading",
    "Seen",
    "Unsealed",
    "Withheld",
    "Witness",
]
