from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from niagara.accounts.models import HistoryEntry


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def filled_in(response: Any) -> dict[str, Any]:
    """What a browser would send back of the form on this page, nothing changed."""
    forms = [response.context["adminform"].form]
    forms += [one.formset.management_form for one in response.context["inline_admin_formsets"]]
    forms += [form for one in response.context["inline_admin_formsets"] for form in one.formset.forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for name in form.fields:
            _put(sent, form, name)
            if form.fields[name].show_hidden_initial:
                sent[form[name].html_initial_name] = sent.get(form[name].html_name, [])
    return sent


def _put(sent: dict[str, Any], form: Any, name: str) -> None:
    bound = form[name]
    value, widget = bound.value(), getattr(bound.field.widget, "widget", bound.field.widget)
    if value is None or value is False:
        return
    if hasattr(widget, "decompress"):
        parts = widget.decompress(value)
        sent |= {f"{bound.html_name}_{at}": str(part) for at, part in enumerate(parts) if part is not None}
    elif isinstance(value, (list, tuple)) or hasattr(value, "values_list"):
        sent[bound.html_name] = [str(getattr(one, "pk", one)) for one in value]
    else:
        sent[bound.html_name] = str(bound.field.prepare_value(value))


def change(client: Client, row: Any, **said: Any) -> Any:
    """Open the page of a row, say something else, and save."""
    page = client.get(url(type(row), "change", row.pk))
    assert page.status_code == 200, page
    return client.post(url(type(row), "change", row.pk), {**filled_in(page), **said})


def act(client: Client, rows: list[Any], action: str, **said: Any) -> Any:
    """Run a bulk action on these rows, past the page that shows what it will do."""
    model, chosen = type(rows[0]), [str(row.pk) for row in rows]
    sent = {"action": action, "_selected_action": chosen}
    first = client.post(url(model, "changelist"), {**sent, "index": 0, "select_across": 0})
    assert first.status_code == 200, first
    for row in rows:
        assert str(row) in first.content.decode().replace("&#x27;", "'")
    return client.post(url(model, "changelist"), {**sent, "post": "yes", **said})


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def through_admin(row: Any, verb: str) -> HistoryEntry:
    return HistoryEntry.objects.of(row).filter(via="admin", verb=verb).get()
