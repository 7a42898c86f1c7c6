"""How the ledger is sealed: places, a tree over them, signed checkpoints, witnesses."""
