"""The operations of shared tablets and badges, ready to be called."""

from functools import partial
from typing import Any

from niagara.accounts.models import Badge, SharedDevice
from niagara.accounts.operations import badges, devices
from tests.factories import AT, Floor
from tests.walks.cases import call, case, tom_of

PIN = "4711"


def allowed(floor: Floor) -> SharedDevice:
    device = SharedDevice(organization=floor.organization, name="Bench 3")
    devices.allow_device(device, by=floor.by, at=AT)
    return device


def given(floor: Floor) -> Badge:
    badges.issue_badge(tom_of(floor), pin=PIN, by=floor.by, at=AT)
    return Badge.objects.get()


@case
def allow_device(floor: Floor) -> partial[Any]:
    def allow(**who_and_when: Any) -> None:
        devices.allow_device(SharedDevice(organization=floor.organization, name="Bench 4"), **who_and_when)

    return call(allow)


@case
def revoke_device(floor: Floor) -> partial[Any]:
    return call(devices.revoke_device, allowed(floor))


@case
def issue_badge(floor: Floor) -> partial[Any]:
    return call(badges.issue_badge, given(floor).user, pin=PIN)  # the first is revoked


@case
def set_pin(floor: Floor) -> partial[Any]:
    return call(badges.set_pin, given(floor), "90210")


@case
def revoke_badge(floor: Floor) -> partial[Any]:
    return call(badges.revoke_badge, given(floor))
