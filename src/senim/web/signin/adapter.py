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
from senim.people import keys
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
        devices.note(request, user.id)
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

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Ask a second factor of who linked a phone: a passkey alone may be lost with its device.

        Families add one to sign in without the password; staff may use it instead of the code.
        """
        return not user.is_anonymous and keys.has_phone(user.id)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name us to the device that keeps a passkey."""
        host = context.request.get_host().partition(":")[0]
        return {"id": host, "name": "Сенім"}

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
