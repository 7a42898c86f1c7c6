"""What a policy row of a route says. The rows stand with their doors, in `policies.py`.

A route without a row does not exist: start-up fails, and the wall answers "not found".
"""

from dataclasses import dataclass

from senim.rules.access import Hat


@dataclass(frozen=True, slots=True)
class Policy:
    """One row.

    hats: who may knock; empty means anyone, signed in or not.
    any_hat: for what every signed-in person has (password, second factor), under whatever hat.
    half_signed_in: open to staff who still owe their second factor (to set it up, to sign out).
    late: what devices bring late: who held a fitting hat once is let in without a tie, so that each
        of their operations is refused by itself and on record.
    demo_only: exists only in a database stamped as a demo, on the loopback address.
    """

    methods: frozenset[str]
    hats: frozenset[Hat] = frozenset()
    any_hat: bool = False
    half_signed_in: bool = False
    late: bool = False
    demo_only: bool = False

    @property
    def public(self) -> bool:
        """Say whether anyone may knock."""
        return not self.hats and not self.any_hat


READ = frozenset({"GET", "HEAD"})
WRITE = frozenset({"POST"})
FORM = READ | WRITE


def anyone(methods: frozenset[str] = READ, *, demo_only: bool = False) -> Policy:
    """Return a row for a public route."""
    return Policy(methods, demo_only=demo_only)


def signed_in(methods: frozenset[str] = READ, *, half: bool = False) -> Policy:
    """Return a row for what every signed-in person has."""
    return Policy(methods, any_hat=True, half_signed_in=half)


def wearing(*hats: Hat, methods: frozenset[str] = READ, late: bool = False) -> Policy:
    """Return a row for people under certain hats; rows of the database decide the rest."""
    return Policy(methods, hats=frozenset(hats), late=late)
