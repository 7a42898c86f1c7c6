"""Checking a ledger's archive from outside: two programs that share nothing with the rest.

`senim_verify.py` (Python 3.9 or newer) and `senim_verify.mjs` (Node 18 or newer) each run alone,
copied anywhere, without a package; `vectors/` is what both are held to. Nothing here imports the
house, and the tree and notes of the house are written apart from them: what agrees is no copy.
"""
