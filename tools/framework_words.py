"""Keep the words of Django and allauth whole in Kazakh and Russian.

    python -m tools.framework_words             list what is missing, dead or not compiled; 1 if any
    python -m tools.framework_words --compile   write each django.mo from its django.po

The frameworks' own English catalogues say which messages there are; a message is worded when theirs
or ours words it. Our own pages do not use gettext: their words are TOML, beside what speaks them.
"""

import argparse
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po

LANGUAGES = ("kk", "ru")
LOCALE = Path(__file__).resolve().parent.parent / "src" / "senim" / "web" / "locale"

# Where a package keeps its catalogues, if not in its own `locale`.
ELSEWHERE = {"django": "django.conf"}
PACKAGES = (
    "django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "allauth",
)
# allauth has one catalogue for all its parts; what only these parts say is never shown by us.
PARTS_NOT_USED = ("/socialaccount/", "/idp/", "/headless/")

Key = tuple[str, str]  # gettext's context, or nothing, and the message in the singular
MO_MAGIC = 0x950412DE


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a framework says it in English; plural is empty when it has no plural."""

    package: str
    context: str
    singular: str
    plural: str

    @property
    def key(self) -> Key:
        """Return what gettext looks the message up by."""
        return self.context, self.singular


def own_po(language: str) -> Path:
    """Return the path of our catalogue; the compiled one lies beside it as `.mo`."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def own_catalogue(language: str) -> Catalog:
    """Return our catalogue of a language."""
    return _read(own_po(language))


def messages() -> list[Message]:
    """Return what the packages say, each key once, in the packages' order."""
    found: dict[Key, Message] = {}
    for package in PACKAGES:
        for entry in _entries(_read(_package_po(package, "en"))):
            if _shown(entry):
                singular, plural = _ids(entry)
                message = Message(package, entry.context or "", singular, plural)
                found.setdefault(message.key, message)
    return list(found.values())


def words(catalogue: Catalog) -> dict[Key, tuple[str, ...]]:
    """Return the wording of every fully worded message, one text for each plural form."""
    return {
        (entry.context or "", _ids(entry)[0]): texts
        for entry in _entries(catalogue)
        if (texts := _texts(entry))
    }


def worded(language: str) -> dict[Key, tuple[str, ...]]:
    """Return every wording a reader may meet: the packages', and ours over them."""
    merged: dict[Key, tuple[str, ...]] = {}
    for package in PACKAGES:
        po = _package_po(package, language)
        if po.exists():
            merged |= words(_read(po))
    return merged | words(own_catalogue(language))


def missing(language: str) -> list[Message]:
    """Return what would come out in English, or in the language of last resort."""
    known = worded(language)
    return [message for message in messages() if message.key not in known]


def dead(language: str) -> list[Key]:
    """Return what we word and no package says any more."""
    said = {message.key for message in messages()}
    return [key for key in words(own_catalogue(language)) if key not in said]


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue in gettext's binary form; the same words give the same bytes.

    Written here because Babel and msgfmt put dates or their own version into the header.
    Source: GNU gettext manual, "The Format of GNU MO Files", revision 0, without the hash table.
    """
    pairs = sorted(_mo_pairs(catalogue))
    table_at = 28
    texts_at = table_at + 16 * len(pairs)
    tables = [b"", b""]
    texts = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += struct.pack("<2I", len(pair[column]), texts_at + len(texts))
            texts += pair[column] + b"\0"
    translations_at = table_at + len(tables[0])
    head = struct.pack("<7I", MO_MAGIC, 0, len(pairs), table_at, translations_at, 0, texts_at)
    return head + tables[0] + tables[1] + texts


def out_of_step(language: str) -> bool:
    """Say whether the compiled catalogue differs from a fresh one, or is not there."""
    mo = own_po(language).with_suffix(".mo")
    return not mo.exists() or mo.read_bytes() != compiled(own_catalogue(language))


def main(arguments: list[str] | None = None) -> int:
    """Compile or list; return 1 when something is missing, dead or out of step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--compile", action="store_true", help="write the .mo files")
    if parser.parse_args(arguments).compile:
        for language in LANGUAGES:
            own_po(language).with_suffix(".mo").write_bytes(compiled(own_catalogue(language)))
    complaints = [complaint for language in LANGUAGES for complaint in _complaints(language)]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def _complaints(language: str) -> Iterator[str]:
    for message in missing(language):
        yield f"{language}: no words in {message.package}: {message.singular!r}"
    for context, singular in dead(language):
        yield f"{language}: nothing says this any more: {singular!r} {context}".rstrip()
    if out_of_step(language):
        yield f"{language}: django.mo is not what django.po compiles to (--compile)"


def _package_po(package: str, language: str) -> Path:
    spec = find_spec(ELSEWHERE.get(package, package))
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, ignore_obsolete=True, abort_invalid=True)


def _entries(catalogue: Catalog) -> Iterator[Entry]:
    return (entry for entry in catalogue if entry.id)


def _ids(entry: Entry) -> tuple[str, str]:
    if isinstance(entry.id, str):
        return entry.id, ""
    singular, plural = entry.id
    return singular, plural


def _texts(entry: Entry) -> tuple[str, ...]:
    texts = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return () if entry.fuzzy or "" in texts else texts


def _shown(entry: Entry) -> bool:
    places = [f"/{path}" for path, _ in entry.locations]
    return not places or not all(any(part in path for part in PARTS_NOT_USED) for path in places)


def _mo_pairs(catalogue: Catalog) -> Iterator[tuple[bytes, bytes]]:
    header = (
        "Content-Type: text/plain; charset=UTF-8\n"
        f"Plural-Forms: nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};\n"
    )
    yield b"", header.encode()
    for entry in _entries(catalogue):
        if texts := _texts(entry):
            context = f"{entry.context}\x04" if entry.context else ""
            ids = "\0".join(part for part in _ids(entry) if part)
            yield f"{context}{ids}".encode(), "\0".join(texts).encode()


if __name__ == "__main__":
    sys.exit(main())
