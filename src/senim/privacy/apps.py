"""The app of what a person may know about their own record: who looked. Has no tables."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Who looked."""

    name = "senim.privacy"
    label = "privacy"
