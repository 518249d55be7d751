from typing import Any

import pytest
from django.test import Client

from batches.models import Batch
from niagara.accounts.models import User
from niagara.records.models import Relation
from tests.admin.helpers import through_admin, url
from tests.factories import Floor
from workorders.models import WorkOrder


@pytest.fixture
def work_order(floor: Floor) -> WorkOrder:
    return floor.make_work_order(25)


def ask(client: Client, work_order: WorkOrder, **said: Any) -> Any:
    return client.post(url(WorkOrder, "break_down", work_order.pk), said)


def test_the_work_orders_page_leads_to_it(marias: Client, work_order: WorkOrder) -> None:
    page = marias.get(url(WorkOrder, "change", work_order.pk)).content.decode()

    assert url(WorkOrder, "break_down", work_order.pk) in page
    assert marias.get(url(WorkOrder, "break_down", work_order.pk)).status_code == 200


def test_the_preview_writes_nothing(marias: Client, floor: Floor, work_order: WorkOrder) -> None:
    page = ask(marias, work_order, number_cycles=10, queue=floor.queue.pk)

    text = page.content.decode()
    assert "Provision iPads #3: 5 cycles" in text
    assert "0 cycles stay in no batch" in text
    assert not Batch.objects.exists()


def test_what_stays_unassigned_is_said(marias: Client, floor: Floor, work_order: WorkOrder) -> None:
    page = ask(marias, work_order, number_cycles=10, total=2, queue=floor.queue.pk)

    assert "5 cycles stay in no batch" in page.content.decode()


def test_the_batches_are_made_as_shown(marias: Client, floor: Floor, work_order: WorkOrder, tom: User) -> None:
    said = {
        "number_cycles": 10,
        "queue": floor.queue.pk,
        "technicians": [tom.pk],
        "mixing_station": floor.station.pk,
    }
    shown = ask(marias, work_order, **said).context["shown"]

    response = ask(marias, work_order, **said, make=shown)

    batches = Batch.objects.in_processing_order()
    assert response.status_code == 302
    assert [batch.number_cycles for batch in batches] == [10, 10, 5]
    assert {batch.mixing_station for batch in batches} == {floor.station}
    assert through_admin(batches[0], "created").user == floor.manager
    assert Relation.objects.technicians().filter(source_user=tom, target_type="BAT").count() == 3


def test_sending_the_form_twice_makes_one_set(marias: Client, floor: Floor, work_order: WorkOrder) -> None:
    said = {"number_cycles": 5, "total": 2, "queue": floor.queue.pk}
    shown = ask(marias, work_order, **said).context["shown"]

    ask(marias, work_order, **said, make=shown)
    again = ask(marias, work_order, **said, make=shown)

    assert "not the batches you were shown" in again.content.decode()
    assert Batch.objects.count() == 2


def test_what_can_not_be_done_is_said_beside_the_field(marias: Client, floor: Floor, work_order: WorkOrder) -> None:
    page = ask(marias, work_order, number_cycles=10, total=3, queue=floor.queue.pk)

    assert "Only 25" in page.context["form"].errors["number_cycles"][0]


def test_a_queue_of_another_organization_can_not_be_chosen(
    marias: Client, work_order: WorkOrder, other_floor: Floor
) -> None:
    page = ask(marias, work_order, number_cycles=10, queue=other_floor.queue.pk)

    assert "queue" in page.context["form"].errors
    assert other_floor.queue.label not in page.context["form"].errors["queue"][0]


def test_the_page_of_a_big_work_order_shows_ten_of_its_batches(marias: Client, floor: Floor) -> None:
    work_order = floor.make_work_order(12)
    for _ in range(12):
        floor.make_batch(1, work_order=work_order)

    page = marias.get(url(WorkOrder, "change", work_order.pk)).content.decode()

    assert "Show all 12" in page
    assert page.count("0 of 1 done") == 10
