"""What a technician of the demo follows: a little PDF."""

from datetime import datetime
from io import BytesIO

from django.core.files.base import ContentFile
from reportlab.lib.pagesizes import A5, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from batches.papers.text import BOLD, FONT, load_fonts
from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization
from niagara.records.models import Attachment
from niagara.records.operations.uploading import upload_attachment

ASSEMBLING = "How a kit is assembled"
_LINES = (
    "Lay the device, its holster and its charger side by side.",
    "Slide the device into the holster until it clicks.",
    "Fasten the strap: two fingers fit under it, not three.",
    "Coil the cable, and put it beside the charger in the box.",
    "Scan nothing twice: the label of the box comes later.",
)


def add_instructions(organization: Organization, *, by: Actor, at: datetime) -> None:
    attachment = Attachment(
        organization=organization, label=ASSEMBLING, file=ContentFile(_draw(ASSEMBLING, _LINES), name="kit.pdf")
    )
    upload_attachment(attachment, by=by, at=at)


def _draw(title: str, lines: tuple[str, ...]) -> bytes:
    load_fonts()
    file = BytesIO()
    page = landscape(A5)
    canvas = Canvas(file, pagesize=page, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    left, top = 15 * mm, page[1] - 22 * mm
    canvas.setFont(BOLD, 22)
    canvas.drawString(left, top, title)
    for number, line in enumerate(lines, 1):
        top -= 19 * mm
        canvas.circle(left + 5 * mm, top + 2 * mm, 5 * mm)
        canvas.setFont(BOLD, 14)
        canvas.drawCentredString(left + 5 * mm, top, str(number))
        canvas.setFont(FONT, 14)
        canvas.drawString(left + 15 * mm, top, line)
    canvas.save()
    return file.getvalue()
