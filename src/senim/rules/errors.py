"""What a rule or a service answers when it will not do what it was asked.

A refusal carries a code and facts, never words: the doors word it (`refusal.<code>` in the
catalogues) and choose the status. Anything that is not a refusal is a fault of ours.
"""

from collections.abc import Mapping
from types import MappingProxyType


class Refusal(Exception):
    """We understood, and the answer is no.

    code: lower-case words joined by `_`, such as "session_closed".
    facts: what the sentence needs to say where and why; kept out of `str()`, which reaches logs.
    """

    code: str
    facts: Mapping[str, object]

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = MappingProxyType(facts)


class Invalid(Refusal):
    """What was handed in cannot be right, whoever hands it in."""


class NotFound(Refusal):
    """It does not exist, or the asker may not know that it does; the two read the same."""


class Held(Refusal):
    """The account read beyond its habit and reads nothing more until somebody answers for it."""
