from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import EmptyFieldListFilter, SimpleListFilter, display, register
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.admin import (
    Links,
    LookOnlyAdmin,
    NiagaraAdmin,
    NiagaraForm,
    autocomplete,
    chip,
    link,
    list_url,
    moment,
    more_links,
)
from niagara.admin.entities import link_to, readable_types, type_name
from niagara.clock import now
from niagara.records.entities import find_visible, id_field, models_by_type, public_id
from niagara.records.models import Note, Notification, Relation
from niagara.records.operations import noting, relating
from niagara.refusals import Missing


def find_all(ends: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], Any]:
    """The rows with these type codes and public ids, with one query for each type."""
    ids: dict[str, set[UUID]] = {}
    for code, pk in ends:
        ids.setdefault(code, set()).add(pk)
    known = ((code, models_by_type()[code], wanted) for code, wanted in ids.items() if code in models_by_type())
    return {
        (code, public_id(row)): row
        for code, model, wanted in known
        for row in model._default_manager.filter(**{f"{id_field(model)}__in": wanted}).order_by()
    }


def told(code: str, row: Any) -> str:
    kind = format_html('<span class="niagara-quiet">{}</span>', type_name(code))
    return format_html("{} {}", link(row), kind) if row is not None else kind


class SubjectForm(NiagaraForm):
    """Speaks of something of any kind, which the user has to be able to see."""

    subject_fields = ("target_type", "target_id")

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        code, pk = (cleaned.get(name) for name in self.subject_fields)
        self.subject = find_visible(code, pk, self.request.user) if code and pk else None
        if code and pk and self.subject is None:
            self.add_error(self.subject_fields[1], f"There is no {type_name(code).lower()} with this id.")
        if self.subject is not None:
            self.instance.organization_id = self.subject.organization_id
        return cleaned


class RelationForm(SubjectForm):
    target_type = forms.ChoiceField(
        label="To a", choices=lambda: [(code, type_name(code)) for code in models_by_type()]
    )
    target_id = forms.UUIDField(label="With the id", help_text="The last part of the address of its page.")
    source_user = forms.ModelChoiceField(
        label="User", queryset=User.objects.none(), widget=autocomplete(Relation._meta.get_field("source_user"))
    )

    class Meta:
        model = Relation
        fields = ("relation", "source_user", "target_type", "target_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source_user" in self.fields:
            users: Any = self.fields["source_user"]
            users.queryset = User.objects.visible_to(self.request.user)


class OfFilter(SimpleListFilter):
    """Every relation of one thing; the links on its page lead here."""

    title = "thing"
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(request.GET["of"], "This one")] if "of" in request.GET else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        try:
            return queryset.of(UUID(self.value())) if self.value() else queryset
        except ValueError:
            return queryset.none()


@register(Relation)
class RelationAdmin(NiagaraAdmin):
    """Relations are attached and detached, never changed."""

    resource = "user"
    form = RelationForm
    list_display = ("source", "relation", "target", "since")
    list_filter = (OfFilter, "relation", "target_type", "source_user")
    list_display_links = ("relation",)
    search_fields = ("source_user__name", "source_user__email")
    date_hierarchy = "created"
    names_organization = False
    fields = ("relation", "source_user", "target_type", "target_id")

    def visible_rows(self, user: Any) -> Any:
        types = readable_types(user)
        return Relation.objects.in_organization_of(user).filter(source_type__in=types, target_type__in=types)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and any(name.endswith(":attach") for name in request.user.grants)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "read")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        if obj is None or not isinstance(user, User):
            return isinstance(user, User) and any(name.endswith(":detach") for name in user.grants)
        target = find_visible(obj.target_type, obj.target_id, user)
        return target is not None and access.allowed(user, f"{target.resource}:detach", target)

    def prepare(self, rows: list[Any]) -> None:
        ends = [(row.source_type, row.source_id) for row in rows] + [(row.target_type, row.target_id) for row in rows]
        found = find_all(ends)
        for row in rows:
            row.source_row = found.get((row.source_type, row.source_id))
            row.target_row = found.get((row.target_type, row.target_id))

    @display(description="who or what")
    def source(self, relation: Any) -> str:
        return told(relation.source_type, relation.source_row)

    @display(description="of")
    def target(self, relation: Any) -> str:
        return told(relation.target_type, relation.target_row)

    @display(description="since", ordering="created")
    def since(self, relation: Any) -> str:
        return moment(relation.created)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, user = Actor.in_admin(request), form.cleaned_data["source_user"]
        made = relating.attach(form.subject, form.cleaned_data["relation"], user, by=by, at=now())
        obj.pk = made.pk

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        target = find_visible(row.target_type, row.target_id, by.user)
        if target is None:
            raise Missing("What it leads to does not exist any more.")
        relating.detach(target, row, by=by, at=at)


