"""Doing something to many rows: look at it first, then row by row, with a report."""

from collections.abc import Callable, Iterable
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


Note = Callable[[Any], str]


class WhyForm(forms.Form):
    reason = forms.CharField(max_length=1000, required=False, help_text="It stands in the history of each.")


def ask_first(
    admin: Any,
    request: HttpRequest,
    rows: Any,
    *,
    title: str,
    button: str,
    form: forms.Form | None = None,
    note: Note | None = None,
) -> TemplateResponse:
    """The page that says what will be done to which rows, and asks for what is needed to do it.

    `note` says how a row stands, where that matters for what will become of it.
    """
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


def do_to_each(
    admin: Any, request: HttpRequest, rows: Iterable[Any], operation: Callable[[Any], object], *, done: str
) -> None:
    """Run the operation on each row, skip what is refused, and say what became of them."""
    number, skipped = do_each(rows, operation)
    if number:
        what = counted(number, admin.opts.verbose_name, admin.opts.verbose_name_plural)
        admin.message_user(request, f"{what} {done}.", messages.SUCCESS)
    for sentence in skipped:
        admin.message_user(request, sentence, messages.WARNING)


def do_to_each_for_a_reason(
    admin: Any,
    request: HttpRequest,
    rows: Any,
    operation: Callable[..., object],
    *,
    title: str,
    button: str,
    done: str,
    form_class: type[forms.Form] = WhyForm,
    note: Note | None = None,
) -> TemplateResponse | None:
    """Ask first, also for a reason, which the operation takes as `reason`; then do it to each."""
    form = form_class(request.POST if "post" in request.POST else None)
    if not form.is_valid():
        title = f"{title} {admin.opts.verbose_name_plural}"
        return ask_first(admin, request, rows, title=title, button=button, form=form, note=note)
    how = {"reason": form.cleaned_data["reason"], "by": Actor.in_admin(request), "at": now()}
    do_to_each(admin, request, rows, lambda row: operation(row, **how), done=done)
    return None
