"""The admin's own list of what it keeps: in the order of the work, not of the alphabet."""

from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse

_site: Any = site
_by_app = _site.get_app_list


def in_order(request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
    """What the user may see, in the groups of ADMIN_ORDER; what stands in none comes last, by app."""
    apps: list[dict[str, Any]] = _by_app(request, app_label)
    if app_label is not None:
        return apps
    found = {model["model"]._meta.label: model for app in apps for model in app["models"]}
    groups = [
        {
            "name": name,
            "app_label": name.lower().replace(" ", "-"),
            "app_url": reverse(f"{_site.name}:index"),
            "has_module_perms": True,
            "models": [found.pop(label) for label in labels if label in found],
        }
        for name, labels in settings.ADMIN_ORDER.items()
    ]
    rest = [{**app, "models": [one for one in app["models"] if one["model"]._meta.label in found]} for app in apps]
    return [group for group in [*groups, *rest] if group["models"]]


_site.get_app_list = in_order
