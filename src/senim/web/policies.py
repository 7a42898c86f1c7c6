"""The policy row of every page."""

from senim.rules.access import Hat
from senim.rules.policies import FORM, WRITE, Policy, anyone, signed_in, wearing

POLICIES: dict[str, Policy] = {
    "front": anyone(),
    "founding": anyone(),
    "founding_case": anyone(),
    "set_language": anyone(WRITE),
    "demo_enter": anyone(WRITE, demo_only=True),
    "account_login": anyone(FORM),
    "first_card": anyone(FORM),
    "mfa_authenticate": anyone(FORM),
    "account_logout": signed_in(WRITE, half=True),
    "mfa_activate_totp": signed_in(FORM, half=True),
    "mfa_view_recovery_codes": signed_in(),
    "account_change_password": signed_in(FORM),
    "step_up": signed_in(FORM),
    "home": signed_in(),
    "hat": signed_in(FORM),
    "today": wearing(Hat.TEACHER),
    "lesson": wearing(Hat.TEACHER, methods=FORM),
    "registers": wearing(Hat.TEACHER, Hat.OFFICE),
    "register": wearing(Hat.TEACHER, Hat.OFFICE, methods=FORM),
    "diary": wearing(Hat.PUPIL, Hat.GUARDIAN),
    "diary_week": wearing(Hat.PUPIL, Hat.GUARDIAN, Hat.TEACHER, Hat.OFFICE),
    "diary_term": wearing(Hat.PUPIL, Hat.GUARDIAN, Hat.TEACHER, Hat.OFFICE),
    "office": wearing(Hat.OFFICE),
    "office_people": wearing(Hat.OFFICE),
    "office_person": wearing(Hat.OFFICE, methods=FORM),
    "office_classes": wearing(Hat.OFFICE),
    "office_timetable": wearing(Hat.OFFICE),
    "office_imports": wearing(Hat.OFFICE),
    "office_cards": wearing(Hat.OFFICE, methods=FORM),
}
