"""Routes of this room. Three keep allauth's names, since its steps look them up by name."""

from django.urls import URLPattern, path

from senim.web.signin import demo, second_factor, step_up, views

urlpatterns: list[URLPattern] = [
    path("sign-in/", views.sign_in, name="account_login"),
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
