from django.test import Client

from niagara.accounts.models import Badge, HistoryEntry, SharedDevice, User
from niagara.accounts.operations.badges import issue_badge
from niagara.accounts.operations.devices import allow_device
from tests.admin.helpers import act, url
from tests.factories import AT, Floor


def test_badges_and_tablets_are_looked_at_and_revoked_without_their_secrets(
    marias: Client, floor: Floor, tom: User
) -> None:
    issue_badge(tom, pin="4711", by=floor.by, at=AT)
    allow_device(SharedDevice(organization=floor.organization, name="Bench 3"), by=floor.by, at=AT)

    for model, verb in ((Badge, "badge revoked"), (SharedDevice, "revoked")):
        row = model.objects.get()
        for page in (url(model, "changelist"), url(model, "change", row.pk)):
            shown = marias.get(page).content.decode()
            assert row.digest not in shown
            assert getattr(row, "pin", "md5$") not in shown
        assert marias.get(url(model, "add")).status_code == 403
        act(marias, [row], "revoke")
        assert model.objects.get().revoked is not None
        assert HistoryEntry.objects.get(verb=verb).via == "admin"
