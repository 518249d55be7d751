"""Why cycles are blocked, and why they fail: lists that every organization keeps for itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from niagara.accounts.models import Organization
from niagara.directory.models import Reason
from niagara.refusals import Fault, Invalid

FIRST_REASONS: Mapping[Reason.Kind, Sequence[str]] = {
    Reason.Kind.BLOCK: (
        "Waiting for parts",
        "Missing information",
        "Damaged",
        "Waiting for the customer",
        "Station out of order",
    ),
    Reason.Kind.FAIL: ("Damaged", "Does not start", "Wrong model", "Can't be enrolled", "Failed inspection"),
}


class UnknownReason(Invalid):
    """The organization's list does not have it."""


def create_reasons(organization: Organization, *, at: datetime) -> None:
    """Give a new organization sensible reasons to begin with."""
    Reason.objects.bulk_create(
        Reason(organization=organization, kind=kind, label=label, order=order, created=at, updated=at)
        for kind, labels in FIRST_REASONS.items()
        for order, label in enumerate(labels, start=1)
    )


def check_reason(kind: Reason.Kind, label: str, organization_id: int) -> None:
    """Raise UnknownReason, which names those there are, unless the organization has the reason."""
    known = list(Reason.objects.filter(organization_id=organization_id, kind=kind).values_list("label", flat=True))
    if label not in known:
        message = f"Choose one of the reasons: {', '.join(known)}."
        raise UnknownReason([Fault("enum", ("reason",), message, {"allowedValues": known})])
