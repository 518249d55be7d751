"""The kinds of things history entries and relations speak of, as far as the admin keeps them."""

from typing import Any

from django.contrib.admin import site
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from niagara.accounts.models import User


def kept_types() -> dict[str, Any]:
    """Type code ("BAT") → model."""
    kept: Any = site._registry
    return {model.entity_type: model for model in kept if isinstance(getattr(model, "entity_type", None), str)}


def readable_types(user: User) -> list[str]:
    """The kinds of which the user may see every one in the organization."""
    return sorted(code for code, model in kept_types().items() if user.grants.get(f"{model.resource}:read"))


def type_name(code: str) -> str:
    model = kept_types().get(code)
    return str(capfirst(model._meta.verbose_name)) if model else code


def link_to(code: str, pk: Any, text: str) -> SafeString:
    """A link to the page of something of which only the kind and the id are known."""
    model = kept_types().get(code)
    if model is None:
        return format_html("{}", text)
    url = reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
    return format_html('<a class="niagara-link" href="{}">{}</a>', url, text)
