from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import resolve, reverse

from batches.models import Batch
from batches.operations.claiming import claim_cycle, claim_next
from batches.views.technician.cycle import CyclePage
from batches.views.technician.work import cycles_of, offered_to, to_check
from niagara.screens.forms import ScreenForm, VisibleChoice, choose_from
from niagara.screens.once import Done
from niagara.screens.pages import FormPage


class StartForm(ScreenForm):
    """Which batch to start the next cycle of; without one, whatever comes first."""

    batch = VisibleChoice(Batch, required=False, widget=forms.HiddenInput)


class MyWorkPage(FormPage):
    """What is to be done next, and by the touch of one button started."""

    permission = "context:create"
    template_name = "technician/my_work.html"
    part_template_name = "technician/my_work_part.html"
    form_class = StartForm

    def make_form(self, data: Any = None) -> ScreenForm:
        form = StartForm(data)
        choose_from(form, self.user)
        return form

    def carry_out(self, form: Any) -> Done:
        batch = form.cleaned_data["batch"]
        if batch is None:
            cycle = claim_next(technician=self.user, by=self.by, at=self.at)
        else:
            cycle = claim_cycle(batch=batch, technician=self.user, by=self.by, at=self.at)
        return Done(reverse("cycle-page", args=[cycle.pk]))

    def lead_on(self, done: Done) -> HttpResponse:
        """A browser that can put a page in place gets the cycle at once: no key is lost between two pages."""
        if self.request.headers.get("HX-Request") != "true" or CyclePage.permission not in self.user.grants:
            return super().lead_on(done)
        following = CyclePage()
        following.setup(self.request)
        following.at = self.at
        page = following.show(**resolve(done.address).kwargs)
        page["HX-Push-Url"] = done.address
        return page

    def get_template_names(self) -> list[str]:
        return [self.template_name] if self.request.method == "POST" else super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.user
        free, own = to_check(user) if "context:step" in user.grants else ([], [])
        return super().get_context_data(
            open_cycles=cycles_of(user), offered=offered_to(user), checks=len(free), own_checks=len(own), **kwargs
        )
