"""Which persons' rows PostgreSQL opens to whom; see `base.second_wall` for the names in braces.

Person rows stand behind the Member rows of their schools: whoever sees one of a person's members
sees the person's name. Accounts are read before anybody is known, by signing in.
"""

from senim.base.second_wall import Wall

WALLED = {
    "people_user": Wall(
        """
        id = {user}
        or exists (select 1 from schools_member m where m.user_id = people_user.id offset 0)
        """,
        school="",
    ),
    "people_demographics": Wall("user_id = {user}", school=""),
    "people_guardianship": Wall("guardian_id = {user}", school=""),
    # Whom to leave out has to be known to every question; the row holds no name.
    "people_protection": Wall("true", school=""),
}

_SIGN_IN = "read and written before anybody is known: signing in"

EXEMPT = {
    "people_account": _SIGN_IN,
    "people_firstcard": f"{_SIGN_IN}; codes are kept as hashes",
    "people_signin": f"{_SIGN_IN}; half an address and what on, for its own account's page",
    "people_providerlink": f"{_SIGN_IN}; a keyed hash beside an account's id",
    "django_session": _SIGN_IN,
    "account_emailaddress": f"{_SIGN_IN}; kept empty",
    "account_emailconfirmation": f"{_SIGN_IN}; kept empty",
    "mfa_authenticator": _SIGN_IN,
    "usersessions_usersession": _SIGN_IN,
    "socialaccount_socialaccount": _SIGN_IN,
    "socialaccount_socialtoken": f"{_SIGN_IN}; kept empty",
}
