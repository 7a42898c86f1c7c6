"""The shape of what is typed at sign-in, and how a fault of it is worded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from senim.base.words import say
from senim.rules.errors import Refusal
from senim.rules.fields import F0

LONGEST = 200


def a_text() -> forms.CharField:
    """Return a field for a name or a code; blanks around it do not count."""
    return forms.CharField(max_length=LONGEST)


def a_password() -> forms.CharField:
    """Return a field for a password, kept as typed."""
    return forms.CharField(max_length=LONGEST, strip=False)


class SignInForm(forms.Form):
    """Who, and their password."""

    login = a_text()
    password = a_password()


class TwiceForm(forms.Form):
    """A new password, typed twice."""

    new = a_password()
    again = a_password()

    def clean(self) -> dict[str, object]:
        """Say of two different passwords that they differ."""
        cleaned: dict[str, object] = super().clean() or {}
        if {"new", "again"} <= cleaned.keys() and cleaned["new"] != cleaned["again"]:
            self.add_error("again", forms.ValidationError("", code="differ"))
        return cleaned


class FirstCardForm(TwiceForm):
    """The name and the code of a first-time card, and the password chosen."""

    login = a_text()
    code = a_text()


class ChangePasswordForm(TwiceForm):
    """One's present password and the next."""

    old = a_password()


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form of sign-in. typed: what may be shown again; faults: words by field.

    provider: the identity provider's name, empty where there is none. asked: the options by which a
    passkey may answer, as JSON; empty for who has none.
    """

    typed: F0[Mapping[str, str]] = field(default_factory=dict)
    faults: F0[Mapping[str, str]] = field(default_factory=dict)
    next: F0[str] = ""
    provider: F0[str] = ""
    asked: F0[str] = ""


def language() -> str:
    """Return the language this request is answered in."""
    return get_language() or settings.LANGUAGE_CODE


def faults_of(form: forms.Form) -> dict[str, str]:
    """Return the words for each field whose shape is wrong, in the order of the page."""
    found = {name: errors.as_data()[0].code for name, errors in form.errors.items()}
    return {
        name: say(f"signin.fault.{'differ' if code == 'differ' else name}", language())
        for name, code in found.items()
    }


def said(refusal: Refusal) -> str:
    """Return a refusal's words."""
    return say(f"refusal.{refusal.code}", language(), **refusal.facts)


def typed(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return what was typed into fields that may be shown again."""
    return {name: request.POST.get(name, "")[:LONGEST] for name in names}
