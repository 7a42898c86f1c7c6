"""Passwords that people choose by habit, told by rules instead of a list of them.

A guesser tries these first: rows of keys, one piece over and over, a number alone, and the words of
a school or a town with a year behind them, in Kazakh, Russian or Latin letters.
"""

import re

ROWS = (
    "1234567890",
    *("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    *("әіңғүұқөһ", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol", "1йфя2цыч3увс4кам5епи6нрт7гоь"),
    *("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
)
RUN = 4
"""So many keys in a row of the keyboard, either way, are one habit and not four choices."""

WORDS = tuple(
    sorted(
        (
            *("құпиясөз", "құпия", "пароль", "password", "passw", "parol", "kupiya"),
            *("мектеп", "mektep", "школа", "shkola", "school", "лицей", "licey", "гимназия"),
            *("сынып", "synyp", "класс", "klass", "class", "журнал", "zhurnal", "journal"),
            *("күнделік", "kundelik", "дневник", "dnevnik", "оқушы", "okushy", "ученик", "uchenik"),
            *("мұғалім", "mugalim", "ұстаз", "ustaz", "учитель", "uchitel", "teacher", "pupil"),
            *("директор", "director", "завуч", "zavuch", "админ", "admin", "user", "login"),
            *("қазақстан", "казахстан", "qazaqstan", "kazakhstan", "kazakstan", "kz", "алматы"),
            *("almaty", "астана", "astana", "шымкент", "shymkent", "қарағанды", "караганда"),
            *("karaganda", "атырау", "atyrau", "ақтөбе", "актобе", "aktobe", "тараз", "taraz"),
            *("сәлем", "salem", "привет", "privet", "hello", "welcome", "сенім", "senim"),
            *("балам", "balam", "анам", "мама", "mama", "папа", "papa", "отбасы", "семья"),
            *("қыс", "зима", "көктем", "весна", "жаз", "лето", "күз", "осень"),
            *("winter", "spring", "summer", "autumn", "test", "тест", "qwerty", "secret"),
        ),
        key=len,
        reverse=True,
    )
)
_LETTERS_MEANT = str.maketrans("013457@$!", "oieastasi")
_WORD = "|".join(map(re.escape, WORDS))
_ONLY_WORDS = re.compile(f"(?:{_WORD})+")


def is_habitual(password: str) -> bool:
    """Say whether a password is one of those people choose by habit."""
    plain = password.lower()
    return (
        not re.search(r"[^\W\d_]", plain)
        or _repeats(plain)
        or _is_typed_in_rows(plain)
        or _is_words_and_numbers(plain)
    )


def _repeats(plain: str) -> bool:
    """Say whether one piece of up to six characters is written over and over."""
    return bool(re.fullmatch(r"(.{1,6}?)\1{2,}.{0,4}", plain))


def _is_typed_in_rows(plain: str) -> bool:
    """Say whether at most three characters stand outside runs along a row of keys."""
    left, place = 0, 0
    while place < len(plain):
        length = _run_at(plain, place)
        left += 1 if length < RUN else 0
        place += length if length >= RUN else 1
    return left <= 3


def _run_at(plain: str, place: int) -> int:
    """Return how many characters from here on follow one another in a row, either way."""
    return max(_along(plain, place, way) for row in ROWS for way in (row, row[::-1]))


def _along(plain: str, place: int, row: str) -> int:
    length = 1
    while place + length < len(plain) and plain[place + length - 1 : place + length + 1] in row:
        length += 1
    return length


def _is_words_and_numbers(plain: str) -> bool:
    """Say whether only digits, signs and words of the list stand in it, digits for letters too."""
    letters = re.sub(r"[\W\d_]", "", plain)
    # "7А": a class letter beside the words adds nothing
    without_class = re.sub(r"(?<=\d)[^\W\d_](?![^\W\d_])", "", plain)
    meant = re.sub(r"[\W\d_]", "", plain.rstrip("0123456789!.?*#").translate(_LETTERS_MEANT))
    tried = (letters, re.sub(r"[\W\d_]", "", without_class), meant)
    return any(_ONLY_WORDS.fullmatch(text) for text in tried)
