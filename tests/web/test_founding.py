"""The founding cases say only what the texts say, in three languages, and name no person."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from senim.web.public.founding import ORDER, Case, Kind, Statement, Texts, case, cases

# The first half of the SHA-256 of every surname and given name that stands in the five documents,
# in small letters without a case ending, so that the names themselves stand nowhere here.
LISTED = """
001babd1e74cb63f 00ff0da2bc46d87a 0472c6f5bfe46e41 0779e48d71a2243c 0a22aed5f9110fbe
118bf0c602b68c58 14bb214792544fe6 1607390727fa7dfd 16ef65ff6412146b 19e796a43c6b11e1
1a79efe3bfc7800e 1a7b29eceb6295f9 1aee0a322992f5fc 1b913530237ffd59 1fc80b19d8c869d3
1fde3c3a15a5fcbb 206d001e40489d96 20e743e4f12ffe8f 23e0c60947fbb4df 26f4e940612f6017
282ff3ab72af0040 288fbd2003a5cf52 28b3baec3f98854a 2ef7070316968dc4 32b0e7ed005ba0fb
35b647f7195b1fe6 4135022de83adc68 4d562ca0d1e7df84 4d616c9d4ff3701c 4fa2e4c288a4940a
5a7c3b042f3525a8 5e7b049ae32ee621 5f5856dbefe69e98 5fed5b4499ce4799 633b9c41cd0132b5
64be4055d3965021 64c9f4e9ccf42b13 6c2b34166afac376 7079e932c3e301bc 72cf4d764e8dd4e0
745e65938fc279e5 74b424bd58602794 763f0f4ce2049e2b 7710db4030ecc7a4 7c780c9b5456f1b5
7d2313c547144b82 7fc892096acf178e 80b47c421c6e9eaa 82e5a8a7743ce80e 8e7cdfe177697e6c
8f61fb3fcc07fec5 918b6981418d26fa 96159c1440ee2f84 962e3d9934478c4c 9642de1b2e509030
96d8a040220f0ebb 9722b2d1bc027911 9946119d120c3b9b 9c552308754bba4b 9dad16b98fe1bda0
a18541b0edf36a9c a32d52adec31163c a3b27690ba9616e3 a4763b3ca0d23d76 a7045a9a7d4bac3b
aa5e5de9ae3c8b62 b11bc6ddac757bc1 b2289112329491b9 b52f0c5de64529ff b5f44007c9fc3c90
b8cce844da9e5c7e bc8855eee0293f00 bdbe116929139b96 be52442f2c1276d5 c437d970e4458d44
c97287daba2c9b03 cbce2c246ba3082e d26356d4d145b356 d2a196f8b37d59f1 d3ea51c99f0d675c
d65c5090cea34978 d798a2c91d06d07b dc9958bf28b0d181 dce2c974abfb9849 e4514e1fc29144a5
e6ded0eb82ec4b48 e76323f44f47b62f e819ee5e0edf01f1 f4888097a8f75976 f8e4ccf640c0c7d4
f97ac376f05211c3 fa9022752644b8e2
"""
NAMES = frozenset(LISTED.split())
SHORTEST_NAME = 4
STATEMENTS = [(one.slug, said) for one in cases() for said in one.statements]


def texts_in(value: object) -> Iterator[str]:
    """Yield every string of a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))


def names_in(text: str, listed: frozenset[str] = NAMES) -> list[str]:
    """Return the words of a text that begin with a listed name."""
    words = re.findall(r"[\w-]+", text.lower())
    return [
        word
        for word in words
        for end in range(SHORTEST_NAME, len(word) + 1)
        if hashlib.sha256(word[:end].encode()).hexdigest()[:16] in listed
    ]


def every_texts(value: object) -> Iterator[Texts]:
    """Yield every three-language text of a value, however deep."""
    if isinstance(value, Texts):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from every_texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from every_texts(getattr(value, field.name))


def test_there_are_five_cases_from_five_documents() -> None:
    assert {one.document for one in cases()} == {"000", "001", "002", "003", "004"}
    assert tuple(one.slug for one in cases()) == ORDER


def test_an_unknown_case_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        case("../e-learning")


@pytest.mark.parametrize("one", cases(), ids=ORDER)
def test_every_text_of_a_case_is_in_three_languages(one: Case) -> None:
    for texts in every_texts(one):
        assert all(texts[lang].strip() for lang in ("kk", "ru", "en")), texts


@pytest.mark.parametrize("one", cases(), ids=ORDER)
def test_no_language_stands_in_for_another(one: Case) -> None:
    """Kazakh and Russian sentences differ, and English ones hold no Cyrillic letter."""
    for texts in [said.text for said in one.statements] + list(one.silences):
        assert texts.kk != texts.ru
        assert not re.search(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]", texts.en), texts.en


@pytest.mark.parametrize(("slug", "said"), STATEMENTS)
def test_every_statement_has_a_speaker_and_a_place_in_its_document(
    slug: str, said: Statement
) -> None:
    assert said.said_by_office.kk
    assert said.source.document == case(slug).document
    assert said.source.line >= 1


@pytest.mark.parametrize(("slug", "said"), STATEMENTS)
def test_a_date_is_given_only_with_its_precision(slug: str, said: Statement) -> None:
    assert (said.said_on.on is None) == (said.said_on.precision == "none")


def test_statement_ids_are_unique_in_their_case() -> None:
    for one in cases():
        ids = [said.id for said in one.statements]
        assert len(ids) == len(set(ids)), one.slug


@pytest.mark.parametrize(("slug", "said"), STATEMENTS)
def test_only_an_accusation_says_whom_it_concerns(slug: str, said: Statement) -> None:
    assert (said.about is not None) == (said.kind is Kind.ACCUSATION)


def test_an_answer_stands_in_the_same_text_as_its_accusation() -> None:
    answered = [(slug, said) for slug, said in STATEMENTS if said.answer]

    assert answered
    for slug, said in answered:
        assert said.kind is Kind.ACCUSATION
        assert case(slug).statement(str(said.answer)).kind is Kind.ANSWER


def test_the_almost_of_the_text_is_kept() -> None:
    hedged = {
        (slug, figure.value): figure.hedge
        for slug, said in STATEMENTS
        for figure in said.figures
        if figure.hedge
    }

    assert hedged == {
        ("east-kazakhstan", 4_000_000): "almost",
        ("fourteen-companies", 1000): "more_than",
    }


@pytest.mark.parametrize("one", cases(), ids=ORDER)
def test_no_person_of_the_documents_is_named(one: Case) -> None:
    assert [found for text in texts_in(one) for found in names_in(text)] == []


def test_a_name_is_found_with_its_case_ending() -> None:
    listed = frozenset({hashlib.sha256("сейітова".encode()).hexdigest()[:16]})

    assert names_in("Мұғалім Сейітованың сөзі", listed) == ["сейітованың"]
    assert names_in("Мұғалімнің сөзі", listed) == []
