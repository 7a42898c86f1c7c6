"""The check digit of the individual identification number (ЖСН, ИИН), and nothing else.

Birth date and sex are never read from it: since decree 853 of 26.08.2013 the digits need not agree
with them. Sealing and looking up the number live in people. See docs/rules/iin.md.
"""

from senim.rules.errors import Invalid

LENGTH = 12
FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def check_digit(first_eleven: str) -> int | None:
    """Return the twelfth digit for the first eleven, or None when the number is never issued.

    Two passes: the weighted sum modulo 11; a remainder of 10 is tried again with the second
    weights, and a second 10 means the eleven digits are skipped. Also serves generators.
    Raises Invalid("iin_digits") unless there are eleven ASCII digits.
    """
    if not _digits(first_eleven, LENGTH - 1):
        raise Invalid("iin_digits", expected=LENGTH - 1)
    digits = [int(digit) for digit in first_eleven]
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        remainder = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def is_iin(text: str) -> bool:
    """Say whether the text is twelve digits of which the last is the check digit."""
    return _digits(text, LENGTH) and check_digit(text[:-1]) == int(text[-1])


def read_iin(text: str) -> str:
    """Return the number as typed or imported, without the spaces around and between its digits.

    Raises Invalid("iin_digits") or Invalid("iin_check_digit"); the facts never repeat the number.
    """
    number = "".join(text.split())
    if not _digits(number, LENGTH):
        raise Invalid("iin_digits", expected=LENGTH)
    if not is_iin(number):
        raise Invalid("iin_check_digit")
    return number


def _digits(text: str, length: int) -> bool:
    """`isdigit` alone would let Arabic and superscript digits through."""
    return len(text) == length and text.isascii() and text.isdigit()
