"""Labels and travellers to print."""

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify

from batches.models import Batch, BatchGroup
from batches.papers.labels import DEFAULT_SHEET, SHEETS, Label, print_labels
from batches.papers.travellers import DEFAULT_PAPER, PAPERS, Traveller, print_traveller
from niagara.accounts.badge_codes import digest_of, readable
from niagara.accounts.models import Badge
from niagara.records.models import Relation
from niagara.screens.pages import Page
from niagara.screens.pieces import moment
from niagara.wording import counted
from workorders.models import WorkOrder
from workorders.workflow.reading import read_steps

LABELS_AT_ONCE = 500
NAMED = 20  # technicians on a traveller
ALONG = ("work_order__project__customer", "queue__location")


class PaperPage(Page):
    """A PDF, to be shown and printed by the browser. `size` says on what; whatever else is said is the default."""

    permission = "batch:read"
    sizes: ClassVar[Any] = SHEETS
    default_size: ClassVar[str] = DEFAULT_SHEET

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name, content = self.paper()
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{slugify(name)[:80] or "paper"}.pdf"'
        return response

    def paper(self) -> tuple[str, bytes]:
        """What the file is called, and what is in it."""
        raise NotImplementedError

    @property
    def size(self) -> Any:
        return self.sizes.get(self.request.GET.get("size", ""), self.sizes[self.default_size])

    def address_of(self, row: Model, collection: str) -> str:
        """Where scanning leads: the page of the row, from wherever it is scanned."""
        try:
            path = reverse(f"{collection}-page", args=[row.pk])
        except NoReverseMatch:
            path = f"/batches/{row.pk}"
        return self.request.build_absolute_uri(path)

    def label_of_batch(self, batch: Batch) -> Label:
        work_order = batch.work_order
        cycles = counted(batch.number_cycles, "cycle")
        lines: tuple[str, ...] = (
            work_order.project.customer.label,
            f"{cycles} · {batch.queue.label}",
            f"Due {moment(work_order.due_date)}",
        )
        if work_order.label not in batch.label:  # most are called after it
            lines = (work_order.label, *lines)
        return Label(batch.label, lines, self.address_of(batch, "batch"))


class BatchLabelPage(PaperPage):
    def paper(self) -> tuple[str, bytes]:
        batch = self.row(Batch.objects.select_related(*ALONG), self.kwargs["batch_id"])
        return f"label {batch}", print_labels([self.label_of_batch(batch)], self.size, title=batch.label)


class WorkOrderLabelsPage(PaperPage):
    """The labels of all batches of a work order; of very many, so many at once."""

    def paper(self) -> tuple[str, bytes]:
        work_order = self.row(WorkOrder.objects, self.kwargs["work_order_id"])
        batches = Batch.objects.visible_to(self.user).filter(work_order=work_order).select_related(*ALONG)
        page = Paginator(batches.order_by("pk"), LABELS_AT_ONCE).get_page(self.request.GET.get("page"))
        labels = [self.label_of_batch(batch) for batch in page]
        address = self.request.build_absolute_uri(f"?page={page.number + 1}")
        if not labels:
            labels = [Label(work_order.label, ("It has no batches yet.",), address)]
        elif page.has_next():
            told = f"{page.start_index()}–{page.end_index()} of {page.paginator.count} are printed."
            labels.append(Label("More labels follow", (told, "Scan for the next ones."), address))
        return f"labels {work_order}", print_labels(labels, self.size, title=work_order.label)


class GroupLabelPage(PaperPage):
    """The label of a container: of what the batches of a group stand in."""

    permission = "batch-group:read"

    def paper(self) -> tuple[str, bytes]:
        group = self.row(
            BatchGroup.objects.select_related("work_order__project__customer"), self.kwargs["batch_group_id"]
        )
        number = Batch.objects.visible_to(self.user).filter(batch_group=group).count()
        batches = counted(number, "batch", "batches")
        name = f"{group.container_type} {group.container_label}" if group.container else group.name
        lines = (group.work_order.label, group.work_order.project.customer.label, batches, ", ".join(group.tags))
        told = [group.name, *lines] if group.container else lines
        label = Label(name, tuple(line for line in told if line), self.address_of(group, "batch-group"))
        return f"label {group}", print_labels([label], self.size, title=name)


class BadgeLabelPage(PaperPage):
    """A badge to print. Its code is known to nobody but who was just shown it, and comes along with what is sent."""

    permission = "resource:create"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request, *args, **kwargs)

    def paper(self) -> tuple[str, bytes]:
        code = self.request.POST.get("code", "")
        badges = Badge.objects.visible_to(self.user).valid().select_related("user__organization")
        badge = badges.filter(user__user_id=self.kwargs["user_id"], digest=digest_of(code)).first()
        if badge is None:
            raise Http404
        label = Label(str(badge.user), (str(badge.user.organization), readable(code)), code)
        return f"badge {badge.user}", print_labels([label], self.size, title=str(badge))


class TravellerPage(PaperPage):
    sizes = PAPERS
    default_size = DEFAULT_PAPER

    def paper(self) -> tuple[str, bytes]:
        along = (*ALONG, "work_order__workflow", "current_status", "mixing_station", "batch_group")
        batch = self.row(Batch.objects.select_related(*along), self.kwargs["batch_id"])
        workflow = batch.work_order.workflow
        traveller = Traveller(
            name=batch.label,
            facts=self._facts(batch),
            workflow=f"{workflow.label}, version {workflow.workflow_version}",
            definition=read_steps({"starts_at": workflow.starts_at, "steps": workflow.steps}),
            address=self.address_of(batch, "batch"),
        )
        return f"traveller {batch}", print_traveller(traveller, self.size)

    def _facts(self, batch: Batch) -> tuple[tuple[str, str], ...]:
        work_order = batch.work_order
        technicians = Relation.objects.technicians().filter(target_type="BAT", target_id=batch.pk)
        names = list(technicians.order_by("source_user__name").values_list("source_user__name", flat=True))
        if len(names) > NAMED:
            names = [*names[:NAMED], f"and {len(names) - NAMED} more"]
        facts = (
            ("Work order", work_order.label),
            ("Customer", work_order.project.customer.label),
            ("Project", work_order.project.label),
            ("Cycles", str(batch.number_cycles)),
            ("Due", moment(work_order.due_date)),
            ("Queue", f"{batch.queue.label}, {batch.queue.location.label}"),
            ("Station", str(batch.mixing_station or "")),
            ("Technicians", ", ".join(names) or "nobody yet"),
            ("Group", batch.batch_group.name),
        )
        return tuple((name, value) for name, value in facts if value)
