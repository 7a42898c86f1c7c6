"""Bytes of a file to text, whatever program wrote them.

UTF-8 is what the standard asks for. A byte-order mark, UTF-16 and the one-byte code pages of
Windows are read as well; each is told by its code.
"""

import codecs
import unicodedata

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
KAZAKH_BYTES = frozenset(b"\x8d\x8e\x9d\x9e\xa1\xa2\xa3\xa5\xaa\xaf\xb4\xba\xbc\xbd\xbe\xbf")
"""Where KZ-1048 has ә, ғ, қ, ң, ө, ұ, ү, һ, and Windows-1251 letters that no roster here writes."""


class Undecodable(ValueError):
    """No known encoding fits the bytes."""


def decode(data: bytes) -> tuple[str, str]:
    """Return the text, composed (NFC), and a warning's code, or "" where it is plain UTF-8.

    Raises Undecodable.
    """
    text, code = _decoded(data)
    return unicodedata.normalize("NFC", text), code


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith(UTF16_MARKS):
        return _strict(data, "utf-16"), "encoding_utf16"
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data, "utf-8-sig"), "byte_order_mark"
    if silent := _utf16_without_mark(data):
        return _strict(data, silent), "encoding_utf16"
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if KAZAKH_BYTES & set(data):
        return _strict(data, "kz1048"), "encoding_kazakh"
    return _strict(data, "cp1251"), "encoding_windows"


def _utf16_without_mark(data: bytes) -> str:
    """A header is ASCII, so in UTF-16 every second byte of it is zero."""
    head = data[:40]
    if len(head) >= 4 and not any(head[1::2]) and all(head[::2]):
        return "utf-16-le"
    if len(head) >= 4 and not any(head[::2]) and all(head[1::2]):
        return "utf-16-be"
    return ""


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise Undecodable(name) from None
