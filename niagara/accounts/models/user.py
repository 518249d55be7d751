import zoneinfo
from collections.abc import Sequence
from functools import cache, cached_property
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from niagara import clock
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models.organization import Organization
from niagara.accounts.models.role import Grant, Role
from niagara.accounts.models.row import time_ordered_id
from niagara.accounts.permissions import EVERYBODY, SCOPES, implied
from niagara.statements import Among, Statement

SYSTEM_ID = 1
MAX_ATTRIBUTES = 15

validate_link = URLValidator(schemes=["https", "http"])


def validate_attributes(attributes: object) -> None:
    """Up to 15 attributes, each ``{"key": text, "value": text}``."""
    well_formed = isinstance(attributes, list) and all(
        isinstance(one, dict) and set(one) == {"key", "value"} and all(isinstance(text, str) for text in one.values())
        for one in attributes
    )
    if not well_formed:
        raise ValidationError('Write a list of attributes such as [{"key": "shift", "value": "night"}].')
    if len(attributes) > MAX_ATTRIBUTES:  # type: ignore[arg-type]
        raise ValidationError(f"Keep at most {MAX_ATTRIBUTES} attributes.")


@cache
def time_zones() -> frozenset[str]:
    """The names of all there are. Asking for them opens some 600 files, which do not change while we run."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError("Name a time zone such as America/New_York.")


@cache
def _grants() -> Statement:
    rows = Grant.objects.filter(Among("role__users")).order_by()
    return Statement(rows.values_list("permission", "match_location"))


class UserQuerySet(RowQuerySet["User"]):
    location_path = None

    def related_to(self, user: "User") -> "UserQuerySet":
        return self.filter(pk=user.pk)  # everybody may see themselves

    def holding(self, permission: str) -> "UserQuerySet":
        """Those who may sign in and hold the permission everywhere, through a role."""
        roles = Role.objects.filter(grants__permission__in=_with(permission), grants__match_location=False)
        return self.filter(is_active=True, roles__in=roles).distinct()

    def who_may_have_badges(self) -> "UserQuerySet":
        """Those for whom `badges.may_use_badge` is true, and who may sign in."""
        keepers = Role.objects.filter(grants__permission__in=_with("user:update"))
        people = self.filter(is_active=True, is_superuser=False, is_staff=False)
        return people.exclude(pk__in=User.objects.filter(roles__in=keepers).values("pk"))


def _with(permission: str) -> list[str]:
    """The permissions that the permission comes with."""
    return [name for name in SCOPES if permission in implied(name)]


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str) -> "User":
        user: User = self.get(email=email.lower())
        return user

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user: User = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """Somebody who signs in with an e-mail address. User 1 is System, who acts when nobody does.

    A superuser belongs to no organization and sees all of them.
    """

    entity_type = "USER"
    resource = "user"
    location_path = None

    user_id = models.UUIDField(unique=True, default=time_ordered_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="users", null=True, blank=True)
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    picture = models.CharField(max_length=200, blank=True, validators=[validate_link])
    profile = models.CharField(max_length=200, blank=True, validators=[validate_link])
    attributes = models.JSONField(default=list, blank=True, validators=[validate_attributes])
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    roles = models.ManyToManyField(Role, related_name="users", blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may use the admin", default=False)
    is_superuser = models.BooleanField(default=False)
    created = models.DateTimeField(default=clock.now, editable=False)
    updated = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        ordering = ("name", "email")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_has_an_email_address_in_small_letters"
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(is_superuser=True),
                name="user_belongs_to_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def unique_error_message(self, model_class: type[models.Model], unique_check: Sequence[str]) -> ValidationError:
        """One sentence, wherever the address is taken: of people elsewhere nobody is told more than that an address
        can't be had, which signing in with it costs."""
        if tuple(unique_check) == ("email",):
            return ValidationError("This e-mail address can't be used. Choose another one.", code="unique")
        return super().unique_error_message(model_class, unique_check)

    def get_full_name(self) -> str:
        return str(self)

    @property
    def place_id(self) -> None:
        return None

    @cached_property
    def grants(self) -> dict[str, bool]:
        """Each permission the user holds, and whether it counts everywhere or only at their locations."""
        if self.is_superuser:
            return dict.fromkeys(SCOPES, True)
        held = dict.fromkeys(EVERYBODY, True)
        for permission, match_location in _grants().read(ids=[self.pk]):
            for name in implied(permission):
                held[name] = held.get(name, False) or not match_location
        return held

    @cached_property
    def location_ids(self) -> frozenset[UUID]:
        """The ids of the user's own locations: those the user is related to."""
        return frozenset(self.relations.filter(target_type="LOC").values_list("target_id", flat=True))

    # The admin asks these two; NiagaraAdmin answers for single models and rows.
    def has_perm(self, permission: str, row: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
