"""One person of the roll: who they are, a card, a phone to be linked anew, what identifies them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from senim.base.words import say
from senim.ledger import services as ledger
from senim.rules.access import Subject
from senim.rules.errors import Invalid, NotFound
from senim.schools import accounts, pupils, rolls
from senim.web.door import show, time_of
from senim.web.office import identities, pages
from senim.web.office.views import Desk, card_address, desk, line_of, make_cards
from senim.web.session import require_step_up

LOOKED = "schools.person.looked"


def person(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Show a person of the roll (GET), or do one of the things its forms ask (POST)."""
    here = desk(request)
    line = _of_the_roll(here, request, member_id)
    done, fault, card = "", "", None
    if request.POST.get("do") == "card" and line.username:
        card = make_cards(here, request, {line.user_id: line.name}).get(line.user_id)
        fault = "" if card else "card_of_post"
    elif request.POST.get("do") == "phone":
        require_step_up(request)
        fault = _clear_phone(here, request, member_id)
        done = "" if fault else "office.person.cleared"
    outcome = identities.Outcome(done)
    if "do" in request.POST and not (done or fault or card):
        outcome, fault = identities.handle(here, request, line)
    page = pages.OnePerson(
        school=here.name,
        school_name=here.school.name,
        address=card_address(),
        person=line_of(line),
        phone=accounts.why_not_clear(here.actor.viewer, line.user_id),
        identity=identities.identity_of(here, line, outcome),
        purposes=identities.PURPOSES,
        protectable=identities.protectable(here, line),
        grounds=identities.GROUNDS,
        done=outcome.done,
        fault=say(f"refusal.{fault}", here.lang) if fault else "",
        card=card,
    )
    return show(
        request,
        "office/person.html",
        page,
        subject=Subject(here.school.id, protected=line.protected),
        thing=ledger.Thing("member", member_id, here.school.id),
        event=LOOKED,
        status=422 if fault else 200,
    )


def _of_the_roll(here: Desk, request: HttpRequest, member_id: UUID) -> rolls.RollLine:
    found = rolls.person(here.actor.viewer, here.school.id, member_id, on=here.on)
    if found is None:
        school_id = pupils.school_of(member_id) or here.school.id
        thing = ledger.Thing("member", member_id, school_id)
        ledger.refused(thing, actor=here.actor, at=time_of(request), event=LOOKED)
        raise NotFound("not_found")
    return found


def _clear_phone(here: Desk, request: HttpRequest, member_id: UUID) -> str:
    """Clear the second factor; return the code of the refusal, or nothing."""
    try:
        accounts.clear_second_factor(
            member_id,
            school_id=here.school.id,
            confirmed=request.POST.get("sure") == "1",
            actor=here.actor,
            at=time_of(request),
        )
    except Invalid as refusal:
        return refusal.code
    return ""
