from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import display, register, site
from django.contrib.admin.utils import unquote
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from niagara.accounts.actor import Actor
from niagara.accounts.admin.forms import GrantForm, NewPersonForm, PersonForm
from niagara.accounts.models import Grant, Role, User
from niagara.accounts.operations import people
from niagara.admin import NiagaraAdmin, NiagaraInline, chip, moment
from niagara.admin.theme import AdminPasswordChangeForm
from niagara.clock import now
from niagara.wording import counted

site.unregister(Group)  # our roles take the place of Django's groups


class GrantInline(NiagaraInline):
    model = Grant
    form = GrantForm
    verbose_name = "grant"
    hide_title = True  # the permission says it already


@register(Role)
class RoleAdmin(NiagaraAdmin):
    list_display = ("label", "holders", "permissions")
    search_fields = ("label",)
    fields = ("label",)
    inlines = (GrantInline,)

    def prepare(self, rows: list[Any]) -> None:
        counts = Role.objects.filter(pk__in=[role.pk for role in rows]).annotate(
            number_users=Count("users", distinct=True), number_grants=Count("grants", distinct=True)
        )
        found = {role.pk: role for role in counts.order_by()}
        for role in rows:
            role.number_users, role.number_grants = found[role.pk].number_users, found[role.pk].number_grants

    @display(description="users")
    def holders(self, role: Any) -> str:
        return str(role.number_users)

    @display(description="permissions")
    def permissions(self, role: Any) -> str:
        return str(role.number_grants)

    def keep_parts(self, formset: Any, *, by: Actor, at: datetime) -> None:
        kept = [form.cleaned_data for form in formset.forms if form.cleaned_data and form not in formset.deleted_forms]
        grants = {grant["permission"]: grant["match_location"] for grant in kept}
        people.set_grants(formset.instance, grants, by=by, at=at)

    def consequences(self, row: Any) -> list[str]:
        number = row.users.count()
        return [f"{counted(number, 'user loses', 'users lose')} this role and what it allows."] if number else []


@register(User)
class UserAdmin(NiagaraAdmin):
    form = PersonForm
    list_display = ("__str__", "email", "role_names", "standing", "in_admin", "signed_in")
    list_filter = ("roles", "is_active", "is_staff")
    search_fields = ("name", "email")
    ordering = ("name", "email")
    names_organization = False  # it stands among the other fields
    readonly_fields = ("last_login",)

    def prepare(self, rows: list[Any]) -> None:
        prefetch_related_objects(rows, "roles")

    @display(description="roles")
    def role_names(self, user: User) -> str:
        return ", ".join(role.label for role in user.roles.all())

    @display(description="may sign in", ordering="is_active")
    def standing(self, user: User) -> str:
        return chip("yes", "good") if user.is_active else chip("no", "cancelled")

    @display(description="may use the admin", ordering="is_staff")
    def in_admin(self, user: User) -> str:
        return "yes" if user.is_staff else "no"

    @display(description="last signed in", ordering="last_login")
    def signed_in(self, user: User) -> str:
        return moment(user.last_login)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        above = ["organization", "is_superuser"] if getattr(request.user, "is_superuser", False) else []
        return [
            (None, {"fields": ["name", "email", "time_zone", *(["password1", "password2"] if obj is None else [])]}),
            ("Access", {"fields": ["roles", "is_active", "is_staff", *above, *(["last_login"] if obj else [])]}),
            ("Profile", {"fields": ["picture", "profile", "attributes"], "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.readonly_fields) if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _within_reach(request, obj)

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        password = (
            [("Set password", self.url_of("password", row.pk))] if self.has_change_permission(request, row) else []
        )
        return [*password, *super().object_links(request, row)]

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        people.create_user(row, roles=form.cleaned_data["roles"], by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        people.change_user(row, roles=form.cleaned_data["roles"], by=by, at=at, if_version=if_version)

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        people.remove_user(row, by=by, at=at)

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.password_view)
        return [path("<id>/password/", view, name="accounts_user_password"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, id: str) -> HttpResponse:
        user = self.get_object(request, unquote(id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        form = AdminPasswordChangeForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            people.set_password(user, form.cleaned_data["password1"], by=Actor.in_admin(request), at=now())
            if user == request.user:
                update_session_auth_hash(request, user)
            self.message_user(request, f"{user} has a new password.", messages.SUCCESS)
            return HttpResponseRedirect(self.url_of("change", user.pk))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": f"Password of {user}",
            "original": user,
            "form": form,
            "opts": self.opts,
            "media": self.media,
            "back": self.url_of("change", user.pk),
        }
        return TemplateResponse(request, "admin/niagara/password.html", context)


def _within_reach(request: HttpRequest, user: Any) -> bool:
    """Nobody but a superuser touches a superuser."""
    return bool(user is None or not user.is_superuser or getattr(request.user, "is_superuser", False))
