"""What all the serializers here share."""

from datetime import UTC, datetime
from typing import Any

from django.db import models
from rest_framework import serializers


class Time(serializers.DateTimeField):
    """A time in UTC with milliseconds."""

    def to_representation(self, value: datetime | None) -> Any:
        return value and value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Timed(serializers.ModelSerializer):
    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, models.DateTimeField: Time}
