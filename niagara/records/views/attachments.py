"""Files to look at."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import FileResponse, Http404, HttpRequest
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.http import quote_etag
from django.utils.text import slugify
from django.views.decorators.clickjacking import xframe_options_sameorigin

from niagara.records.models import Attachment
from niagara.screens.pages import Page

# Nothing in a file may do anything; browsers show PDFs and pictures with styles and objects of their own. Only
# our own pages show it in a frame. `sandbox` would be stricter, but then Chromium shows no PDF at all.
_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF],
    "object-src": [SELF],
    "frame-ancestors": [SELF],
}


@method_decorator([xframe_options_sameorigin, csp(_POLICY)], name="dispatch")
class AttachmentPage(Page):
    """One file, as it was uploaded. It has no address but this one, at which it is looked up who may see it."""

    permission = "work-flow:read"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        attachment = self.row(Attachment.objects, self.kwargs["attachment_id"])
        tag = quote_etag(attachment.digest)
        unchanged = get_conditional_response(request, etag=tag)
        if unchanged is not None:
            return unchanged
        try:
            content = attachment.file.open()
        except FileNotFoundError as error:  # the database was restored without the files
            raise Http404 from error
        name = f"{slugify(attachment.label)[:80] or 'attachment'}.{attachment.get_content_type_display().lower()}"
        return FileResponse(content, content_type=attachment.content_type, filename=name, headers={"ETag": tag})
