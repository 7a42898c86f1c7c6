"""Kazakh order and search, computed here because databases get both wrong.

The alphabet's 42 letters are ordered as Kazakh dictionaries do; letters of other alphabets follow.
"""

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_ORDER = {letter: chr(0x100 + place) for place, letter in enumerate(ALPHABET)}
_FOLD = str.maketrans("әғқңөұүһіё", "агкноуухие")


def sort_key(name: str) -> str:
    """Return a text whose plain code-point order is the Kazakh order of the name, case folded."""
    folded = " ".join(name.casefold().split())
    return "".join(_ORDER.get(letter, letter) for letter in folded)


def search_key(name: str) -> str:
    """Return the name folded for search: case, and the letters people type without.

    «Қалиева Томирис» is found by «калиева» as well.
    """
    return " ".join(name.casefold().translate(_FOLD).split())
