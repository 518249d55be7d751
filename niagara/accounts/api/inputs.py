from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from niagara.accounts.api.representations import AccountRepresentation, RoleRepresentation
from niagara.accounts.models import Role
from niagara.accounts.models.user import MAX_ATTRIBUTES, validate_time_zone
from niagara.accounts.permissions import SCOPES
from niagara.api.fields import Choice, Flag, Text, fault
from niagara.api.inputs import Input, Items, Reference, References, keys_of

MAX_ROLES = 50  # of one user


def _link() -> Text:
    validator = URLValidator(schemes=["https", "http"], message="Give an address on the web.", code="malformed")
    return Text(max_length=200, default="", allow_blank=True, validators=[validator])


class AttributeInput(Input):
    key = Text(max_length=100)
    value = Text(max_length=1000, allow_blank=True)


class UserInput(Input):
    """A user. Without roles or `is_active` a user keeps what was there."""

    email = Text(max_length=254, validators=[EmailValidator("Give an e-mail address.", code="malformed")])
    name = Text(max_length=200, allow_blank=True)
    picture = _link()
    profile = _link()
    user_attributes = Items(child=AttributeInput(), source="attributes", default=list, max_length=MAX_ATTRIBUTES)
    time_zone = Text(max_length=64, default="UTC")
    is_active = Flag(required=False)
    roles = References(
        child=Reference("role_id", Role, shown_as=RoleRepresentation), required=False, max_length=MAX_ROLES
    )

    ignored: ClassVar[set[str]] = keys_of(AccountRepresentation)

    def validate_email(self, email: str) -> str:
        return email.lower()

    def validate_time_zone(self, name: str) -> str:
        try:
            validate_time_zone(name)
        except ValidationError as error:
            raise fault("does_not_exist", error.messages[0]) from error
        return name


class GrantInput(Input):
    permission = Choice(choices=list(SCOPES))
    match_location = Flag(default=False)


class RoleInput(Input):
    """A role, with all that it allows."""

    label = Text(max_length=100)
    grants = Items(child=GrantInput(), max_length=len(SCOPES))

    ignored: ClassVar[set[str]] = keys_of(RoleRepresentation)

    def validate_grants(self, given: list[dict[str, Any]]) -> dict[str, bool]:
        grants = {one["permission"]: one["match_location"] for one in given}
        if len(grants) < len(given):
            raise fault("uniqueItems", "Name each permission once.")
        return grants
