"""Badges: who has one, giving, replacing and revoking them, and one's own PIN."""

from http import HTTPStatus
from typing import Any, ClassVar

import segno
from django import forms
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from niagara.accounts.badge_codes import readable
from niagara.accounts.models import Badge, User
from niagara.accounts.operations import badges
from niagara.accounts.views import pin_forms
from niagara.accounts.views.tablets import MANAGES
from niagara.screens.forms import FilterForm, ScreenForm
from niagara.screens.once import Done
from niagara.screens.pages import FormPage, Page

PER_PAGE = 50


class PeopleFilters(FilterForm):
    q = forms.CharField(label="Name", required=False, max_length=100, widget=forms.TextInput({"type": "search"}))


class BadgesPage(Page):
    """Who may have a badge, and who has one."""

    permission = MANAGES
    template_name = "tablets/badges.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = PeopleFilters(self.request.GET, self.user)
        people = User.objects.visible_to(self.user).who_may_have_badges().order_by("name", "email")
        if text := (filters.said("q") or "").strip():
            people = people.filter(Q(name__icontains=text) | Q(email__icontains=text))
        people = people.prefetch_related(Prefetch("badges", Badge.objects.valid(), to_attr="valid_badges"))
        page = Paginator(people, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(filters=filters, page=page, **kwargs)


class BadgeFormPage(FormPage):
    """A form about the badge of one person."""

    permission = MANAGES
    template_name = "tablets/badge_form.html"
    heading: ClassVar[str]
    about: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.person: Any = None
        return super().dispatch(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> ScreenForm:
        people = User.objects.visible_to(self.user).filter(user_id=self.kwargs["user_id"])
        self.person = people.first()
        if self.person is None:
            raise Http404
        return self.form_class(data)

    @property
    def badge(self) -> Badge:
        """The one that counts. Raises Http404."""
        found = Badge.objects.visible_to(self.user).valid().filter(user=self.person).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.person, **kwargs)


class IssueBadgePage(BadgeFormPage):
    """The answer to the form shows the code: once, and never again."""

    heading = "Give a badge"
    about = "It gets a new code, shown once on the next page. A badge there was before counts no more."
    form_class = pin_forms.FirstPinForm
    code = ""

    def carry_out(self, form: Any) -> Done:
        pin = form.cleaned_data["pin"]
        self.code = badges.issue_badge(self.person, pin=pin, by=self.by, at=self.at)
        return Done(reverse("badges-page"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if not self.code or response.status_code != HTTPStatus.FOUND:
            return response
        self.template_name = "tablets/code.html"
        picture = segno.make(self.code, error="m").svg_data_uri(scale=6)
        shown = self.get_context_data(code=self.code, words=readable(self.code), picture=picture)
        response = self.render_to_response(shown)
        response["Cache-Control"] = "no-store"
        return response


class SetPinPage(BadgeFormPage):
    heading = "Set a new PIN"
    form_class = pin_forms.NewPinForm

    def carry_out(self, form: Any) -> Done:
        badges.set_pin(self.badge, form.cleaned_data["pin"], by=self.by, at=self.at)
        return Done(reverse("badges-page"), f"{self.person} has a new PIN.")


class RevokeBadgePage(BadgeFormPage):
    heading = "Revoke the badge"
    about = "It counts no more, and who is signed in with it is signed out. Work in hand stays theirs."
    form_class = pin_forms.RevokeBadgeForm

    def carry_out(self, form: Any) -> Done:
        badges.revoke_badge(self.badge, by=self.by, at=self.at)
        return Done(reverse("badges-page"), f"The badge of {self.person} counts no more.")


class MyPinPage(FormPage):
    permission = "context:read"  # of everybody who works at a tablet
    template_name = "tablets/my_pin.html"

    def make_form(self, data: Any = None) -> ScreenForm:
        self.badge = Badge.objects.valid().filter(user=self.user).first()
        return pin_forms.MyPinForm(self.badge, self.at, data) if self.badge else ScreenForm(data)

    def carry_out(self, form: Any) -> Done:
        if self.badge is None:
            raise badges.BadgeRevoked("You have no badge. Ask your production manager for one.")
        badges.set_pin(self.badge, form.cleaned_data["pin"], by=self.by, at=self.at)
        return Done(reverse("home"), "You have a new PIN.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(badge=self.badge, **kwargs)
