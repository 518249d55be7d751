from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import action, display, register, site
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from oauth2_provider.models import AccessToken, Application, Grant, IDToken, RefreshToken

from niagara.accounts.actor import Actor
from niagara.accounts.operations import clients
from niagara.admin import LookOnlyAdmin, NiagaraAdmin, do_to_each, moment
from niagara.clock import now

# Ours take their place; codes and renewals are secrets that nobody has to look at.
for model in (AccessToken, Application, Grant, IDToken, RefreshToken):
    if site.is_registered(model):
        site.unregister(model)

apps.get_app_config("oauth2_provider").verbose_name = "API clients"  # not the name of the library

GRANT_TYPES = [
    (Application.GRANT_AUTHORIZATION_CODE, "Authorization code: people sign in through it"),
    (Application.GRANT_CLIENT_CREDENTIALS, "Client credentials: a machine that acts as its user"),
]


class AdministratorsAdmin(NiagaraAdmin):
    """Of OAuth2 things, which belong to an organization through a user."""

    resource = "user"

    def may(self, request: HttpRequest, verb: str, row: Any = None) -> bool:
        return super().may(request, "create", None)  # what the row may be, `visible_rows` says


@register(Application)
class ClientAdmin(AdministratorsAdmin):
    list_display = ("name", "user", "client_type", "authorization_grant_type", "since")
    list_filter = ("client_type", "authorization_grant_type")
    list_select_related = ("user",)
    search_fields = ("name", "client_id", "user__name", "user__email")
    ordering = ("name", "id")
    autocomplete_fields = ("user",)
    date_hierarchy = "created"

    def visible_rows(self, user: Any) -> Any:
        rows = Application.objects.all()
        return rows if user.is_superuser else rows.filter(user__organization_id=user.organization_id)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = ["name", "user", "client_type", "authorization_grant_type", "redirect_uris"]
        return [*fields, "client_id", "since"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["client_id", "since"] if obj else []

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "authorization_grant_type":
            kwargs["choices"] = GRANT_TYPES
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @display(description="created", ordering="created")
    def since(self, client: Any) -> str:
        return moment(client.created)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            clients.change_client(obj, by=Actor.in_admin(request), at=now())
            return
        secret = clients.create_client(obj, by=Actor.in_admin(request), at=now())
        if obj.client_type == Application.CLIENT_CONFIDENTIAL:
            shown = f"Copy the secret of {obj.name} now, it is never shown again: {secret}"
            self.message_user(request, f"{shown} (client id: {obj.client_id})", messages.WARNING)

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        clients.remove_client(row, by=by, at=at)

    def consequences(self, row: Any) -> list[str]:
        return ["Its tokens end at once."]


@register(AccessToken)
class TokenAdmin(LookOnlyAdmin, AdministratorsAdmin):
    """Which tokens are out, without the tokens."""

    list_display = ("holder", "application", "scope", "since", "until")
    list_filter = ("application",)
    list_select_related = ("application__user", "user")
    search_fields = ("application__name", "user__name", "user__email")
    ordering = ("-id",)
    date_hierarchy = "created"
    fields = ("holder", "application", "scope", "since", "until")
    readonly_fields = fields
    actions = ["revoke"]

    def visible_rows(self, user: Any) -> Any:
        rows = AccessToken.objects.filter(application__isnull=False)
        own = Q(user__organization_id=user.organization_id)
        own |= Q(user=None, application__user__organization_id=user.organization_id)
        return rows if user.is_superuser else rows.filter(own)

    @display(description="acts for")
    def holder(self, token: Any) -> str:
        return str(token.user or token.application.user)

    @display(description="issued", ordering="created")
    def since(self, token: Any) -> str:
        return moment(token.created)

    @display(description="expires", ordering="expires")
    def until(self, token: Any) -> str:
        return moment(token.expires)

    @action(description="Revoke selected tokens", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            clients.revoke_token,
            title="Revoke tokens",
            button="Yes, revoke them",
            done="revoked",
        )
