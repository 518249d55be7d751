from rest_framework import serializers

from niagara.accounts.models import User
from niagara.api.representations import Representation


class PersonRepresentation(Representation):
    """Somebody, as shown with what they did."""

    model = User

    user_id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()


class UserRepresentation(Representation):
    model = User
    links = {"self": "users/{user_id}"}

    user_id = serializers.UUIDField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    name = serializers.CharField()
    email = serializers.EmailField()
    profile = serializers.CharField()
    picture = serializers.CharField()
