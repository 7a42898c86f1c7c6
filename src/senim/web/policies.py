"""The policy row of every page."""

from senim.rules.access import Hat
from senim.rules.policies import FORM, WRITE, Policy, anyone, signed_in, wearing

READERS = (
    *(Hat.PUPIL, Hat.GUARDIAN, Hat.TEACHER, Hat.OFFICE),
    *(Hat.EMERGENCY, Hat.CASE, Hat.OFFICIAL),
)
"""Who may knock at a pupil's diary; officials are let knock so that their refusal is on record."""

POLICIES: dict[str, Policy] = {
    "front": anyone(),
    "founding": anyone(),
    "founding_case": anyone(),
    "ledger": anyone(),
    "ledger_checkpoint": anyone(),
    "ledger_tile": anyone(),
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
    "lesson": wearing(Hat.TEACHER, Hat.SUPPORT, methods=FORM),
    "registers": wearing(Hat.TEACHER, Hat.OFFICE),
    "register": wearing(Hat.TEACHER, Hat.OFFICE, Hat.SUPPORT, methods=FORM),
    "diary": wearing(Hat.PUPIL, Hat.GUARDIAN),
    "diary_week": wearing(*READERS, Hat.SUPPORT),
    "diary_term": wearing(*READERS),
    "looked": wearing(Hat.PUPIL, Hat.GUARDIAN),
    "looked_child": wearing(Hat.PUPIL, Hat.GUARDIAN),
    "looked_wrong": wearing(Hat.PUPIL, Hat.GUARDIAN, methods=FORM),
    "looked_proof": wearing(Hat.PUPIL, Hat.GUARDIAN),
    "notices": signed_in(FORM),
    "cases": wearing(Hat.OFFICE),
    "case": wearing(Hat.OFFICE, methods=FORM),
    "office": wearing(Hat.OFFICE),
    "office_people": wearing(Hat.OFFICE),
    "office_person": wearing(Hat.OFFICE, methods=FORM),
    "office_classes": wearing(Hat.OFFICE),
    "office_timetable": wearing(Hat.OFFICE),
    "office_imports": wearing(Hat.OFFICE),
    "office_cards": wearing(Hat.OFFICE, methods=FORM),
    "office_support": wearing(Hat.OFFICE, methods=FORM),
    "emergency": wearing(Hat.TEACHER, Hat.OFFICE, methods=FORM),
    "emergency_member": wearing(Hat.TEACHER, Hat.OFFICE, methods=FORM),
    "opened": wearing(Hat.EMERGENCY, Hat.CASE, Hat.SUPPORT, methods=FORM),
    "end_opening": wearing(Hat.EMERGENCY, Hat.CASE, Hat.SUPPORT, methods=WRITE),
    "region": wearing(Hat.OFFICIAL),
    "region_child": wearing(Hat.OFFICIAL, methods=FORM),
}
