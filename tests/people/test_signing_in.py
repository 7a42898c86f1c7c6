"""Accounts are found however people write themselves; guesses run out, owners do not."""

from datetime import UTC, datetime, timedelta

import pytest

from senim.ledger import queries as ledger
from senim.people import passwords, signing_in, throttle
from senim.people.models import Throttle
from senim.people.signing_in import Origin, account_named, device_mark, normal_phone
from senim.people.throttle import Bucket
from senim.rules.errors import Invalid
from tests.cast import AT, PASSWORD, Cast

NOON = datetime(2026, 11, 18, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOMEWHERE = Origin("203.0.113.7")


@pytest.mark.parametrize(
    "typed",
    [
        "+77011234567",
        "+7 701 123-45-67",
        "8 (701) 123 45 67",
        "87011234567",
        "77011234567",
        "7011234567",
        "+8 701 123 45 67",
        "8‑701‑123‑45‑67",
    ],
)
def test_a_phone_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normal_phone(typed) == "+77011234567"


@pytest.mark.parametrize("typed", ["+998 90 123 45 67", "00998901234567"])
def test_a_phone_number_of_another_country_keeps_its_code(typed: str) -> None:
    assert normal_phone(typed) == "+998901234567"


@pytest.mark.parametrize("typed", ["", "aruzhan", "701", "1234567890", "+", "8 701 123 45 6x"])
def test_what_cannot_be_dialled_is_no_phone_number(typed: str) -> None:
    assert normal_phone(typed) is None


@pytest.mark.parametrize("typed", ["mother", " Mother ", "MOTHER@example.org", "8 701 123 45 67"])
def test_name_mail_and_phone_lead_to_one_account(cast: Cast, typed: str) -> None:
    assert account_named(typed) == cast.account("mother")


@pytest.mark.parametrize("typed", ["", " ", "mothe", "example.org", "+77011234568"])
def test_nothing_else_leads_to_an_account(cast: Cast, typed: str) -> None:
    assert account_named(typed) is None


class TestBucket:
    bucket = Bucket("key", 3, MINUTE)

    @pytest.mark.django_db
    def test_holds_as_many_tries_as_its_size(self) -> None:
        granted = [not throttle.take([self.bucket], at=NOON) for _ in range(5)]

        assert granted == [True, True, True, False, False]

    @pytest.mark.django_db
    def test_says_how_long_to_wait_and_keeps_its_word(self) -> None:
        for _ in range(3):
            throttle.take([self.bucket], at=NOON)

        wait = throttle.take([self.bucket], at=NOON + MINUTE / 4)

        assert wait == MINUTE * 3 / 4
        assert throttle.take([self.bucket], at=NOON + MINUTE / 4 + wait) == timedelta(0)
        assert throttle.take([self.bucket], at=NOON + MINUTE / 4 + wait)

    @pytest.mark.django_db
    def test_gains_no_more_than_its_size_by_waiting(self) -> None:
        throttle.take([self.bucket], at=NOON)

        tomorrow = NOON + timedelta(days=1)
        granted = [not throttle.take([self.bucket], at=tomorrow) for _ in range(4)]

        assert granted == [True, True, True, False]

    @pytest.mark.django_db
    def test_a_returned_try_can_be_used_again(self) -> None:
        for _ in range(20):
            assert not throttle.take([self.bucket], at=NOON)
            throttle.give_back([self.bucket])

    @pytest.mark.django_db
    def test_an_empty_one_costs_the_others_nothing(self) -> None:
        wide = Bucket("wide", 4, MINUTE)
        for _ in range(3):
            throttle.take([wide, self.bucket], at=NOON)
        for _ in range(5):
            assert throttle.take([wide, self.bucket], at=NOON)

        assert not throttle.take([wide], at=NOON)
        assert throttle.take([wide], at=NOON)

    @pytest.mark.django_db
    def test_is_forgotten_when_it_is_full_again_and_not_before(self) -> None:
        throttle.take([self.bucket], at=NOON)
        throttle.forget_full(at=NOON + MINUTE / 2)
        assert Throttle.objects.count() == 1

        throttle.forget_full(at=NOON + MINUTE)
        assert Throttle.objects.count() == 0

    @pytest.mark.django_db
    def test_keeps_neither_names_nor_addresses(self) -> None:
        throttle.take([Bucket("account|aruzhan", 3, MINUTE)], at=NOON)

        assert "aruzhan" not in Throttle.objects.get().key


def guess(login: str, times: int, origin: Origin = SOMEWHERE) -> None:
    """Try a wrong password so many times."""
    for _ in range(times):
        with pytest.raises(Invalid):
            signing_in.sign_in(login, "wrong", origin=origin, at=NOON)


def test_the_right_password_gives_the_account(cast: Cast) -> None:
    account = signing_in.sign_in("pupil", PASSWORD, origin=SOMEWHERE, at=NOON)

    assert account == cast.account("pupil")


def test_ten_wrong_guesses_close_a_name_to_strangers_for_three_minutes(cast: Cast) -> None:
    guess("teacher", 10)

    with pytest.raises(Invalid, match="tries_spent") as refused:
        signing_in.sign_in("teacher", PASSWORD, origin=SOMEWHERE, at=NOON)
    assert refused.value.facts == {"n": 3}
    entered = signing_in.sign_in("teacher", PASSWORD, origin=SOMEWHERE, at=NOON + 3 * MINUTE)
    assert entered == cast.account("teacher")


def test_guesses_follow_the_account_through_its_other_names_and_networks(cast: Cast) -> None:
    guess("mother", 4, Origin("203.0.113.1"))
    guess("8 701 123 45 67", 3, Origin("203.0.113.2"))
    guess("mother@example.org", 3, Origin("203.0.113.3"))

    with pytest.raises(Invalid, match="tries_spent"):
        signing_in.sign_in("mother", PASSWORD, origin=Origin("203.0.113.4"), at=NOON)


def test_a_name_nobody_has_is_closed_just_the_same(cast: Cast) -> None:
    guess("nobody at all", 10)

    with pytest.raises(Invalid, match="tries_spent"):
        signing_in.sign_in("nobody at all", "wrong", origin=SOMEWHERE, at=NOON)


def test_strangers_cannot_lock_the_owner_out_of_a_device_they_used(cast: Cast) -> None:
    mark = device_mark("laptop", cast.account("teacher").id)
    guess("teacher", 12)

    laptop = Origin(SOMEWHERE.network, "laptop", frozenset({mark}))

    entered = signing_in.sign_in("teacher", PASSWORD, origin=laptop, at=NOON)
    assert entered == cast.account("teacher")


def test_a_device_known_to_one_account_is_a_stranger_to_another(cast: Cast) -> None:
    mark = device_mark("laptop", cast.account("pupil").id)
    guess("teacher", 10)

    laptop = Origin(SOMEWHERE.network, "laptop", frozenset({mark}))

    with pytest.raises(Invalid, match="tries_spent"):
        signing_in.sign_in("teacher", PASSWORD, origin=laptop, at=NOON)


def test_a_known_device_runs_out_of_guesses_too(cast: Cast) -> None:
    mark = device_mark("laptop", cast.account("teacher").id)
    laptop = Origin(SOMEWHERE.network, "laptop", frozenset({mark}))

    guess("teacher", 10, laptop)

    with pytest.raises(Invalid, match="tries_spent"):
        signing_in.sign_in("teacher", PASSWORD, origin=laptop, at=NOON)


def test_a_network_runs_out_after_a_hundred_tries(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "make_password", str)
    for number in range(100):
        with pytest.raises(Invalid, match="sign_in_wrong"):
            signing_in.sign_in(f"name {number % 20}", f"guess {number}", origin=SOMEWHERE, at=NOON)

    with pytest.raises(Invalid, match="tries_spent"):
        signing_in.sign_in("pupil", PASSWORD, origin=SOMEWHERE, at=NOON)
    entered = signing_in.sign_in("pupil", PASSWORD, origin=Origin("198.51.100.1"), at=NOON)
    assert entered == cast.account("pupil")


def test_a_used_code_is_refused_until_it_is_stale(cast: Cast) -> None:
    account = cast.account("teacher").id

    assert signing_in.spend_code(account, "123456", at=NOON)
    assert not signing_in.spend_code(account, "123456", at=NOON + 2 * MINUTE)
    assert signing_in.spend_code(account, "654321", at=NOON + 2 * MINUTE)
    assert signing_in.spend_code(account, "123456", at=NOON + 4 * MINUTE)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("nine char", "password_too_short"),
        ("1234567890", "password_too_common"),
        ("aigerim.serik", "password_too_similar"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        passwords.require_strong(password, username="aigerim.serik")


def test_a_strong_password_passes() -> None:
    passwords.require_strong("үш кездейсоқ сөз", username="aigerim.serik")


def test_a_changed_password_is_on_record_without_the_password(cast: Cast) -> None:
    account, school = cast.account("teacher"), cast.schools["birch"]

    passwords.change_password(
        account, "a better one yet", actor=cast.actor("teacher"), at=AT, school_id=school
    )

    [entry] = ledger.entries(school, subject_id=account.id)
    assert (entry.event, entry.user_id) == (
        "people.password.changed",
        cast.people["teacher"].user_id,
    )
    assert cast.account("teacher").check_password("a better one yet")
