"""Doing something to many rows: look at it first, then row by row, with a report."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from niagara.admin.theme import dress
from niagara.refusals import Refusal

SHOWN = 100
REPORTED = 10


def ask_first(
    admin: Any, request: HttpRequest, rows: Any, *, title: str, button: str, form: forms.Form | None = None
) -> TemplateResponse:
    """The page that says what will be done to which rows, and asks for what is needed to do it."""
    if form is not None:
        dress(form)
    across = request.POST.get("select_across") == "1"
    shown = list(rows[: SHOWN + 1])
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "button": button,
        "form": form,
        "rows": shown[:SHOWN],
        "number": rows.count(),
        "action": request.POST["action"],
        "across": across,
        # Together with `select_across` one row stands for all, however many there are.
        "selected": [str(row.pk) for row in shown[:1]] if across else request.POST.getlist(ACTION_CHECKBOX_NAME),
        "checkbox": ACTION_CHECKBOX_NAME,
        "opts": admin.opts,
        "media": admin.media if form is None else admin.media + form.media,
    }
    return TemplateResponse(request, "admin/niagara/bulk.html", context)


def do_to_each(
    admin: Any, request: HttpRequest, rows: Iterable[Any], operation: Callable[[Any], object], *, done: str
) -> None:
    """Run the operation on each row, skip what is refused, and say what became of them."""
    number, refused = 0, []
    for row in rows:
        label = str(row)
        try:
            operation(row)
        except Refusal as refusal:
            refused.append(f"{label}: {refusal.sentence}")
        else:
            number += 1
    opts = admin.opts
    if number:
        what = opts.verbose_name if number == 1 else opts.verbose_name_plural
        admin.message_user(request, f"{number} {what} {done}.", messages.SUCCESS)
    for sentence in refused[:REPORTED]:
        admin.message_user(request, capfirst(sentence), messages.WARNING)
    if len(refused) > REPORTED:
        admin.message_user(request, f"{len(refused) - REPORTED} more were skipped.", messages.WARNING)
