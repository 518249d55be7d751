"""Shared tablets: at which of them badges count."""

from datetime import datetime

from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import SharedDevice
from niagara.accounts.models.shared_device import digest_of, new_secret
from niagara.accounts.operations import history, saving
from niagara.accounts.operations.locking import hold


def allow_device(device: SharedDevice, *, by: Actor, at: datetime) -> str:
    """Let people sign in with badge and PIN at a device. Returns the secret its browser has to keep, which nobody
    can read afterwards. Raises PermissionMissing, Invalid, TakenMeanwhile."""
    secret = new_secret()
    device.digest, device.allowed_by = digest_of(secret), by.user
    saving.create_row(device, by=by, at=at)
    return secret


@transaction.atomic
def revoke_device(device: SharedDevice, *, by: Actor, at: datetime) -> bool:
    """Let no badge count there any more; who is signed in with one is signed out. False if it was revoked already.

    Raises RemovedMeanwhile, PermissionMissing.
    """
    device = hold(SharedDevice.objects.all(), device.pk)
    access.require(by, "resource:create", device)
    if device.revoked is not None:
        return False
    device.revoked = device.updated = at
    device.version += 1
    device.save(update_fields=["revoked", "updated", "version"])
    history.record(device, "revoked", by=by, at=at)
    return True
