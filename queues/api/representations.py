from typing import Any

from django.db import models
from rest_framework import serializers

from niagara.api.representations import Representation
from niagara.directory.api.representations import LocationRepresentation
from queues.models import Queue


class QueueRepresentation(Representation):
    model = Queue
    links = {
        "self": "queues/{pk}",
        "nter:queue-location": "locations/{location_id}",
        "nter:queue-batches": "queues/{pk}/batches",
    }

    queue_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    location = LocationRepresentation()
    priority = serializers.CharField()
    active_work_orders = serializers.IntegerField()
    active_batches = serializers.IntegerField()
    active_cycles = serializers.IntegerField()
    is_active = serializers.BooleanField()
    min_due_date = serializers.DateTimeField(allow_null=True)
    max_due_date = serializers.DateTimeField(allow_null=True)

    @classmethod
    def annotated(cls, rows: Any) -> models.QuerySet:
        return rows.with_load()
