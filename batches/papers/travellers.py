"""The paper that goes along with a batch: what it is, and what is to be done, step by step."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from batches.papers import codes
from batches.papers.text import BOLD, FONT, fit, load_fonts, printable
from workorders.workflow.steps import Component, Definition, EndStep, InteractiveStep, OnwardStep, Step

PAPERS = {"letter": LETTER, "a4": A4}
DEFAULT_PAPER = "letter"
_MARGIN = 15 * mm
_LINE = HexColor("#9aa7b1")
_BOX = "☐"
_QR = 32 * mm

_TEXT = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=13)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=8.5, leading=11, textColor=HexColor("#4d5d69"))
_STEP = ParagraphStyle("step", parent=_TEXT, fontName=BOLD, fontSize=11, leading=14)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontName=BOLD, fontSize=20, leading=24)
_ABOUT = ParagraphStyle("about", parent=_SMALL, leftIndent=6 * mm)
_ITEM = ParagraphStyle("item", parent=_TEXT, leftIndent=11 * mm, firstLineIndent=-5 * mm, spaceBefore=2)
_PART = ParagraphStyle("part", parent=_STEP, fontSize=13, leading=17, spaceBefore=5 * mm, spaceAfter=2 * mm)
_RULE = HRFlowable(width="100%", thickness=0.5, color=_LINE, spaceBefore=6, spaceAfter=4)
_LONGEST_LABEL = 300  # of a line to write on


@dataclass(frozen=True)
class Traveller:
    """What it says: the name of the batch, facts about it, its steps, and the address that scanning it opens."""

    name: str
    facts: tuple[tuple[str, str], ...]
    workflow: str
    definition: Definition
    address: str


def print_traveller(traveller: Traveller, paper: tuple[float, float]) -> bytes:
    load_fonts()
    file = BytesIO()
    margins: Any = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN)
    document = SimpleDocTemplate(file, pagesize=paper, title=traveller.name, invariant=1, **margins)
    width = paper[0] - 2 * _MARGIN - 12  # the frame's own padding

    def foot(canvas: Canvas, _: Any) -> None:
        canvas.setFont(FONT, 8)
        _, [name] = fit(traveller.name, FONT, width=width - 30 * mm, lines=1, sizes=(8,))
        canvas.drawString(_MARGIN, 9 * mm, name)
        canvas.drawRightString(paper[0] - _MARGIN, 9 * mm, f"Page {canvas.getPageNumber()}")

    document.build(_story(traveller, width), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def in_order(definition: Definition) -> list[Step]:
    """The steps as the work goes when nothing fails, then those that only a failure leads to."""
    found: list[str] = []
    ahead = [definition.starts_at]
    aside: list[str] = []
    while ahead or aside:
        name = ahead.pop() if ahead else aside.pop(0)
        if name in found:
            continue
        found.append(name)
        step = definition.steps[name]
        if isinstance(step, OnwardStep):
            ahead.append(step.goto)
            aside.append(step.goto_fail)
    # The ends stand last, so that the numbers of those before have no gaps.
    return sorted((definition.steps[name] for name in found), key=lambda step: isinstance(step, EndStep))


def _story(traveller: Traveller, width: float) -> list[Flowable]:
    steps = in_order(traveller.definition)
    numbers = {step.name: number for number, step in enumerate(steps, start=1)}
    told = [step for step in steps if not isinstance(step, EndStep)]
    return [
        _head(traveller, width),
        _paragraph(f"Steps: {traveller.workflow}", _PART),
        *(_step(step, traveller.definition, numbers, width) for step in told),
        Spacer(1, 5 * mm),
        *(_line(one, width) for one in ("Remarks", "Done on", "Signed")),
    ]


def _head(traveller: Traveller, width: float) -> Flowable:
    facts = [[_paragraph(name, _SMALL), _paragraph(value, _TEXT)] for name, value in traveller.facts]
    inner = width - _QR - 6 * mm
    table = Table(facts, colWidths=[30 * mm, inner - 30 * mm], style=_grid(("VALIGN", (0, 0), (-1, -1), "TOP")))
    left = [_paragraph(traveller.name, _TITLE), Spacer(1, 3 * mm), table]
    code = codes.drawing(traveller.address, _QR)
    return Table([[left, code]], colWidths=[width - _QR, _QR], style=_grid(("VALIGN", (0, 0), (-1, -1), "TOP")))


def _step(step: Step, definition: Definition, numbers: dict[str, int], width: float) -> Flowable:
    box = f"{_BOX} " if isinstance(step, InteractiveStep) else ""
    said: list[Flowable] = [_RULE, _paragraph(f"{box}{numbers[step.name]}. {step.label}", _STEP)]
    if about := _about(step, definition, numbers):
        said.append(_paragraph(about, _ABOUT))
    if isinstance(step, InteractiveStep):
        said += [_paragraph(f"{_BOX} {one.label}{_may_be_na(one.allow_na)}", _ITEM) for one in step.items]
        said += [_line(one.label + ("" if one.required else " (optional)"), width) for one in step.fields]
    return KeepTogether(said)  # what is longer than a page is split all the same


def _may_be_na(allowed: bool) -> str:
    return f" ({_BOX} not applicable)" if allowed else ""


def _about(step: Step, definition: Definition, numbers: dict[str, int]) -> str:
    """What is to be known about a step beside its name."""
    said = []
    if not isinstance(step, InteractiveStep):
        said.append("Goes on by itself.")
    elif step.is_qc:
        said.append("Checked by somebody who did no other step.")
    elif step.component == Component.FOLLOW_PDF_INSTRUCTIONS:
        said.append("Follow the attached instructions.")
    if isinstance(step, OnwardStep):
        if numbers[step.goto] != numbers[step.name] + 1 and not isinstance(definition.steps[step.goto], EndStep):
            said.append(f"Then {_named(step.goto, definition, numbers)}.")
        said.append(f"If not: {_named(step.goto_fail, definition, numbers)}.")
    return " ".join(said)


def _named(name: str, definition: Definition, numbers: dict[str, int]) -> str:
    step = definition.steps[name]
    return f"“{step.label}”" if isinstance(step, EndStep) else f"step {numbers[name]}"


def _line(label: str, width: float) -> Flowable:
    """A place to write something by hand."""
    cells = [[_paragraph(label[:_LONGEST_LABEL], _TEXT), ""]]
    widths = [55 * mm, width - 62 * mm]
    style = _grid(("LINEBELOW", (1, 0), (1, 0), 0.5, _LINE), ("VALIGN", (0, 0), (-1, -1), "BOTTOM"), top=8)
    return Table(cells, colWidths=widths, hAlign="RIGHT", style=style)


def _grid(*more: Any, top: float = 1) -> TableStyle:
    padding = [(f"{side}PADDING", (0, 0), (-1, -1), space) for side, space in (("LEFT", 0), ("RIGHT", 2), ("TOP", top))]
    return TableStyle([*padding, ("BOTTOMPADDING", (0, 0), (-1, -1), 2), *more])


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(printable(text, style.fontName)), style)
