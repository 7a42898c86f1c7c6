"""The password hasher: Argon2id at 19 MiB, two passes, one lane (OWASP's figure).

Django's own Argon2 defaults (100 MiB, eight lanes) cost ten times as much and would stop a national
morning by themselves.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id19MiB(Argon2PasswordHasher):
    """Argon2id, m = 19,456 KiB, t = 2, p = 1."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
