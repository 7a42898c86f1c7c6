"""Routes of this room. Three keep allauth's names, since its steps look them up by name."""

from django.urls import URLPattern, path

from senim.web.signin import (
    demo,
    passkeys,
    provider,
    second_factor,
    security,
    step_up,
    views,
)

urlpatterns: list[URLPattern] = [
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/passkey/options/", passkeys.options, name="passkey_options"),
    path("sign-in/passkey/", passkeys.sign_in, name="passkey_sign_in"),
    path("sign-in/provider/", provider.start, name="provider_start"),
    path("sign-in/provider/return/", provider.come_back, name="provider_return"),
    path("me/security/", security.security, name="security"),
    path("me/security/passkey/", passkeys.add, name="passkey_add"),
    path("me/security/provider/", provider.link, name="provider_link"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("first-card/", views.first_card, name="first_card"),
    path("password/", views.change_password, name="account_change_password"),
    path("confirm/", step_up.confirm, name="step_up"),
    path("second-factor/", second_factor.GiveCode.as_view(), name="mfa_authenticate"),
    path("second-factor/set-up/", second_factor.SetUp.as_view(), name="mfa_activate_totp"),
    path(
        "second-factor/spare-codes/",
        second_factor.SpareCodes.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path("demo/enter/", demo.enter, name="demo_enter"),
]
