from typing import Any

from django.http import HttpRequest

from niagara.admin.theme import ChangeList


class NiagaraChangeList(ChangeList):  # type: ignore[misc]
    """One page of rows, with what its columns show fetched at once."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.model_admin.prepare(self.result_list)
