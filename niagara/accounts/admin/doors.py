"""How people come in and change their own password."""

from typing import Any

from django.contrib.admin import site
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordChangeView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from niagara.accounts.actor import Actor
from niagara.accounts.operations import people
from niagara.admin.theme import AdminOwnPasswordChangeForm
from niagara.clock import now


def sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """The product has one door, so that who rattles at it is counted in one place.

    Raises PermissionDenied for those who are in already and may not use the admin.
    """
    if request.user.is_authenticated and not site.has_permission(request):
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse(f"{site.name}:index"))


class OwnPasswordView(PasswordChangeView):
    form_class = AdminOwnPasswordChangeForm

    def get_success_url(self) -> str:
        return reverse(f"{site.name}:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**site.each_context(self.request), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        by = Actor.in_admin(self.request)
        people.set_password(by.user, form.cleaned_data["new_password1"], by=by, at=now())
        update_session_auth_hash(self.request, by.user)
        return HttpResponseRedirect(self.get_success_url())


def change_own_password(request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
    request.current_app = site.name
    return OwnPasswordView.as_view()(request)


site.login = sign_in  # type: ignore[method-assign]
site.password_change = change_own_password  # type: ignore[method-assign, assignment]
