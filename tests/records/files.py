"""Little files, as people upload them, and steps that show them."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from niagara.records.models import Attachment
from niagara.records.operations.uploading import upload_attachment
from tests.factories import AT, STEPS, Floor


def pdf(text: str = "Peel off the foil.") -> bytes:
    file = BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.setFont("Helvetica", 24)
    canvas.drawString(72, 700, text)
    canvas.save()
    return file.getvalue()


def picture(kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (80, 50), "teal").save(file, kind)
    return file.getvalue()


def upload(floor: Floor, label: str, content: bytes, **more: Any) -> Attachment:
    # What it is called says nothing of what it is.
    file = SimpleUploadedFile("../../from the office.txt", content)
    attachment = Attachment(organization=floor.organization, label=label, file=file, **more)
    upload_attachment(attachment, by=floor.by, at=AT)
    return attachment


def reading(*names: str) -> dict[str, Any]:
    """Steps that show what has these names, one after the other."""
    reads = {
        f"read-{number}": {
            **STEPS["unpack"], "component": "follow-pdf-instructions", "attachment": name, "goto": f"read-{number + 1}"
        }
        for number, name in enumerate(names)
    }  # fmt: skip
    return {**reads, f"read-{len(names)}": STEPS["unpack"], "done": STEPS["done"], "broken": STEPS["broken"]}
