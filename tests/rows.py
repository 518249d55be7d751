"""What stands in the database, to compare before and after."""

from collections import Counter
from typing import Any

from django.apps import apps


def all_rows() -> dict[str, Counter[Any]]:
    """Every row of every table of ours; tokens aside, which tests make themselves."""
    return {
        model._meta.label: Counter(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label != "oauth2_provider"
    }
