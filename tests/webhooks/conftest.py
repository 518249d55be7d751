from collections.abc import Iterator

import pytest

from niagara.webhooks import sending
from tests.webhooks.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver
        sending.close_connections()
