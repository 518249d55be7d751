from datetime import datetime

from django.db import transaction

from niagara.accounts.models import Organization
from niagara.accounts.operations.organizing import create_roles
from niagara.directory.operations.reasons import create_reasons
from niagara.directory.operations.statuses import create_statuses


@transaction.atomic
def found_organization(name: str, *, at: datetime) -> Organization:
    """A new organization with the roles, statuses and reasons every organization starts with."""
    organization = Organization.objects.create(name=name, created=at, updated=at)
    create_roles(organization, at=at)
    create_statuses(organization, at=at)
    create_reasons(organization, at=at)
    return organization
