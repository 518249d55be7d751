import pytest
from django.test import Client

from batches.operations.grouping import create_group
from niagara.accounts.models import User
from tests.batches.journal.ways import Scene
from tests.clients import ApiFactory
from tests.factories import AT, Floor, make_user


@pytest.fixture
def scene(floor: Floor, tom: User, api: ApiFactory) -> Scene:
    ada = make_user(floor.organization, "Administrator", "Ada Admin", is_staff=True)
    signed_in = Client()
    signed_in.force_login(ada)
    work_order = floor.make_work_order(10)
    group = create_group(work_order=work_order, changes={"name": "Pallet 1", "tags": ["old"]}, by=floor.by, at=AT)
    batch = floor.make_batch(3, work_order, batch_group=group)
    return Scene(floor, batch, group, api(ada), signed_in, tom)
