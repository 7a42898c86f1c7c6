"""`senim card NAME`: make a first-time card for one account, such as a new school's first clerk."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from senim.base import clock
from senim.ledger import services as ledger
from senim.people import services as people
from senim.people.signing_in import account_named
from senim.schools import queries as schools


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="sign-in name, e-mail or phone")

    def handle(self, *_: Any, **options: Any) -> None:
        at = clock.now()
        account = account_named(options["name"])
        if account is None or account.user_id is None:
            raise CommandError(
                f"No account is called {options['name']}: see the roster's usernames."
            )
        on = at.astimezone(schools.COUNTRY_ZONE).date()
        school_id = schools.record_school(account.user_id, on=on)
        thing = ledger.Thing("org", school_id, school_id)
        with ledger.entry("people.cards.issued", thing, actor=None, at=at) as draft:
            draft.facts = {"accounts": [str(account.id)]}
            card = people.issue_card(account.id, at=at)
        self.stdout.write(f"{card.username}  {card.code}  until {card.expires_at:%d.%m.%Y}")
