"""Passwords of habit are told from passwords of choice."""

import pytest

from senim.rules.habits import is_habitual


@pytest.mark.parametrize(
    "password",
    [
        *("qwertyuiop", "QWERTYUIOP", "poiuytrewq", "йцукенгшщз", "1qaz2wsx3edc", "asdfghjkl1"),
        *("zxcvbnm123", "abcdefghij", "абвгдежзий", "әіңғүұқөһ1", "qwerty12345", "йцукен12345"),
        *("1212121212", "aaaaaaaaaa", "абабабабаб", "abc123abc123abc123", "ааааааааааа!"),
        *("7010101010", "900101300123", "20.11.2014!", "+77011234567"),
        *("мектеп2026", "Мектеп2026!", "школа-2026", "school2026", "Password2026", "p@ssw0rd2026"),
        *("мектеп7А2026", "shkola7b2026", "қазақстан2050", "Kazakhstan2026", "almaty-2026"),
        *("құпиясөз123", "пароль12345", "kundelik2026", "күнделік2026", "мұғалім2026"),
        *("мектепмектеп", "2026мектеп2026", "salemsalem1", "balambalam2014", "admin-admin-1"),
    ],
)
def test_a_password_of_habit_is_one(password: str) -> None:
    assert is_habitual(password)


@pytest.mark.parametrize(
    "password",
    [
        *("үш кездейсоқ сөз", "correct horse battery", "another good one", "жасыл трамвай 12"),
        *("Kz7-tanba-92-qar", "дождь сыр окно", "my school smells of paint", "u8#Lq2!vTe"),
        *("мектеп алдындағы терек", "лось в классе химии", "xk29fjw0ap", "туған жер бақ"),
    ],
)
def test_a_password_of_choice_is_none(password: str) -> None:
    assert not is_habitual(password)


@pytest.mark.parametrize("length", [1, 10, 128, 4000])
def test_any_text_is_answered(length: int) -> None:
    assert is_habitual("7" * length)
