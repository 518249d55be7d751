"""Doing something to many rows: look at it first, then row by row, with a report."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.template.response import TemplateResponse

from niagara.accounts.actor import Actor
from niagara.admin.theme import dress
from niagara.clock import now
from niagara.screens.each import do_each
from niagara.wording import counted

SHOWN = 100


class WhyForm(forms.Form):
    reason = forms.CharField(max_length=1000, required=False, help_text="It stands in the history of each.")


def do_to_each(
    admin: Any,
    request: HttpRequest,
    rows: Any,
    operation: Callable[..., object],
    *,
    title: str,
    button: str,
    done: str | Callable[..., str],
    form: Callable[..., forms.Form] | None = None,
    note: Callable[[Any], str] | None = None,
) -> TemplateResponse | None:
    """Ask first; when that is answered, run the operation on each row, skip what is refused, and say what became of
    them.

    The operation takes a row, what the form asks for by the names of its fields, and `by` and `at`. `done` ends the
    sentence about those it was done to, "3 batches …", perhaps with what the form asks for. `note` says how a row
    stands, where that matters for what will become of it.
    """
    is_answered = "post" in request.POST
    asked = form(request.POST if is_answered else None) if form else None
    if not (asked.is_valid() if asked else is_answered):
        return _ask(admin, request, rows, asked, title=title, button=button, note=note)
    said = asked.cleaned_data if asked else {}
    how = {**said, "by": Actor.in_admin(request), "at": now()}
    number, skipped = do_each(rows, lambda row: operation(row, **how))
    if number:
        what = counted(number, admin.opts.verbose_name, admin.opts.verbose_name_plural)
        became = done if isinstance(done, str) else done(**said)
        admin.message_user(request, f"{what} {became}.", messages.SUCCESS)
    for sentence in skipped:
        admin.message_user(request, sentence, messages.WARNING)
    return None


def _ask(
    admin: Any,
    request: HttpRequest,
    rows: Any,
    form: forms.Form | None,
    *,
    title: str,
    button: str,
    note: Callable[[Any], str] | None,
) -> TemplateResponse:
    """The page that says what will be done to which rows, and asks for what is needed to do it."""
    if form is not None:
        dress(form)
    across = request.POST.get("select_across") == "1"
    shown = list(rows[: SHOWN + 1])
    admin.prepare(shown)
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "button": button,
        "form": form,
        "rows": [(row, note(row) if note else "") for row in shown[:SHOWN]],
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
