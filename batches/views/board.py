from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from batches.models import Batch
from batches.operations.arranging import Place, move_batches
from batches.operations.assigning import spread_technicians
from batches.operations.holding import hold_batch, release_batch
from batches.views.batch_filters import BatchFilters
from batches.views.board_forms import SPREAD, AssignForm, HoldManyForm, MoveManyForm, ReleaseManyForm
from batches.views.board_reading import PACE_DAYS, location_shown, names, read_board
from niagara.records.operations.relating import attach_technicians
from niagara.screens.each import do_each
from niagara.screens.once import Done
from niagara.screens.pages import FormPage, Page
from niagara.wording import counted


class BoardPage(Page):
    """The queues of a location side by side, each with its first batches."""

    permission = "batch:read"
    template_name = "board/page.html"
    part_template_name = "board/queues.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = BatchFilters(self.request.GET, self.user)
        location = location_shown(filters, self.user)
        columns = read_board(location, filters, self.user, self.at) if location else []
        is_whole = self.get_template_names() == [self.template_name]
        filters.fields["location"].empty_label = None  # type: ignore[attr-defined]
        if location and is_whole:
            filters.data = filters.data.copy()  # type: ignore[attr-defined]
            filters.data["location"] = str(location.pk)  # type: ignore[index]
        return super().get_context_data(
            filters=filters,
            location=location,
            columns=columns,
            batches_shown=sum(len(column.cards) for column in columns),
            batches=sum(column.in_all for column in columns),
            pace_days=PACE_DAYS,
            assign_form=AssignForm(self.user, ()) if is_whole else None,
            move_form=MoveManyForm(self.user, ()) if is_whole else None,
            **kwargs,
        )


class SelectionPage(FormPage):
    """Something that is done to the batches that were chosen on the board."""

    permission = "batch:update"
    template_name = "board/selection.html"
    heading = ""

    def make_form(self, data: Any = None) -> Any:
        form: Any = self.form_class
        said = self.request.POST or self.request.GET
        made = form(self.user, said.getlist("batch"), data)
        made.initial["back"] = said.get("back", "")
        return made

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        return super().get_context_data(**kwargs, chosen=form.chosen, back=self.address(form.said_back))

    def address(self, back: str) -> str:
        return f"{reverse('board-page')}?{back}" if back else reverse("board-page")


class AssignPage(SelectionPage):
    heading = "Assign technicians"
    form_class = AssignForm

    def carry_out(self, form: Any) -> Done:
        batches, people = list(form.cleaned_data["batch"]), list(form.cleaned_data["technicians"])
        back = self.address(form.cleaned_data["back"])
        if form.cleaned_data["way"] == SPREAD:
            shares = spread_technicians(batches, people, by=self.by, at=self.at)
            told = ", ".join(f"{person} {len(shares.get(person, ()))}" for person in people)
            return Done(back, f"{counted(len(batches), 'batch', 'batches')} spread: {told}.")
        attach_technicians(batches, people, by=self.by, at=self.at)
        return Done(back, f"{counted(len(batches), 'batch', 'batches')} assigned to {names(people)}.")


class MoveManyPage(SelectionPage):
    heading = "Move to a queue"
    form_class = MoveManyForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        place = Place(said["place"])
        moved = move_batches(batches=list(said["batch"]), queue=said["to"], place=place, by=self.by, at=self.at)
        where = "to the head" if place == Place.FIRST else "to the end"
        number = counted(len(moved), "batch", "batches")
        return Done(self.address(said["back"]), f"{number} moved {where} of {said['to']}.")


class HoldManyPage(SelectionPage):
    """Asks which of those that were chosen, and why, before anything is done."""

    heading = "Hold batches"
    form_class = HoldManyForm
    operation: ClassVar[Callable[..., Batch]] = staticmethod(hold_batch)
    done = "on hold"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        comes_from_the_board = "reason" not in request.POST
        return self.get(request) if comes_from_the_board else super().post(request, *args, **kwargs)

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        how = {"reason": said["reason"], "by": self.by, "at": self.at}
        # In the order in which a whole work order takes its batches, so that nobody waits in a circle.
        batches = said["batch"].order_by("pk")
        number, skipped = do_each(batches, lambda batch: self.operation(batch=batch, **how))
        told = f"{counted(number, 'batch', 'batches')} {self.done}." if number else ""
        return Done(self.address(said["back"]), told, skipped)


class ReleaseManyPage(HoldManyPage):
    heading = "Release batches"
    form_class = ReleaseManyForm
    operation = staticmethod(release_batch)
    done = "released"
