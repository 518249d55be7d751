"""Importing: choose a file, look at what is wrong with it and mend that, then write all of it."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from batches.views.files import file_answer
from batches.views.kinds import KINDS, Kind, kinds_of
from niagara.accounts.models import User
from niagara.accounts.operations.importing import RowsAreFaulty, template
from niagara.records.models import Draft
from niagara.records.operations.drafting import import_draft, keep_draft, mend_draft
from niagara.screens.forms import ScreenForm
from niagara.screens.once import Done
from niagara.screens.pages import FormPage, Page
from niagara.tables.reading import MAX_BYTES, read_table
from niagara.tables.table import MAX_ROWS, NotReadable

PER_PAGE = 50


class UploadForm(ScreenForm):
    kind = forms.ChoiceField(label="What to import", widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        help_text=f"CSV or XLSX, up to {MAX_BYTES // 1024 // 1024} MB and {MAX_ROWS:,} rows, the headers in the first.",
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx"}),
    )
    button = "Check the rows"

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [(kind.slug, kind.word.capitalize()) for kind in kinds_of(user)]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        content = file.read()
        try:
            self.table = read_table(content)
        except NotReadable as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        # Another file chosen on the same page is something else to do.
        self.digest = sha256(content).hexdigest()
        return file

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if hasattr(self, "digest") and "once" in cleaned:
            cleaned["once"] = sha256(f"{cleaned['once']} {self.digest}".encode()).hexdigest()
        return cleaned


class Importing(Page):
    """For those who may import rows of one kind at least."""

    permission = "me:profile"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not kinds_of(self.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def kind(self, slug: str) -> Kind:
        """Raises Http404, PermissionDenied."""
        if slug not in KINDS:
            raise Http404
        if KINDS[slug] not in kinds_of(self.user):
            raise PermissionDenied
        return KINDS[slug]


class ImportPage(Importing, FormPage):
    template_name = "imports/start.html"

    def make_form(self, data: Any = None) -> ScreenForm:
        files = None if data is None else self.request.FILES
        return UploadForm(self.user, data, files, initial={"kind": self.request.GET.get("kind")})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = [kind for kind in KINDS.values() if f"{kind.model.resource}:read" in self.user.grants]
        return super().get_context_data(kinds=kinds_of(self.user), exported=kinds, **kwargs)

    def carry_out(self, form: Any) -> Done:
        kind, name = self.kind(form.cleaned_data["kind"]), form.cleaned_data["file"].name
        draft = keep_draft(form.table, kind.slug, name, kind.import_rows, by=self.by, at=self.at)
        return Done(reverse("import-draft-page", args=[draft.pk]))


class TemplatePage(Importing):
    """A file to fill in: the headers, and a row as an example."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = self.kind(request.GET.get("kind") or kinds_of(self.user)[0].slug)
        name = f"{kind.slug}-template"
        return file_answer(template(kind.importer), request.GET.get("format", ""), name, kind.word)


class DraftForm(ScreenForm):
    """A field for each faulty cell of a page, and a tick for each faulty row."""

    do = forms.ChoiceField(choices=[("check", "check"), ("import", "import")])

    def __init__(self, draft: Draft, rows: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        lines = {line[0]: line[1:] for line in draft.lines}
        self.entries: list[dict[str, Any]] = []
        for fault in draft.report["faults"]:
            if fault["row"] in rows and fault["row"] in lines:
                self._add(fault, lines[fault["row"]])

    def _add(self, fault: dict[str, Any], cells: list[str]) -> None:
        row, column = fault["row"], fault["column"]
        tick, cell = f"leave-{row}", ""
        is_first = tick not in self.fields
        if is_first:
            self.fields[tick] = forms.BooleanField(required=False, label=f"Leave out row {row}")
        if column in self.draft.headers:
            position = self.draft.headers.index(column)
            cell = f"cell-{row}-{position}"
            if cell in self.fields:
                cell = ""
            else:
                self.fields[cell] = _cell_field(row, column, cells[position])
        about = next((text for text in cells if text.strip()), "")
        self.entries.append(
            {
                **fault,
                "about": about,
                "cell": self[cell] if cell else None,
                "says": f"says-{len(self.entries)}",
                "tick": self[tick] if is_first else None,
            }
        )
        if cell:
            self.fields[cell].widget.attrs["aria-describedby"] = self.entries[-1]["says"]

    @property
    def mended(self) -> dict[tuple[int, int], str]:
        said = self.cleaned_data
        return {
            (int(row), int(column)): text
            for kind, row, column, text in ((*name.split("-"), said[name]) for name in said if name.count("-") == 2)
            if kind == "cell"
        }

    @property
    def left_out(self) -> set[int]:
        said = self.cleaned_data
        return {int(name.removeprefix("leave-")) for name in said if name.startswith("leave-") and said[name]}


def _cell_field(row: int, column: str, text: str) -> forms.CharField:
    wide = forms.Textarea({"rows": 2}) if "\n" in text else forms.TextInput()
    field = forms.CharField(required=False, strip=False, label=f"{column} in row {row}", initial=text, widget=wide)
    field.widget.attrs["aria-invalid"] = "true"
    return field


class ImportDraftPage(Importing, FormPage):
    """The rows of a file, what is wrong with them, and what will come of them."""

    template_name = "imports/draft.html"

    def setup_draft(self) -> None:
        self.draft = self.row(Draft.objects, self.kwargs["draft_id"])
        self.of_kind = self.kind(self.draft.kind)
        faulty = self.draft.faulty
        self.faulty = Paginator(faulty, PER_PAGE).get_page(self.request.GET.get("page"))

    def get(self, request: HttpRequest, *args: Any, draft_id: UUID, **kwargs: Any) -> HttpResponse:
        self.setup_draft()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, draft_id: UUID, **kwargs: Any) -> HttpResponse:
        self.setup_draft()
        return super().post(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> ScreenForm:
        return DraftForm(self.draft, list(self.faulty), data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.draft.report
        table = self.draft.headers
        return super().get_context_data(
            draft=self.draft,
            kind=self.of_kind,
            report=report,
            faulty=self.faulty,
            number_rows=len(self.draft.lines),
            of_all=[fault for fault in report["faults"] if fault["row"] == 1],
            columns=table,
            **kwargs,
        )

    def carry_out(self, form: Any) -> Done:
        here, run = reverse("import-draft-page", args=[self.draft.pk]), self.of_kind.import_rows
        if form.cleaned_data["do"] == "check":
            mend_draft(self.draft, form.mended, form.left_out, run, by=self.by, at=self.at)
            return Done(here)
        try:
            report = import_draft(self.draft, run, by=self.by, at=self.at)
        except RowsAreFaulty as refusal:
            mend_draft(self.draft, {}, set(), run, by=self.by, at=self.at)  # what is wrong now is shown
            messages.error(self.request, refusal.sentence)
            return Done(here)
        told = f"Imported {self.draft}: {self.of_kind.number(report.made)} made, {report.changed:,} changed"
        return Done(here, f"{told}, {report.unchanged:,} unchanged.")
