"""The buttons on top of a row's page: (text, address)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst

from niagara.admin.display import list_url

Links = list[tuple[str, str]]

# Functions that know of more links of any row; an app further to the right adds its own.
more_links: list[Callable[[HttpRequest, Any], Links]] = []


def links_of(admin: Any, request: HttpRequest, row: Any) -> Links:
    """The lists of what refers to the row, as far as the user may see them, and its history."""
    links: dict[str, str] = {}
    for relation in row._meta.related_objects:
        model, site = relation.related_model, admin.admin_site
        if relation.hidden or not site.is_registered(model):
            continue
        if site.get_model_admin(model).has_view_permission(request):
            text = str(capfirst(model._meta.verbose_name_plural))
            links[text] = list_url(model, **{f"{relation.field.name}__{relation.target_field.name}__exact": row.pk})
    for more in more_links:
        links.update(more(request, row))
    if hasattr(row, "entity_type"):
        links["History"] = admin.url_of("history", row.pk)
    return list(links.items())
