"""Every single answer can be asked for again without being sent again."""

import pytest

from tests.clients import ApiFactory
from tests.walks.conftest import World
from tests.walks.routes import Operation, operations


@pytest.mark.parametrize("operation", [one for one in operations() if one.action == "retrieve"], ids=str)
def test_an_answer_the_client_holds_is_not_sent_again(operation: Operation, world: World, api: ApiFactory) -> None:
    client, address = api(world.floor.manager), operation.address(world.ids_of(operation))
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    other = client.get(address, headers={"If-None-Match": '"1.0"'})

    assert again.status_code == 304
    assert again.content == b""
    assert "Content-Type" not in again  # of the answer the client holds it is HAL
    assert (again["ETag"], again["Vary"]) == (first["ETag"], first["Vary"])
    assert (other.status_code, other.content) == (200, first.content)
