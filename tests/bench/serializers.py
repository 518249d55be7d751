"""A page of batches by the book of Django REST framework: nested serializers over rows that
`select_related` and `prefetch_related` read with a fixed number of queries."""

from collections import defaultdict
from typing import Any

from django.db.models import Prefetch
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from batches.models import Batch, BatchGroup
from niagara.accounts.models import User
from niagara.directory.models import Customer, Location, Program, Project, Resource, Status
from niagara.records.models import Relation
from queues.models import Queue
from tests.bench.serializing import Time, Timed
from workorders.models import Workflow, WorkOrder

ALLOWED = ("allowances__status",)


class StatusSerializer(serializers.ModelSerializer):
    class Meta:
        model = Status
        fields = ("category", "description", "status", "order")


class Allowing(Timed):
    """A level that allows statuses of its own or, with none, all of its organization."""

    allowed_statuses = serializers.SerializerMethodField()
    input_filter = serializers.SerializerMethodField()

    def get_allowed_statuses(self, level: Any) -> Any:
        statuses = sorted(
            (one.status for one in level.allowances.all()), key=lambda status: (status.order, status.status)
        )
        return StatusSerializer(statuses or self.context["statuses"], many=True).data

    def get_input_filter(self, level: Any) -> list[Any]:
        return []


class CustomerSerializer(Allowing):
    customer_id = serializers.UUIDField(source="pk")
    total_programs = serializers.IntegerField()
    total_projects = serializers.IntegerField()

    class Meta:
        model = Customer
        fields = (
            "customer_id", "label", "created", "updated", "external_platform", "total_programs", "total_projects",
            "allowed_statuses", "input_filter",
        )  # fmt: skip


class ProgramSerializer(Allowing):
    program_id = serializers.UUIDField(source="pk")
    customer = CustomerSerializer()

    class Meta:
        model = Program
        fields = (
            "program_id", "label", "created", "updated", "customer", "end_date", "start_date", "allowed_statuses",
            "input_filter",
        )  # fmt: skip


class ProjectSerializer(Allowing):
    project_id = serializers.UUIDField(source="pk")
    customer = CustomerSerializer()
    program = ProgramSerializer()

    class Meta:
        model = Project
        fields = (
            "project_id", "label", "description", "created", "updated", "customer", "program", "end_date",
            "start_date", "allowed_statuses", "input_filter",
        )  # fmt: skip


class AddressSerializer(serializers.ModelSerializer):
    class Meta:
        model = Location
        fields = (
            "country", "administrative_area", "sub_administrative_area", "locality", "postal_code", "thoroughfare",
            "premise", "sub_premise",
        )  # fmt: skip


class LocationSerializer(Timed):
    location_id = serializers.UUIDField(source="pk")
    formatted_address = serializers.CharField()
    address = AddressSerializer(source="*")
    input_filter = serializers.SerializerMethodField()

    class Meta:
        model = Location
        fields = (
            "location_id", "label", "created", "updated", "location_type", "formatted_address", "address",
            "input_filter",
        )  # fmt: skip

    def get_input_filter(self, location: Location) -> list[Any]:
        return []


class QueueSerializer(Timed):
    queue_id = serializers.UUIDField(source="pk")
    location = LocationSerializer()
    active_work_orders = serializers.IntegerField()
    active_batches = serializers.IntegerField()
    active_cycles = serializers.IntegerField()
    min_due_date = Time()
    max_due_date = Time()

    class Meta:
        model = Queue
        fields = (
            "queue_id", "label", "created", "updated", "location", "priority", "active_work_orders", "active_batches",
            "active_cycles", "is_active", "min_due_date", "max_due_date",
        )  # fmt: skip


class WorkflowSerializer(Timed):
    work_flow_id = serializers.UUIDField(source="pk")

    class Meta:
        model = Workflow
        fields = (
            "work_flow_id", "created", "updated", "label", "schema_version", "workflow_version", "applies_to",
            "starts_at", "metadata", "steps", "triggered_by",
        )  # fmt: skip


class WorkOrderCyclesSerializer(serializers.ModelSerializer):
    pending = serializers.IntegerField(source="all_pending")
    in_progress = serializers.IntegerField(source="all_in_progress")
    verifying = serializers.IntegerField(source="all_verifying")
    complete = serializers.IntegerField(source="all_complete")
    blocked = serializers.IntegerField(source="all_blocked")
    cancelled = serializers.IntegerField(source="all_cancelled")
    active = serializers.IntegerField(source="all_active")
    in_active = serializers.IntegerField(source="all_in_active")
    work_flow = WorkflowSerializer(source="workflow")

    class Meta:
        model = WorkOrder
        fields = (
            "needed", "pending", "in_progress", "verifying", "complete", "blocked", "cancelled", "active",
            "in_active", "assigned", "work_flow",
        )  # fmt: skip


class WorkOrderSerializer(Timed):
    work_order_id = serializers.UUIDField(source="pk")
    project = ProjectSerializer()
    location = LocationSerializer()
    current_status = StatusSerializer()
    cycles = WorkOrderCyclesSerializer(source="*")
    closed = serializers.BooleanField(source="is_closed")
    input_filter = serializers.SerializerMethodField()

    class Meta:
        model = WorkOrder
        fields = (
            "work_order_id", "label", "created", "updated", "description", "work_order_type", "begin_date",
            "due_date", "start_date", "end_date", "project", "location", "current_status", "cycles", "input_filter",
            "hold_reason", "closed",
        )  # fmt: skip

    def get_input_filter(self, work_order: WorkOrder) -> list[Any]:
        return []


