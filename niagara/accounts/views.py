"""Signing in, and where it leads."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from niagara.accounts.forms import SignInForm
from niagara.accounts.oauth.rules import let_form_lead_to, registered_redirect


class SignInView(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.get_redirect_url():
            return HttpResponseRedirect(self.get_success_url())
        response = super().dispatch(request, *args, **kwargs)
        # A client that needs no consent gets its answer at once: the form then leads there.
        following = urlsplit(self.get_redirect_url())
        if following.path == reverse("oauth2_provider:authorize"):
            asked = QueryDict(following.query)
            let_form_lead_to(response, registered_redirect(asked.get("client_id"), asked.get("redirect_uri")))
        return response


class HomeView(LoginRequiredMixin, TemplateView):
    template_name = "accounts/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_staff:
            return HttpResponseRedirect("/admin/")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = self.request.user.roles.values_list("label", flat=True)  # type: ignore[union-attr]
        return super().get_context_data(roles=roles, **kwargs)
