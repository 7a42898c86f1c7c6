"""A sign says what its teacher may say, and a reason nobody knows is not made up."""

import pytest

from senim.rules.attendance import Presence, Reason, Sign, said_by, sign_of


@pytest.mark.parametrize("sign", list(Sign))
def test_a_sign_is_read_as_it_was_put(sign: Sign) -> None:
    assert sign_of(*said_by(sign)) is sign


@pytest.mark.parametrize("reason", list(Reason))
def test_whoever_was_there_or_late_is_shown_so_whatever_the_reason(reason: Reason) -> None:
    assert sign_of(Presence.PRESENT, reason) is Sign.HERE
    assert sign_of(Presence.LATE, reason) is Sign.LATE


def test_an_unsettled_and_an_invalid_reason_share_a_letter() -> None:
    shown = {sign_of(Presence.ABSENT, reason) for reason in (Reason.UNKNOWN, Reason.INVALID)}

    assert shown == {Sign.UNEXCUSED}


def test_a_teacher_does_not_judge_that_a_reason_is_invalid() -> None:
    assert said_by(Sign.UNEXCUSED) == (Presence.ABSENT, Reason.UNKNOWN)
