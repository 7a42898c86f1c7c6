"""The second factor of staff: give a code, set it up, read the spare codes once.

allauth keeps and checks the codes; tries and used codes are counted in the database, since each
worker has a memory of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from senim.base import clock
from senim.base.words import say
from senim.people import signing_in
from senim.rules.errors import Invalid
from senim.rules.fields import F0
from senim.web import session
from senim.web.door import plain
from senim.web.signin.forms import FormPage, language, said
from senim.web.signin.passkeys import asked_of


@dataclass(frozen=True, slots=True)
class SetUpPage:
    """How to set the second factor up. The secret is the reader's own, shown to them alone."""

    picture: F0[str]
    link: F0[str]
    secret: F0[tuple[str, ...]]
    faults: F0[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class SpareCodesPage:
    """The spare codes, shown once; empty when they were shown before."""

    codes: F0[tuple[str, ...]]


class CodeForm(AuthenticateForm):
    """A code from the phone, or a spare one."""

    def clean_code(self) -> str:
        """Count the try, and refuse a code that was used; the code it is stands for itself."""
        code = "".join(self.cleaned_data["code"].split()).replace("-", "")
        self.cleaned_data["code"] = code
        at = clock.machine_now()
        try:
            with signing_in.tries([signing_in.by_code(self.user.pk)], at=at):
                super().clean_code()
                if not signing_in.spend_code(self.user.pk, code, at=at):
                    raise forms.ValidationError("", code="incorrect_code")
        except Invalid as refusal:
            raise forms.ValidationError(said(refusal), code=refusal.code) from None
        return code


@method_decorator(never_cache, name="dispatch")
class GiveCode(AuthenticateView):
    """The step between the password and the page, for who has a second factor."""

    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask again where a form came without its field."""
        fields = {"code", "credential"}
        if request.method == "POST" and len(fields & request.POST.keys()) != 1:
            return redirect("mfa_authenticate")
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        """Answer with our page."""
        faults = code_faults(context["form"])
        if "credential" in context["form"].errors:
            faults = {"code": say("refusal.passkey_wrong", language())}
        page = FormPage(faults=faults, asked=asked_of(self.stage.login.user))
        return plain(self.request, "signin/give_code.html", page, status=422 if faults else 200)


@method_decorator(never_cache, name="dispatch")
class SetUp(ActivateTOTPView):
    """Setting up the second factor, in the quarter of an hour after the password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open to staff who owe a second factor; who has one elsewhere signs in with it."""
        account: Any = request.user
        if cast(Any, request).actor is not None or "senim_hat" not in request.session:
            return redirect("home")
        if is_mfa_enabled(account, [Authenticator.Type.TOTP]):
            logout(request)
            return redirect("account_login")
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Set it up; the code just given counts as given."""
        response = super().form_valid(form)
        request, account = self.request, cast(Any, self.request.user)
        signing_in.spend_code(account.pk, form.cleaned_data["code"], at=clock.machine_now())
        record_authentication(request, account, "mfa", type="totp")
        session.rename(request)
        session.set_life(request, account.user_id)
        return response

    def get_success_url(self) -> str:
        """Lead to the spare codes."""
        return reverse("mfa_view_recovery_codes")

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        """Answer with our page."""
        form = context["form"]
        faults = code_faults(form)
        secret = tuple(form.secret[place : place + 4] for place in range(0, len(form.secret), 4))
        page = SetUpPage(context["totp_svg_data_uri"], context["totp_url"], secret, faults)
        return plain(self.request, "signin/set_up.html", page, status=422 if faults else 200)


@method_decorator(never_cache, name="dispatch")
class SpareCodes(ViewRecoveryCodesView):
    """The spare codes, once."""

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        """Answer with our page."""
        codes = tuple(context["unused_codes"]) if context["can_view_codes"] else ()
        return plain(self.request, "signin/spare_codes.html", SpareCodesPage(codes))


def code_faults(form: forms.Form) -> dict[str, str]:
    """Return the words for what is wrong with the code."""
    if "code" not in form.errors:
        return {}
    fault = form.errors["code"].as_data()[0]
    if fault.code == "tries_spent":
        return {"code": str(fault.message)}
    key = "code_missing" if fault.code == "required" else "code_wrong"
    return {"code": say(f"signin.fault.{key}", language())}
