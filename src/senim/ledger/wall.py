"""Why the ledger stands before the second wall: it is kept by grants instead; see `base.roles`.

It holds ids and commitments, no names. A refused look has to be recorded of whoever has no tie, and
a family reads entries about its child wherever they were made.
"""

_LEDGER = "the ledger is kept by grants: ids and salted commitments, never a name"

EXEMPT = {
    "ledger_entry": _LEDGER,
    "ledger_operation": _LEDGER,
    "ledger_opening": "facts of entries, ids and codes; read by who may read the entry",
    "ledger_seen": _LEDGER,
    "ledger_case": "who asks is let in by the ledger's own queries; a case may be of any school",
    "ledger_notice": "told to one person or a school, without a secret",
    "ledger_hold": "asked of every account before anything is shown to it",
    "ledger_reading": "counts by account, written before anything is shown",
}
