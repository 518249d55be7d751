"""Every screen, as the URL resolver has it; no list to keep."""

from typing import Any

from tests.walks.routes import patterns

# Not screens of ours, or for those who have not signed in yet.
OPEN = {"", "sign-in", "sign-out"}
OTHERS = ("admin/", "api", "oauth/", "static/", ".well-known/")


def screens() -> list[tuple[str, Any]]:
    """(template of the address, view class)"""
    return [
        (template, getattr(one.callback, "view_class", None))
        for template, one in patterns()
        if template not in OPEN and not template.startswith(OTHERS)
    ]
