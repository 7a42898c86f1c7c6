"""The words of Django and allauth come out in Kazakh and Russian, and no English falls through."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter as mfa_adapter
from django import forms
from django.apps import apps
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.core.paginator import EmptyPage, Paginator
from django.utils import formats, timesince, translation
from django.utils.dateformat import format as format_date

from tools import framework_words
from tools.framework_words import Key, Message

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|\{\w*\}")
KAZAKH_CASE = re.compile(
    r"(?:%\(\w+\)[sdr]|%[sdr]|\{\w*\})-?"
    r"(?:[нтд][іы]|[гқкғ][аеә]|[дтн][ае]н?|[нтд][іы]ң|[мбп]ен)\b"
)
# Marks and names of standards, the same in every language.
ALIKE_IN_KAZAKH = {"…", ":", ", ", ":?.!", "%(truncated_text)s…", "IPv4", "IPv6", "URL"}


def problem(call: Callable[[], object]) -> str:
    with pytest.raises(ValidationError) as refused:
        call()
    return " ".join(refused.value.messages)


def password_problem(validator: MinimumLengthValidator | CommonPasswordValidator) -> str:
    return problem(lambda: validator.validate("123456"))


def page_problem() -> str:
    with pytest.raises(EmptyPage) as refused:
        Paginator([1], per_page=1).page(2)
    return str(refused.value)


def shown_at_run_time(message: Message) -> str:
    if message.context and message.plural:
        return translation.npgettext(message.context, message.singular, message.plural, 5)
    if message.context:
        return translation.pgettext(message.context, message.singular)
    if message.plural:
        return translation.ngettext(message.singular, message.plural, 5)
    return translation.gettext(message.singular)


@pytest.mark.parametrize("language", framework_words.LANGUAGES)
class TestCatalogue:
    def test_words_every_message_of_the_packages_in_use(self, language: str) -> None:
        assert framework_words.missing(language) == []

    def test_words_nothing_that_is_no_longer_said(self, language: str) -> None:
        assert framework_words.dead(language) == []

    def test_is_compiled_as_it_stands(self, language: str) -> None:
        assert not framework_words.out_of_step(language)

    def test_keeps_every_placeholder(self, language: str) -> None:
        ours = framework_words.words(framework_words.own_catalogue(language))
        said = {message.key: message for message in framework_words.messages()}

        wrong = [key for key, texts in ours.items() if not keeps_placeholders(said[key], texts)]

        assert wrong == []

    def test_is_what_django_shows(self, language: str) -> None:
        ours = framework_words.words(framework_words.own_catalogue(language))
        shadowed = {}

        with translation.override(language):
            for message in framework_words.messages():
                shown = shown_at_run_time(message)
                if shown not in ours.get(message.key, (shown,)):
                    shadowed[message.key] = shown

        assert shadowed == {}


def keeps_placeholders(message: Message, texts: tuple[str, ...]) -> bool:
    """In a plural, any form may have the placeholders of “a minute ago” or of “5 minutes ago”."""
    allowed = [
        sorted(PLACEHOLDER.findall(english))
        for english in (message.singular, message.plural or message.singular)
    ]
    return all(sorted(PLACEHOLDER.findall(text)) in allowed for text in texts)


def in_use() -> list[Message]:
    return [
        message
        for message in framework_words.messages()
        if message.package == "django" or apps.is_installed(message.package)
    ]


def test_no_message_is_left_in_english_for_a_kazakh_reader() -> None:
    english = {message.key: (message.singular, message.plural) for message in in_use()}

    with translation.override("kk"):
        left = {
            message.key
            for message in in_use()
            if shown_at_run_time(message) in english[message.key]
        }

    assert {singular for _, singular in left} == ALIKE_IN_KAZAKH


def test_no_kazakh_case_ending_is_put_on_an_inserted_name_or_number() -> None:
    worded: dict[Key, tuple[str, ...]] = framework_words.worded("kk")

    ending = [text for texts in worded.values() for text in texts if KAZAKH_CASE.search(text)]

    assert ending == []


def test_every_installed_package_with_a_catalogue_is_looked_after() -> None:
    with_catalogue = {
        config.name
        for config in apps.get_app_configs()
        if (Path(config.path) / "locale").is_dir() and not config.name.startswith("senim.")
    }

    assert with_catalogue <= set(framework_words.PACKAGES)


def test_parts_of_allauth_without_our_words_are_not_installed() -> None:
    left_out = [part.strip("/") for part in framework_words.PARTS_NOT_USED]

    assert [part for part in left_out if apps.is_installed(f"allauth.{part}")] == []


@pytest.mark.parametrize(
    ("said", "kk", "ru"),
    [
        (
            lambda: problem(lambda: forms.CharField().clean("")),
            "Бұл өрісті толтырыңыз.",
            "Обязательное поле.",
        ),
        (
            lambda: problem(lambda: forms.EmailField().clean("mektep")),
            "Электрондық пошта мекенжайын дұрыс енгізіңіз.",
            "Введите правильный адрес электронной почты.",
        ),
        (
            lambda: password_problem(MinimumLengthValidator(10)),
            "Бұл құпия сөз тым қысқа. Кемінде 10 таңба болуы керек.",
            "Введённый пароль слишком короткий. Он должен состоять из как минимум 10 символов.",
        ),
        (
            lambda: password_problem(CommonPasswordValidator()),
            "Бұл құпия сөзді көп адам қолданады. Басқасын таңдаңыз.",
            "Введённый пароль слишком широко распространён.",
        ),
        (page_problem, "Бұл бетте ештеңе жоқ", "Страница не содержит результатов"),
        (
            lambda: mfa_adapter().validation_error("incorrect_code").messages[0],
            "Код дұрыс емес.",
            "Неверный код.",
        ),
        (
            lambda: timesince.timesince(dt.date(2026, 11, 1), dt.date(2026, 11, 12)),
            "1 апта, 4 күн",
            "1 неделя, 4 дня",
        ),
    ],
    ids=[
        "required",
        "e-mail",
        "short password",
        "common password",
        "page",
        "one-time code",
        "time since",
    ],
)
def test_common_messages_come_out_in_both_languages(
    said: Callable[[], str], kk: str, ru: str
) -> None:
    with translation.override("kk"):
        in_kazakh = said()
    with translation.override("ru"):
        in_russian = said()

    assert in_kazakh.replace("\u00a0", " ") == kk
    assert in_russian.replace("\u00a0", " ") == ru


@pytest.mark.parametrize(
    ("language", "day", "day_and_month", "short", "moment", "number"),
    [
        (
            "kk",
            "2026 ж. 2 қараша",
            "2 қараша",
            "02.11.2026",
            "2026 ж. 2 қараша, 08:05",
            "12\u00a0345,6",
        ),
        (
            "ru",
            "2 ноября 2026 г.",
            "2 ноября",
            "02.11.2026",
            "2 ноября 2026 г. 8:05",
            "12\u00a0345,6",
        ),
        (
            "en",
            "2 November 2026",
            "2 November",
            "02.11.2026",
            "2 November 2026, 08:05",
            "12,345.6",
        ),
    ],
)
def test_dates_and_numbers_are_written_as_in_kazakhstan(
    language: str, day: str, day_and_month: str, short: str, moment: str, number: str
) -> None:
    written = dt.datetime(2026, 11, 2, 8, 5, tzinfo=dt.UTC)

    with translation.override(language):
        assert formats.date_format(written) == day
        assert formats.date_format(written, "MONTH_DAY_FORMAT") == day_and_month
        assert formats.date_format(written, "SHORT_DATE_FORMAT") == short
        assert formats.date_format(written, "DATETIME_FORMAT") == moment
        assert formats.number_format(Decimal("12345.6"), force_grouping=True) == number
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("typed", ["02.11.2026", "2026-11-02", "02.11.26"])
def test_a_day_is_read_in_either_common_form(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(typed) == dt.date(2026, 11, 2)


def test_kazakh_decimal_comma_is_read() -> None:
    with translation.override("kk"):
        assert forms.DecimalField(localize=True).clean("4,5") == Decimal("4.5")


def test_kazakh_weekdays_and_months_are_small_inside_a_sentence() -> None:
    friday = dt.date(2026, 11, 20)

    with translation.override("kk"):
        assert format_date(friday, "j E, l (D)") == "20 қараша, жұма (жм)"
        assert format_date(friday, "j N") == "20 қар."
        assert format_date(friday, "F") == "Қараша"
