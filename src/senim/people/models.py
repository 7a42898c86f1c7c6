"""A person (User), how they sign in (Account), what identifies them, whose guardian they are."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from senim.base.ids import uuid7
from senim.base.models import Placement, Record, RosterRecord
from senim.base.scope import ScopedManager
from senim.ledger import tripwire
from senim.rules.access import Viewer


class User(RosterRecord):
    """A person, once, of no school. Holds the name (F1), while any school's record needs it."""

    placement = Placement.SCHOOL

    given_name = models.CharField(max_length=120)
    middle_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    sort_key = models.CharField(max_length=400)
    search_key = models.CharField(max_length=400, db_index=True)

    objects = ScopedManager["User"]()

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """Oneself; others are shown through their school's Member."""
        return Q(id=viewer.user_id)


class Accounts(BaseUserManager["Account"]):
    """Accounts, each with `is_held`, so that asking it costs a request no query of its own."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        """Return all accounts."""
        return super().get_queryset().annotate(is_held=tripwire.is_held("id"))


class Account(AbstractBaseUser):
    """How one person signs in. Holds a sign-in name, optional e-mail and phone (F4).

    When somebody last signed in is not kept.
    """

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(
        "people.User", on_delete=models.PROTECT, null=True, related_name="account"
    )
    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(null=True, unique=True)
    phone = models.CharField(max_length=16, null=True, unique=True)
    language = models.CharField(max_length=2, default="kk")
    is_active = models.BooleanField(default=True)
    last_login = None

    objects = Accounts()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=["kk", "ru", "en"]), name="account_language_known"
            )
        ]


class FirstCard(Record):
    """A printed first-time card: a one-time code by which an account chooses its password."""

    placement = Placement.LOCAL

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="cards")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    def open_at(self, at: datetime) -> bool:
        """Say whether the card can still be used."""
        return self.used_at is None and at < self.expires_at and self.wrong_tries < 5


class Throttle(models.Model):
    """A bucket of tries, named by a hash; see `people.throttle`. Dropped when it is full again."""

    placement = Placement.LOCAL

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.DateTimeField(db_index=True)


class SignIn(models.Model):
    """That an account is signed in somewhere: in plain words what on, and roughly where from.

    `network` is half of an address, so that it names a provider and no household. The row goes with
    its session; a listed exemption from the ledger, as sessions are.
    """

    placement = Placement.LOCAL

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    system = models.CharField(max_length=20, blank=True)
    browser = models.CharField(max_length=20, blank=True)
    network = models.CharField(max_length=40, blank=True)
    method = models.CharField(max_length=10)
    since = models.DateTimeField()
    last_day = models.DateField()


class ProviderLink(Record):
    """That an account is somebody's at the national identity provider, found by a keyed hash."""

    placement = Placement.LOCAL

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    subject_lookup = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField()


class Demographics(Record):
    """What identifies a person (F5): birth date, sex; IIN and home address sealed under the key."""

    placement = Placement.SCHOOL

    user = models.OneToOneField(
        "people.User", on_delete=models.PROTECT, related_name="demographics"
    )
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=6, blank=True)
    iin_sealed = models.BinaryField(null=True)
    iin_lookup = models.CharField(max_length=64, null=True, unique=True)
    address_sealed = models.BinaryField(null=True)

    objects = ScopedManager["Demographics"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(iin_sealed__isnull=True, iin_lookup__isnull=True)
                | Q(iin_sealed__isnull=False, iin_lookup__isnull=False),
                name="iin_sealed_with_lookup",
            )
        ]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """One's own."""
        return Q(user_id=viewer.user_id)


class Guardianship(RosterRecord):
    """That one person answers for another, from a day to a day, on a ground.

    restricted: a court limited it; `by_order` then lists the field classes the order leaves open.
    """

    placement = Placement.SCHOOL

    class Kind(models.TextChoices):
        """OneRoster's roles of a relative."""

        PARENT = "parent"
        GUARDIAN = "guardian"
        RELATIVE = "relative"

    guardian = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PARENT)
    ground = models.CharField(max_length=40, default="birth_record")
    starts = models.DateField()
    ends = models.DateField(null=True)
    restricted = models.BooleanField(default=False)
    by_order = models.JSONField(default=list)

    objects = ScopedManager["Guardianship"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "ward", "starts"], name="one_guardianship_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="guardianship_dates"
            ),
            models.CheckConstraint(condition=~Q(guardian=F("ward")), name="guardian_is_another"),
        ]
        indexes = [models.Index(fields=["ward"], name="guardianship_by_ward")]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """One's own guardianships."""
        return Q(guardian_id=viewer.user_id)


class Protection(Record):
    """That a person's identity is protected, from a day to a day: a pupil's or a guardian's.

    school_id: where it was ordered; it holds in every school. ground: a code, never a text.
    """

    placement = Placement.SCHOOL

    class Ground(models.TextChoices):
        """By what it was asked."""

        COURT = "court"
        ORDER = "order"
        APPLICATION = "application"

    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    school_id = models.UUIDField()
    starts = models.DateField()
    ends = models.DateField(null=True)
    ground = models.CharField(max_length=12, choices=Ground)

    objects = ScopedManager["Protection"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ends__isnull=True), name="one_protection_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="protection_dates"
            ),
        ]

    @staticmethod
    def scope(viewer: Viewer) -> Q:
        """Those ordered at schools one leads."""
        return Q(school_id__in=viewer.led_school_ids)
