"""What several tests of pages stand on."""

import pytest

from tests.cast import Cast
from tests.web.signing import set_up, sign_in, visitor


@pytest.fixture
def with_phone(cast: Cast) -> tuple[str, list[str]]:
    """Let the teacher have a phone linked; return its secret and the spare codes."""
    client = visitor()
    sign_in(client, "teacher")
    return set_up(client)
