"""What allauth asks us: which steps a sign-in has, where it leads, and how secrets are kept."""

from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from senim.base.sealed import seal, unseal
from senim.web import session
from senim.web.signin import devices

ANY_ROW = UUID(int=0)
"""allauth encrypts before there is a row, so the secret is bound to its column only."""


class SignInSteps(DefaultAccountAdapter):
    """A password, then the code of those who have a second factor; no sign-up, no e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the school's office."""
        return False

    def get_login_stages(self) -> list[str]:
        """The one step after the password."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_safe_url(self, url: str) -> bool:
        """Go nowhere but to this host."""
        return session.is_local(context.request, url)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Sign-in is a page, to scripts as well."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Set the session's life, the language of who has chosen none, and know the device."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        session.set_life(request, user.user_id)
        devices.remember(request, response, user.id)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            speak(response, user.language)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send who was closed meanwhile back to the start."""
        return redirect("account_login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page one arrives at is the answer."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing."""


class SecondFactor(DefaultMFAAdapter):
    """The second factor's secrets are sealed like every identifier."""

    def get_totp_label(self, user: Any) -> str:
        """The sign-in name, as the phone lists it."""
        return str(user.username)

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return b64encode(seal(text, table="mfa_authenticator", column="data", row=ANY_ROW)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        sealed = b64decode(encrypted_text)
        return unseal(sealed, table="mfa_authenticator", column="data", row=ANY_ROW)


def speak(response: HttpResponse, language: str) -> None:
    """Let the visitor be spoken to in a language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
    )