def relation_links(request: HttpRequest, row: Any) -> Links:
    code = getattr(row, "entity_type", None)
    if code not in models_by_type() or not isinstance(request.user, User):
        return []
    links = [("Relations", list_url(Relation, of=public_id(row)))] if "user:read" in request.user.grants else []
    if access.allowed(request.user, f"{row.resource}:attach", row):
        address = f"{reverse('admin:records_relation_add')}?target_type={code}&target_id={public_id(row)}"
        links.append(("Attach somebody", address))
    return links


more_links.append(relation_links)


class NoteForm(SubjectForm):
    subject_fields = ("subject_type", "subject_id")


@register(Note)
class NoteAdmin(NiagaraAdmin):
    form = NoteForm
    list_display = ("text", "about", "author", "issue", "written")
    list_filter = ("is_issue", ("closed_at", EmptyFieldListFilter), "subject_type", "author")
    list_select_related = ("author",)
    search_fields = ("content", "author__name")
    date_hierarchy = "created"
    names_organization = False
    fields = ("subject_type", "subject_id", "content", "is_issue")

    def visible_rows(self, user: Any) -> Any:
        return super().visible_rows(user).filter(subject_type__in=readable_types(user))

    def prepare(self, rows: list[Any]) -> None:
        found = find_all((row.subject_type, row.subject_id) for row in rows)
        for row in rows:
            row.subject = found.get((row.subject_type, row.subject_id))

    @display(description="note")
    def text(self, note: Any) -> str:
        return note.content if len(note.content) <= 120 else f"{note.content[:119]}…"

    @display(description="about")
    def about(self, note: Any) -> str:
        return told(note.subject_type, note.subject)

    @display(description="issue", ordering="is_issue")
    def issue(self, note: Any) -> str:
        if not note.is_issue:
            return "–"
        return chip("closed", "good") if note.closed_at else chip("open", "bad")

    @display(description="written", ordering="created")
    def written(self, note: Any) -> str:
        return moment(note.created)

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        row.pk = noting.write_note(form.subject, row.content, is_issue=row.is_issue, by=by, at=at).pk

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        noting.remove_note(row, by=by, at=at)


@register(Notification)
class NotificationAdmin(LookOnlyAdmin):
    """What users were told. Read only: whom it speaks to dismisses it."""

    list_display = ("message", "user", "about", "sent")
    list_filter = ("kind", "user")
    list_select_related = ("user",)
    search_fields = ("message", "user__name")
    date_hierarchy = "created"
    names_organization = False
    fields = ("message", "user", "about", "sent")
    readonly_fields = fields

    def visible_rows(self, user: Any) -> Any:
        return super().visible_rows(user).filter(subject_type__in=readable_types(user))

    @display(description="about")
    def about(self, notification: Any) -> str:
        return link_to(notification.subject_type, notification.subject_id, notification.label)

    @display(description="sent", ordering="created")
    def sent(self, notification: Any) -> str:
        return moment(notification.created)
