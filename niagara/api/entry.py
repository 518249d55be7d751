from django.http import HttpResponse
from drf_spectacular.utils import inline_serializer
from rest_framework.request import Request

from niagara.api.schema import links
from niagara.api.viewsets import NiagaraViewSet

BEGINNINGS = (
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
    "roles",
    "notes",
    "webhooks",
    "settings/statuses",
    "settings/reasons",
    "me",
    "search",
)


class EntryViewSet(NiagaraViewSet):
    """Where a client begins."""

    scopes = {"retrieve": None}
    answers = {"retrieve": (200, inline_serializer("Entry", {"_links": links()}))}

    def retrieve(self, request: Request) -> HttpResponse:
        """Fetches the addresses from which all else can be reached."""
        links = {f"nter:{path.split('/')[-1]}": {"href": f"{self.api_root}/{path}"} for path in BEGINNINGS}
        return self.single(1, {"_links": {"self": {"href": self.api_root}, **links}})
