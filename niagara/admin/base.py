"""The one base of every model's admin: scoped to the organization, written through operations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.operations import saving
from niagara.admin.bulk import do_to_each
from niagara.admin.changelist import NiagaraChangeList
from niagara.admin.filters import scope_filters
from niagara.admin.forms import NiagaraForm, PrettyJSON
from niagara.admin.history import history_page
from niagara.admin.inlines import ScopedChoices
from niagara.admin.links import links_of
from niagara.admin.theme import ModelAdmin
from niagara.clock import now
from niagara.refusals import Refusal


class NiagaraAdmin(ScopedChoices, ModelAdmin):  # type: ignore[misc]
    """Rows, choices and filters are the organization's; permissions are those of the API.

    What writes goes through `create`, `change` and `remove`, which an admin of a model with
    operations of its own overrides. What an operation refuses is shown, and nothing is changed.
    """

    form = NiagaraForm
    actions: Sequence[Any] = ["delete_selected"]
    list_per_page = 25
    list_max_show_all = 200
    list_select_related: Sequence[str] = ()
    show_full_result_count = False
    change_form_template = "admin/niagara/change_form.html"
    readonly_fields: Sequence[str] = ()
    formfield_overrides = {models.JSONField: {"form_class": PrettyJSON}}
    names_organization = True  # a superuser, who belongs to none, says which one a new row is for

    class Media:
        css = {"all": ["niagara/pieces.css", "niagara/admin.css"]}

    # Which rows

    @property
    def resource(self) -> str:
        """The first half of the permissions."""
        return self.model.resource

    def visible_rows(self, user: Any) -> Any:
        return self.model._default_manager.visible_to(user)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = self.visible_rows(request.user).select_related(*self.list_select_related)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def choice_label(self, row: Any) -> str:
        """What the row is called where it is chosen from others."""
        return str(row)

    def prepare(self, rows: list[Any]) -> None:
        """Fetch at once what the columns show of the rows of one page."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NiagaraChangeList]:
        return NiagaraChangeList

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return scope_filters(self.model, super().get_list_filter(request))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    # Who may

    def may(self, request: HttpRequest, verb: str, row: Any = None) -> bool:
        user, permission = request.user, f"{self.resource}:{verb}"
        if not isinstance(user, User):
            return False
        return permission in user.grants if row is None else access.allowed(user, permission, row)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or self.may(request, "read", obj):
            return self.may(request, "read")
        return bool(self.visible_rows(request.user).filter(pk=obj.pk).exists())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "create")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "update", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete", obj)

    # The form

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"request": request})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in super().get_fields(request, obj) if name != "seen_version"]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The organization is the user's own; only a superuser, who has none, names it."""
        return [*(super().get_exclude(request, obj) or ()), *([] if _above_all(request) else ["organization"])]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [(None, {"fields": ["organization"]}), *fieldsets] if self._shows_organization(request) else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["organization"] if obj is not None and self._shows_organization(request) else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def _shows_organization(self, request: HttpRequest) -> bool:
        return self.names_organization and _above_all(request) and hasattr(self.model, "organization_id")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return self._form_page(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            # Nothing was written. The form comes again, with what was typed and why it was refused.
            request.refusal = refusal  # type: ignore[attr-defined]
            return self._form_page(request, object_id, form_url, extra_context)

    def _form_page(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id is not None and isinstance(page, TemplateResponse):
            context: Any = page.context_data
            row = context and context.get("original")
            if row is not None:
                context.update(
                    object_links=self.object_links(request, row), related_lists=self.related_lists(request, row)
                )
        return page

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """The buttons on top of a row's page: (text, address)."""
        return links_of(self, request, row)

    def related_lists(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Short tables below the form: title, headers, rows, number, url."""
        return []

    # Writing

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, at = Actor.in_admin(request), now()
        if change:
            self.change(obj, form, by=by, at=at, if_version=form.cleaned_data.get("seen_version"))
        else:
            self.create(obj, form, by=by, at=at)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            self.keep_parts(formset, by=Actor.in_admin(request), at=now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(obj, by=Actor.in_admin(request), at=now())

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        saving.create_row(row, by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        saving.change_row(row, by=by, at=at, if_version=if_version)

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        saving.remove_row(row, by=by, at=at)

    def keep_parts(self, formset: Any, *, by: Actor, at: datetime) -> None:
        """Write what was said in an inline. An admin with inlines to write overrides it."""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            page: HttpResponse = super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return HttpResponseRedirect(self.url_of("change", unquote(object_id)))
        return page

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with the rows. The operations know what may not, so nothing else is collected."""
        rows = list(objs)
        texts: list[str] = [format_html("{}: {}", self.opts.verbose_name.capitalize(), row) for row in rows]
        texts += [text for row in rows for text in self.consequences(row)]
        return texts, {self.opts.verbose_name_plural: len(rows)}, set(), []

    def consequences(self, row: Any) -> list[str]:
        """What else happens when the row is deleted, in sentences."""
        return []

    @admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
    def delete_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            self.remove,
            title=f"Delete {self.opts.verbose_name_plural}",
            button="Yes, delete them",
            done="deleted",
        )

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if "delete_selected" in actions:  # never Django's own, which knows no operations
            actions["delete_selected"] = self.get_action("delete_selected")
        return actions

    # History

    def log_addition(self, request: HttpRequest, about: Any, message: Any = None) -> None:
        """The operations write the history."""

    log_change = log_deletions = log_addition

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        return []

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None or not hasattr(row, "entity_type"):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return history_page(self, request, row)

    def url_of(self, page: str, pk: Any) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(pk)])


def _above_all(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
