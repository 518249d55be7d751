"""Shared tablets: which there are, and allowing the one that is in hand."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from niagara.accounts import shared
from niagara.accounts.models import SharedDevice, User
from niagara.accounts.operations import devices
from niagara.screens.forms import ScreenForm
from niagara.screens.meanwhile import RowFormPage
from niagara.screens.once import Done
from niagara.screens.pages import FormPage, Page

MANAGES = "resource:create"  # a tablet is equipment of the floor


class TabletsPage(Page):
    """At which tablets people sign in with badge and PIN."""

    permission = MANAGES
    template_name = "tablets/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tablets = SharedDevice.objects.visible_to(self.user).allowed().select_related("allowed_by")
        return super().get_context_data(tablets=tablets, here=shared.device_of(self.request), **kwargs)


class AllowForm(ScreenForm):
    button = "Allow this device"
    name = forms.CharField(max_length=100, help_text="Where it stands, such as “Bench 3”.")


class AllowPage(FormPage):
    """Allows the device on which the page is open."""

    permission = MANAGES
    template_name = "tablets/allow.html"
    form_class = AllowForm
    secret = ""

    def carry_out(self, form: Any) -> Done:
        model: Any = SharedDevice
        device = model(organization_id=self.user.organization_id, name=form.cleaned_data["name"])
        self.secret = devices.allow_device(device, by=self.by, at=self.at)
        return Done(reverse("tablets-page"), f"{device} is a shared tablet now. Sign out, and it asks for badges.")

    def lead_on(self, done: Done) -> HttpResponse:
        response = super().lead_on(done)
        if self.secret:  # a form that comes twice has none: the browser keeps what came with the first answer
            shared.keep(response, self.secret)
        return response


class RevocationForm(ScreenForm):
    button = "Revoke it"

    def __init__(self, row: Any, user: User, data: Any = None) -> None:
        super().__init__(data)


class RevokeTabletPage(RowFormPage):
    permission = MANAGES
    template_name = "parts/row_form_page.html"
    form_class = RevocationForm
    heading = "Revoke the tablet"
    about = "Badges count there no more, and whoever signed in with one is signed out. Work in hand stays theirs."

    def find_row(self) -> Any:
        return self.row(SharedDevice.objects, self.kwargs["device_id"])

    def carry_out(self, form: Any) -> Done:
        devices.revoke_device(self.found, by=self.by, at=self.at)
        return Done(reverse("tablets-page"), f"{self.found} is no shared tablet any more.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back=reverse("tablets-page"), **kwargs)
