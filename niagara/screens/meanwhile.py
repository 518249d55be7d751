"""Two people at once: the second is told what the first did, keeps what was typed, and overwrites nothing."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from niagara.accounts.models import HistoryEntry
from niagara.screens.forms import ScreenForm
from niagara.screens.pages import FormPage


class RowFormPage(FormPage):
    """A screen with a form about one row. `find_row` reads it; its form takes the row and who looks."""

    found: Any = None

    def find_row(self) -> Any:
        raise NotImplementedError

    def make_form(self, data: Any = None) -> ScreenForm:
        self.found = self.find_row()
        form: Any = self.form_class
        made: ScreenForm = form(self.found, self.user, data)
        made.initial["seen_version"] = self.found.version
        return made

    def show_again(self, form: ScreenForm, status: HTTPStatus) -> HttpResponse:
        self.found = self.find_row()
        seen = form.cleaned_data.get("seen_version")
        came = [] if seen is None else self._came_since(seen)
        if came:
            # Sent once more, it is sent by somebody who knows.
            sent: Any = form.data.copy()  # type: ignore[attr-defined]
            sent["seen_version"] = str(self.found.version)
            form.data = sent
        return self.render_to_response(self.get_context_data(form=form, came=came), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"row": self.found, **kwargs})

    def _came_since(self, version: int) -> list[HistoryEntry]:
        """What others changed since, newest first: each change makes the version one more."""
        number = min(self.found.version - version, 10)
        if number <= 0:
            return []
        entries = HistoryEntry.objects.of(self.found).with_changes().select_related("user")
        return list(entries[:number])
