"""Taking in files: no more of them than is read, however much is sent."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from niagara.tables.reading import MAX_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Keeps one byte more than anything takes, so that it shows that the file is too large, and forgets the rest: of
    all files of a request together, for whoever sends it need not be known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = max(MAX_BYTES, settings.ATTACHMENT_MAX_MB * 1024 * 1024) + 1

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= self.kept.write(raw_data[: self.room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.kept.tell()
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "", self.content_type, size, self.charset
        )
