"""How a school lets its people sign in: first-time cards, and a phone to be linked anew.

Whoever could take an account over by either is kept from the accounts of those above them.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from senim.ledger import services as ledger
from senim.people import protection
from senim.people import queries as people_read
from senim.people import services as people
from senim.rules.access import STAFF_HATS, Action, Actor, Hat, Subject, Viewer, require
from senim.rules.errors import Invalid, NotFound
from senim.schools import queries, rolls


def issue_cards(
    user_ids: Iterable[UUID], *, school_id: UUID, actor: Actor, at: datetime
) -> tuple[people.PrintedCard, ...]:
    """Make first-time cards for persons of one's own roll, without those one may not make.

    A card for somebody who holds a post is made by those who lead there alone: with it, and
    before a phone is linked, one could sign in as them. So is that of a protected person, who is
    nobody to others. Raises NotFound unless one keeps the roll.
    """
    wanted = set(user_ids)
    held = queries.posts_of(wanted, on=actor.viewer.on)
    kept_from = {user for user, orgs in held.items() if orgs - actor.viewer.led_school_ids}
    if school_id not in actor.viewer.led_school_ids:
        kept_from |= protection.orders(wanted, on=actor.viewer.on).keys()
    return people.issue_cards(wanted - kept_from, school_id=school_id, actor=actor, at=at)


def clear_second_factor(
    member_id: UUID, *, school_id: UUID, confirmed: bool, actor: Actor, at: datetime
) -> None:
    """Let somebody of the school's staff link a phone anew, with one entry about their account.

    confirmed: that the actor made sure who asks. Raises NotFound unless the actor keeps the roll
    the person is on, else Invalid: second_factor_own, _none, _of_post, _unconfirmed.
    """
    require(actor.viewer, Action.KEEP_ROLL, Subject(school_id))
    person = rolls.person(actor.viewer, school_id, member_id, on=actor.viewer.on)
    if person is None:
        raise NotFound("not_found")
    if refusal := why_not_clear(actor.viewer, person.user_id):
        raise Invalid(refusal)
    if not confirmed:
        raise Invalid("second_factor_unconfirmed")
    account_id = people_read.account_with_phone(person.user_id)
    if account_id is None:
        raise Invalid("second_factor_none")
    thing = ledger.Thing("account", account_id, school_id)
    with ledger.entry("people.second_factor.cleared", thing, actor=actor, at=at):
        people.clear_second_factor(account_id)


def why_not_clear(viewer: Viewer, user_id: UUID) -> str:
    """Return the code of what forbids letting a person link a phone anew; empty: nothing does.

    Whoever holds a post, at whatever organisation, is let only by those who lead there.
    """
    if user_id == viewer.user_id:
        return "second_factor_own"
    hats = queries.hats(user_id, on=viewer.on)
    is_staff = any(choice.hat in STAFF_HATS for choice in hats)
    if not is_staff or not people_read.account_with_phone(user_id):
        return "second_factor_none"
    posts = {choice.id for choice in hats if choice.hat in (Hat.OFFICE, Hat.OFFICIAL)}
    return "second_factor_of_post" if posts - viewer.led_school_ids else ""
