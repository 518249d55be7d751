"""Signing in, and where it leads."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from niagara.accounts import shared
from niagara.accounts.actor import Actor
from niagara.accounts.forms import BadgeForm, SignInForm
from niagara.accounts.oauth.rules import let_form_lead_to, registered_redirect
from niagara.screens.navigation import start_of


class SignInView(LoginView):
    """With e-mail address and password; at a shared tablet with badge and PIN as well."""

    template_name = "accounts/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.get_redirect_url():
            return HttpResponseRedirect(self.get_success_url())
        self.device = shared.device_of(request)
        response = super().dispatch(request, *args, **kwargs)
        # A client that needs no consent gets its answer at once: the form then leads there.
        if self.is_for_client():
            asked = QueryDict(urlsplit(self.get_redirect_url()).query)
            let_form_lead_to(response, registered_redirect(asked.get("client_id"), asked.get("redirect_uri")))
        return response

    def is_for_client(self) -> bool:
        return urlsplit(self.get_redirect_url()).path == reverse("oauth2_provider:authorize")

    def get_form_class(self) -> Any:
        return BadgeForm if "badge" in self.request.POST else SignInForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs | {"device": self.device} if self.get_form_class() is BadgeForm else kwargs

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if not isinstance(form, BadgeForm):
            shared.leave_session(self.request)
            return response
        assert form.device is not None  # without one nobody is let in
        shared.begin_session(self.request, form.device)
        # Never to where somebody else was: `next` is a page of whoever used the tablet last. With this fragment
        # the browser leads each person to where they were themselves; see technician.js.
        response = HttpResponseRedirect(f"{start_of(form.get_user())}#back")
        shared.keep(response, self.request.COOKIES[shared.COOKIE])
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form, is_badge = context["form"], isinstance(context["form"], BadgeForm)
        offers_badge = self.device is not None and not self.is_for_client()
        return context | {
            "badge_form": form if is_badge else BadgeForm(device=self.device) if offers_badge else None,
            "form": SignInForm() if is_badge else form,
            "device": self.device if offers_badge else None,
        }


class HomeView(LoginRequiredMixin, TemplateView):
    template_name = "accounts/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        start = start_of(Actor.on_screen(request).user)
        return super().get(request, *args, **kwargs) if start == request.path else HttpResponseRedirect(start)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = self.request.user.roles.values_list("label", flat=True)  # type: ignore[union-attr]
        return super().get_context_data(roles=roles, **kwargs)
