from django.http import HttpResponse
from drf_spectacular.utils import inline_serializer
from rest_framework.request import Request

from niagara.api.schema import links
from niagara.api.viewsets import NiagaraViewSet

COLLECTIONS = (
    "batches",
    "batch-groups",
    "queues",
    "work-orders",
    "work-flows",
    "customers",
    "programs",
    "projects",
    "locations",
    "resources",
    "units",
    "users",
)


class EntryViewSet(NiagaraViewSet):
    """Where a client begins: the lists there are."""

    scopes = {"retrieve": None}
    answers = {"retrieve": (200, inline_serializer("Entry", {"_links": links()}))}

    def retrieve(self, request: Request) -> HttpResponse:
        """Fetches the addresses of the lists."""
        links = {f"nter:{name}": {"href": f"{self.api_root}/{name}"} for name in COLLECTIONS}
        return self.single(1, {"_links": {"self": {"href": self.api_root}, **links}})
