from typing import Any

from batches.views.technician.work import to_check
from niagara.screens.pages import Page


class ChecksPage(Page):
    """The cycles that wait for another pair of eyes."""

    permission = "context:step"
    template_name = "technician/checks.html"
    part_template_name = "technician/checks_part.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        free, own = to_check(self.user)
        return super().get_context_data(free=free, own=own, **kwargs)
