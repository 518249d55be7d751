from datetime import timedelta

import pytest

from batches.models import Batch
from tests.clients import Api, ApiFactory
from tests.factories import AT, Floor


@pytest.fixture
def client(api: ApiFactory, floor: Floor) -> Api:
    return api(floor.manager)


@pytest.fixture
def seven(floor: Floor) -> list[Batch]:
    """Batches of two work orders in two queues; some share their due date, order and time."""
    slow = floor.make_queue()
    late = floor.make_work_order(20, "Late", due_date=AT + timedelta(days=60))
    soon = floor.make_work_order(20, "Soon", due_date=AT + timedelta(days=1))
    batches = [floor.make_batch(1, order, queue) for order in (late, soon) for queue in (slow, floor.queue, slow)]
    return [*batches, floor.make_batch(1, soon)]
