"""Every link in every answer leads somewhere."""

from collections.abc import Iterator
from typing import Any

from niagara.api.entry import BEGINNINGS
from niagara.directory.models import Unit
from tests.clients import ApiFactory
from tests.documents.conftest import Scene


def hrefs(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        if isinstance(answer.get("href"), str):
            yield answer["href"]
        for inner in answer.values():
            yield from hrefs(inner)
    elif isinstance(answer, list):
        for inner in answer:
            yield from hrefs(inner)


def test_every_link_from_the_entry_on_answers(api: ApiFactory, scene: Scene) -> None:
    Unit.objects.create(
        organization=scene.floor.organization,
        label="iPad",
        serial_number="SN-1",
        customer=scene.floor.customer,
        location=scene.floor.location,
    )
    client = api(scene.floor.manager)
    batch = f"http://testserver/api/batches/{scene.batch.pk}"
    embeds = ",".join(client.get(batch).json()["_embedded"])
    beginnings = ["cycles", "cycles?limit=1", "relations", "relations?limit=1", "techs", "techs?limit=1"]
    found = {"http://testserver/api", f"{batch}?embed={embeds}", *(f"{batch}/{one}" for one in beginnings)}
    visited: set[str] = set()
    while found:
        href = found.pop()
        visited.add(href)
        response = client.get(href)
        assert response.status_code == 200, f"{href}: {response.content!r}"
        found |= set(hrefs(response.json())) - visited

    kinds = {href.removeprefix("http://testserver/api/").split("/")[0] for href in visited}
    assert kinds >= {*(path.split("/")[0] for path in BEGINNINGS), "actions"}
    assert len(visited) > 40


def test_links_begin_where_the_deployment_says(api: ApiFactory, scene: Scene, settings: Any) -> None:
    settings.API_BASE_URL = "https://api.example.com/"
    client = api(scene.floor.manager)
    addresses = ["", f"/batches/{scene.batch.pk}", "/batches?limit=1", f"/batches/{scene.batch.pk}/relations?limit=1"]

    found = [href for address in addresses for href in hrefs(client.get(f"/api{address}").json())]

    assert found
    assert [href for href in found if not href.startswith("https://api.example.com/api")] == []
