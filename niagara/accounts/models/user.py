import zoneinfo
from functools import cached_property
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


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Name a time zone such as America/New_York.")


class UserQuerySet(RowQuerySet["User"]):
    location_path = None

    def related_to(self, user: "User") -> "UserQuerySet":
        return self.filter(pk=user.pk)  # everybody may see themselves

    def holding(self, permission: str) -> "UserQuerySet":
        """Those who may sign in and hold the permission everywhere, through a role."""
        names = [name for name in SCOPES if permission in implied(name)]
        roles = Role.objects.filter(grants__permission__in=names, grants__match_location=False)
        return self.filter(is_active=True, roles__in=roles).distinct()


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
        grants = Grant.objects.filter(role__users=self).order_by().values_list("permission", "match_location")
        for permission, match_location in grants:
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