class TechnicianSerializer(Timed):
    entity_id = serializers.UUIDField(source="user_id")
    entity_type = serializers.CharField()
    label = serializers.CharField(source="name")
    user_attributes = serializers.JSONField(source="attributes")

    class Meta:
        model = User
        fields = (
            "user_id", "entity_id", "entity_type", "label", "created", "updated", "email", "name", "picture",
            "profile", "user_attributes",
        )  # fmt: skip


class BatchCyclesSerializer(serializers.ModelSerializer):
    needed = serializers.IntegerField(source="number_cycles")
    active = serializers.IntegerField()
    in_active = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields = (
            "needed", "pending", "in_progress", "verifying", "complete", "blocked", "cancelled", "active", "in_active",
        )  # fmt: skip

    def get_in_active(self, batch: Batch) -> int:
        return batch.complete + batch.cancelled


class StationSerializer(serializers.ModelSerializer):
    resource_id = serializers.UUIDField(source="pk")

    class Meta:
        model = Resource
        fields = ("resource_id", "label")


class GroupSerializer(serializers.ModelSerializer):
    batch_group_id = serializers.UUIDField(source="pk")

    class Meta:
        model = BatchGroup
        fields = ("batch_group_id", "name")


class BatchSerializer(Timed):
    batch_id = serializers.UUIDField(source="pk")
    queue = QueueSerializer()
    cycles = BatchCyclesSerializer(source="*")
    work_order = WorkOrderSerializer()
    current_status = StatusSerializer()
    total_assigned_users = serializers.SerializerMethodField()
    assigned_users = serializers.SerializerMethodField()
    mixing_station = StationSerializer()
    batch_group = GroupSerializer()
    _links = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields = (
            "batch_id", "label", "created", "updated", "queue", "order", "number_cycles", "cycles", "work_order",
            "current_status", "total_assigned_users", "assigned_users", "mixing_station", "batch_group", "hold_reason",
            "_links",
        )  # fmt: skip

    def get_total_assigned_users(self, batch: Batch) -> int:
        return len(self.context["technicians"][batch.pk])

    def get_assigned_users(self, batch: Batch) -> Any:
        return TechnicianSerializer(self.context["technicians"][batch.pk][:5], many=True).data

    def get__links(self, batch: Batch) -> dict[str, Any]:
        project = batch.work_order.project
        paths = {
            "nter:batch-work-order": f"work-orders/{batch.work_order_id}",
            "nter:batch-queue": f"queues/{batch.queue_id}",
            "nter:batch-project": f"projects/{project.pk}",
            "nter:batch-program": project.program_id and f"programs/{project.program_id}",
            "nter:batch-customer": f"customers/{project.customer_id}",
            "nter:batch-location": f"locations/{batch.queue.location_id}",
            "self": f"batches/{batch.pk}",
        }
        return {name: {"href": f"{self.context['root']}/{path}"} for name, path in paths.items() if path}


class BatchList(generics.ListAPIView):
    """The page; the offset and the address made of it hold the time, so they come from outside."""

    permission_classes = ()
    limit = 100
    root = ""
    offset: str | None = None
    next_url: str | None = None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = Batch.objects.permitted(request.user, "batch:all")
        batches = list(nested(rows).order_by("id")[: self.limit])
        context = {
            "root": self.root,
            "technicians": technicians(batches),
            "statuses": list(Status.objects.filter(organization=request.user.organization_id)),
        }
        links = {"self": {"href": f"{self.root}/batches?limit={self.limit}"}}
        if self.next_url is not None:
            links["next"] = {"href": self.next_url}
        return Response(
            {
                "total_count": rows.count(),
                "limit": self.limit,
                "offset": self.offset,
                "_embedded": {"nter:batches": BatchSerializer(batches, many=True, context=context).data},
                "_links": links,
            }
        )


def nested(rows: Any) -> Any:
    """The rows with all that the serializers ask them for."""
    customers = Prefetch("customer", Customer.objects.with_totals().prefetch_related(*ALLOWED))
    programs = Prefetch("program", Program.objects.prefetch_related(customers, *ALLOWED))
    projects = Prefetch("project", Project.objects.prefetch_related(customers, programs, *ALLOWED))
    work_orders = WorkOrder.objects.with_cycle_counts().select_related("location", "workflow", "current_status")
    return rows.select_related("current_status", "mixing_station", "batch_group").prefetch_related(
        Prefetch("queue", Queue.objects.with_load().select_related("location")),
        Prefetch("work_order", work_orders.prefetch_related(projects)),
    )


def technicians(batches: list[Batch]) -> dict[Any, list[User]]:
    relations = Relation.objects.technicians().filter(target_type="BAT", target_id__in=[batch.pk for batch in batches])
    found = defaultdict(list)
    for relation in relations.select_related("source_user").order_by("id"):
        found[relation.target_id].append(relation.source_user)
    return found
