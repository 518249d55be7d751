"""The rows of one work order of the bulk: itself, its group, batches, relations, cycles and events."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from django.db.models import Max

from batches.management.demo.bulk_cycles import Window, fail_sometimes, make_cycles, outcome
from batches.management.demo.bulk_events import finish_of, write_journal
from batches.management.demo.floor import Floor, pick
from batches.management.demo.growing import STAFF, STUDENTS
from batches.management.demo.names import DEVICES
from batches.management.demo.planning import Plan
from batches.management.demo.running import Run, has_check, make_context, run_until
from batches.management.demo.workflows import PLANS
from batches.models import COLUMN, Batch, BatchGroup, Cycle, category_of
from niagara import ranks
from niagara.accounts.models import User
from niagara.directory.models import ACTIVE, Category, Location, Project, Status, Unit
from niagara.directory.operations.statuses import allowed_statuses
from niagara.records.models import Relation
from niagara.records.operations.relating import make_relation
from niagara.webhooks.models import Event
from queues.models import Queue
from workorders.models import Context, WorkflowVersion, WorkOrder

# The end of a project's label → workflows, and what they are for.
_JOBS = {
    STUDENTS: (("tablet", "Provision {} iPads for {}"), ("chromebook", "Enroll {} Chromebooks for {}")),
    STAFF: (("laptop", "Image {} Laptops for {}"),),
}
BULK_DEVICE = DEVICES["ipad"]
_ASSIGNED = 0.7  # of the batches have technicians
_WITH_STATION = 0.3


@dataclass
class Rows:
    work_orders: list[WorkOrder] = field(default_factory=list)
    groups: list[BatchGroup] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)


class Maker:
    """Makes the rows of work orders, and knows where each queue ends."""

    def __init__(self, floor: Floor, rng: Random) -> None:
        self.floor, self.rng = floor, rng
        self.queues: dict[Location, list[Queue]] = {location: [] for location in floor.locations.values()}
        for queue in floor.queues.values():
            self.queues[queue.location].append(queue)
        self.jobs: list[tuple[Project, str, str]] = [
            (project, workflow, text)
            for project in floor.projects.values()
            for ending, jobs in _JOBS.items()
            for workflow, text in jobs
            if project.label.endswith(ending)
        ]
        batches = Batch.objects.filter(organization=floor.organization).order_by()
        self.ends: dict[UUID, str] = dict(batches.values_list("queue").annotate(Max("order")))
        self.waves: Counter[tuple[str, UUID]] = Counter()
        self.versions: dict[UUID, WorkflowVersion] = {}
        self.statuses: dict[tuple[UUID, Category], Status] = {}

    def add(self, plan: Plan, rows: Rows) -> None:
        """Make the rows of one work order."""
        work_order = self._work_order(plan)
        rows.work_orders.append(work_order)
        if not plan.sizes:
            return
        group = BatchGroup(
            organization=self.floor.organization,
            name=work_order.label,
            work_order=work_order,
            is_default=True,
            created=plan.ordered,
            updated=plan.ordered,
        )
        rows.groups.append(group)
        queue = self.rng.choice(self.queues[work_order.location])
        step = (plan.last - plan.started) / max(1, plan.begun)
        first_number, batches, finished = 1, [], []
        for position, size in enumerate(plan.sizes):
            batch = self._batch(group, queue, position + 1, size)
            technicians = self._assign(batch, rows)
            window = Window(plan.started + position * step, plan.started + (position + 1) * step)
            categories = self._possible(outcome(plan, position, self.rng), batch)
            cycles = make_cycles(batch, categories, first_number, window, technicians, self.rng)
            self._run(cycles, batch, technicians, rows)
            retries = fail_sometimes(cycles, work_order.cycles_made + 1, self.rng)
            self._count(batch, [*cycles, *retries])
            finished += finish_of(batch, [*cycles, *retries], technicians)
            work_order.cycles_made += len(retries)
            first_number += size
            batches.append(batch)
            rows.cycles += cycles + retries
        rows.batches += batches
        rows.events += write_journal(group, batches, finished, by=self.floor.by)
        self._follow(work_order, batches, plan)

    def _work_order(self, plan: Plan) -> WorkOrder:
        assigned = sum(plan.sizes)
        project, workflow, text = self.rng.choice(self.jobs)
        self.waves[text, project.pk] += 1
        location = self.rng.choice(list(self.queues))
        label = text.format(assigned + plan.unassigned, project.customer.label)
        return WorkOrder(
            organization=self.floor.organization,
            label=f"{label}, Wave {self.waves[text, project.pk]}",
            project=project,
            location=location,
            workflow=self.floor.workflows[PLANS[workflow].label],
            current_status=self._status(project, Category.PENDING),
            begin_date=min(plan.started, plan.due),
            due_date=plan.due,
            needed=assigned + plan.unassigned,
            assigned=assigned,
            batches_made=len(plan.sizes),
            cycles_made=assigned,
            created=plan.ordered,
            updated=plan.ordered,
        )

    def _batch(self, group: BatchGroup, queue: Queue, number: int, size: int) -> Batch:
        work_order = group.work_order
        rank = self.ends[queue.pk] = ranks.between(self.ends.get(queue.pk), None)
        stations = self.floor.stations[queue.location_id, "mixing-station"]
        return Batch(
            organization=self.floor.organization,
            label=f"{work_order.label} #{number}",
            work_order=work_order,
            queue=queue,
            order=rank,
            number_cycles=size,
            mixing_station=pick(self.rng, stations) if self.rng.random() < _WITH_STATION else None,
            batch_group=group,
            created=group.created,
            updated=group.created,
        )

    def _assign(self, batch: Batch, rows: Rows) -> list[User]:
        """Relate the batch to who made it and to some technicians. Returns who works on it."""
        at, crew = batch.created, self.floor.crew_at(batch.queue.location_id)
        rows.relations.append(make_relation(batch, Relation.Type.CREATED, self.floor.manager, at=at))
        if self.rng.random() > _ASSIGNED:
            return crew
        technicians = self.rng.sample(crew, min(len(crew), self.rng.choice((1, 1, 1, 2, 3))))
        rows.relations += [make_relation(batch, Relation.Type.TECH, technician, at=at) for technician in technicians]
        return technicians

    def _possible(self, categories: list[Category], batch: Batch) -> list[Category]:
        """Without those that the workflow does not lead to."""
        if has_check(self._version(batch)):
            return categories
        return [Category.IN_PROGRESS if one is Category.VERIFYING else one for one in categories]

    def _run(self, cycles: list[Cycle], batch: Batch, technicians: list[User], rows: Rows) -> None:
        """Give the cycles in flight a device and a context; the others of the bulk have none."""
        version, customer = self._version(batch), batch.work_order.project.customer
        people = {technician.pk: technician for technician in technicians}
        for cycle in cycles:
            if not cycle.is_in_flight or cycle.technician_id is None or cycle.started_at is None:
                continue
            [unit] = self.floor.make_units(
                1, BULK_DEVICE, customer, batch.queue.location, rng=self.rng, at=cycle.started_at
            )
            run = Run(version, unit, people[cycle.technician_id], self.floor.manager, cycle.started_at, cycle.updated)
            context = make_context(cycle, run, run_until(Category(cycle.category), run, self.rng))
            cycle.unit_id, cycle.context_id = unit.pk, context.pk
            rows.units.append(unit)
            rows.contexts.append(context)

    def _version(self, batch: Batch) -> WorkflowVersion:
        workflow_id = batch.work_order.workflow_id
        if workflow_id not in self.versions:
            self.versions[workflow_id] = WorkflowVersion.objects.get(workflow=workflow_id)
        return self.versions[workflow_id]

    def _count(self, batch: Batch, cycles: list[Cycle]) -> None:
        for category, number in Counter(cycle.category for cycle in cycles).items():
            setattr(batch, COLUMN[Category(category)], number)
        batch.updated = max(cycle.updated for cycle in cycles)
        batch.current_status = self._status(batch.work_order.project, category_of(batch.categories))

    def _follow(self, work_order: WorkOrder, batches: list[Batch], plan: Plan) -> None:
        """Status and dates, as `follow_batches` would set them."""
        parts = {Category(batch.current_status.category) for batch in batches}
        category = category_of(parts, all_given_out=not work_order.unassigned)
        work_order.current_status = self._status(work_order.project, category)
        work_order.updated = max(batch.updated for batch in batches)
        if category not in (Category.PENDING, Category.CANCELLED):
            work_order.start_date = plan.started
        if category not in ACTIVE:
            work_order.end_date = work_order.updated

    def _status(self, project: Project, category: Category) -> Status:
        if (project.pk, category) not in self.statuses:
            self.statuses[project.pk, category] = allowed_statuses(project, category)[0]
        return self.statuses[project.pk, category]
