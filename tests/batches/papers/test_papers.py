"""What is printed, read and scanned as a person and a scanner do."""

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.test import Client

from batches.models import Batch, BatchGroup
from batches.operations.changing import change_batch
from batches.operations.grouping import change_group
from batches.papers.labels import SHEETS, Label, print_labels
from batches.papers.text import BOLD, fit, printable, width_of
from batches.papers.travellers import PAPERS, Traveller, in_order, print_traveller
from niagara.accounts.models import User
from tests.factories import AT, STEPS, Floor, make_workflow
from workorders.workflow.reading import read_steps

HOST = "http://testserver"


@pytest.fixture
def maria_in(client: Client, maria: User) -> Client:
    client.force_login(maria)
    return client


def opened(response: Any) -> pypdfium2.PdfDocument:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return pypdfium2.PdfDocument(response.content)


def text_of(document: pypdfium2.PdfDocument) -> str:
    pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    return " ".join(" ".join(pages).split())


def codes_on(document: pypdfium2.PdfDocument, page: int = 0) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(document[page].render(scale=300 / 72).to_pil())}


def test_the_label_of_a_batch_says_what_it_is_and_opens_it(maria_in: Client, batch_of_ten: Batch) -> None:
    document = opened(maria_in.get(f"/batches/{batch_of_ten.pk}/label"))

    assert codes_on(document) == {f"{HOST}/batches/{batch_of_ten.pk}"}
    text = text_of(document)
    for said in (batch_of_ten.label, "Lexington Public Schools", "10 cycles · Fast lane", "Due 1 Apr 2026"):
        assert said in text
    width, height = document[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (62, 29)


def test_the_label_of_a_container_says_what_it_is_and_opens_its_group(
    maria_in: Client, floor: Floor, batch_of_ten: Batch
) -> None:
    group = batch_of_ten.batch_group
    container: Any = {"container_type": "pallet", "label": "P-0042"}
    change_group(group=group, changes={"container": container, "tags": ["fragile"]}, by=floor.by, at=AT)

    document = opened(maria_in.get(f"/batch-groups/{group.pk}/label"))

    assert codes_on(document) == {f"{HOST}/batch-groups/{group.pk}"}
    for said in ("pallet P-0042", group.name, "1 batch", "Lexington"):
        assert said in text_of(document)


def test_all_labels_of_a_work_order_stand_on_sheets(maria_in: Client, floor: Floor) -> None:
    work_order = floor.make_work_order(26)
    batches = [floor.make_batch(1, work_order) for _ in range(26)]

    for size, pages, on_the_first in (("a4", 2, 24), ("letter", 1, 26), ("62x29", 26, 1), ("nonsense", 26, 1)):
        document = opened(maria_in.get(f"/work-orders/{work_order.pk}/labels?size={size}"))

        assert len(document) == pages
        assert codes_on(document) == {f"{HOST}/batches/{batch.pk}" for batch in batches[:on_the_first]}


def test_a_work_order_without_batches_says_so(maria_in: Client, floor: Floor) -> None:
    work_order = floor.make_work_order()

    assert "It has no batches yet." in text_of(opened(maria_in.get(f"/work-orders/{work_order.pk}/labels")))


def test_very_many_labels_come_in_parts(maria_in: Client, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batches.views.papers.LABELS_AT_ONCE", 2)
    work_order = floor.make_work_order(3)
    for _ in range(3):
        floor.make_batch(1, work_order)
    address = f"/work-orders/{work_order.pk}/labels"

    first = opened(maria_in.get(address))

    assert "1–2 of 3 are printed." in text_of(first)
    assert codes_on(first, 2) == {f"{HOST}{address}?page=2"}
    assert len(opened(maria_in.get(f"{address}?page=2"))) == 1


def test_the_traveller_tells_the_steps_in_the_order_of_the_work(maria_in: Client, floor: Floor, tom: User) -> None:
    steps = {
        "polish": {"step_type": "user", "label": "Polish", "goto": "done", "goto_fail": "broken"},
        "scan": {
            "step_type": "user", "label": "Scan it", "component": "manual-data-entry", "goto": "check",
            "goto_fail": "broken",
            "fields": [{"label": "Serial number", "entity_field": "serial_number", "required": True}],
        },
        "check": {
            "step_type": "user", "label": "Check it", "component": "task-list", "is_qc": True, "goto": "polish",
            "goto_fail": "scan", "items": [{"slug": "glass", "label": "The glass is clean", "allow_na": True}],
        },
        "done": STEPS["done"],
        "broken": STEPS["broken"],
    }  # fmt: skip
    workflow = make_workflow(floor.organization, "Set up", steps, starts_at="scan")
    batch = floor.make_batch(2, floor.make_work_order(2, workflow=workflow), technicians=[tom])

    document = opened(maria_in.get(f"/batches/{batch.pk}/traveller"))

    text = text_of(document)
    said = [
        *("Tom Baker", "Set up, version 1", "1. Scan it", "Serial number", "2. Check it", "somebody who did no other"),
        *("If not: step 1", "The glass is clean (☐ not applicable)", "3. Polish"),
    ]
    assert [text.find(one) for one in said] == sorted(text.find(one) for one in said)
    assert -1 not in [text.find(one) for one in said]
    assert codes_on(document) == {f"{HOST}/batches/{batch.pk}"}
    a4 = opened(maria_in.get(f"/batches/{batch.pk}/traveller?size=a4"))
    assert [round(side) for side in a4[0].get_size()] == [595, 842]


def test_the_same_batch_makes_the_same_file(maria_in: Client, batch_of_ten: Batch) -> None:
    for paper in ("label", "traveller"):
        first, second = (maria_in.get(f"/batches/{batch_of_ten.pk}/{paper}").content for _ in range(2))
        assert first == second


NAMES = ["W" * 250, "Gerät " * 40, "Партия № 7 для Łodzi", "<b>&amp; &", "批次 7", "\U0001f4a9\x07"]


@pytest.mark.parametrize("name", NAMES)
def test_no_text_overflows_or_breaks(maria_in: Client, floor: Floor, batch_of_ten: Batch, name: str) -> None:
    Batch.objects.filter(pk=batch_of_ten.pk).update(label=f"{name[:240]} #17")

    for paper in ("label", "label?size=letter", "traveller"):
        document = opened(maria_in.get(f"/batches/{batch_of_ten.pk}/{paper}"))
        width, height = document[0].get_size()
        page = document[0].get_textpage()
        for number in range(page.count_rects()):
            left, bottom, right, top = page.get_rect(number)
            assert 0 <= left <= right <= width
            assert 0 <= bottom <= top <= height
        assert "#17" in text_of(document)


def test_letters_beyond_latin_are_printed_and_others_show_as_boxes() -> None:
    assert printable("Łódź, Ελλάδα, Москва") == "Łódź, Ελλάδα, Москва"
    assert printable("批次 7") == "□□ 7"
    assert printable("a\x07\nb") == "a b"


def test_what_is_too_long_is_cut_and_keeps_its_end() -> None:
    size, lines = fit("A very long name " * 20 + "#123", BOLD, width=90, lines=3, sizes=(12, 8))

    assert size == 8
    assert len(lines) == 3
    assert "…" in "".join(lines)
    assert lines[-1].endswith("#123")
    assert all(width_of(line, BOLD, size) <= 90 for line in lines)


def test_a_long_workflow_goes_on_over_pages() -> None:
    items = [{"slug": f"item-{n}", "label": f"Item {n} " + "long " * 40} for n in range(120)]
    steps = {**STEPS, "unpack": {**STEPS["unpack"], "component": "task-list", "items": items}}
    definition = read_steps({"starts_at": "unpack", "steps": steps})
    traveller = Traveller("Batch 1", (("Technicians", "T " * 500),), "Long", definition, f"{HOST}/batches/1")

    document = pypdfium2.PdfDocument(print_traveller(traveller, PAPERS["letter"]))

    assert len(document) > 5
    assert "Item 119" in text_of(document)
    assert [step.name for step in in_order(definition)] == ["unpack", "done", "broken"]


def test_another_organization_prints_nothing(client: Client, olga: User, batch_of_ten: Batch) -> None:
    client.force_login(olga)
    group: BatchGroup = batch_of_ten.batch_group

    for path in (
        *(f"/batches/{batch_of_ten.pk}/{paper}" for paper in ("label", "traveller")),
        *(f"/batch-groups/{group.pk}/label", f"/work-orders/{batch_of_ten.work_order_id}/labels"),
    ):
        assert client.get(path).status_code == 404


def test_printing_costs_the_same_for_one_batch_and_for_many(
    maria_in: Client, floor: Floor, django_assert_num_queries: Any
) -> None:
    work_order = floor.make_work_order(9)
    for _ in range(2):
        floor.make_batch(1, work_order)
        with django_assert_num_queries(6):
            maria_in.get(f"/work-orders/{work_order.pk}/labels")
    [batch, *_] = Batch.objects.all()
    with django_assert_num_queries(5):
        maria_in.get(f"/batches/{batch.pk}/traveller")
    change_batch(batch=batch, changes={"mixing_station": floor.station}, by=floor.by, at=AT)
    with django_assert_num_queries(5):
        maria_in.get(f"/batches/{batch.pk}/traveller")


def test_every_label_of_a_sheet_lies_on_its_page() -> None:
    for sheet in SHEETS.values():
        for place in range(sheet.number):
            x, y = sheet.corner(place)
            assert x >= 0
            assert y >= -0.1
            assert x + sheet.width <= sheet.page[0] + 0.1
            assert y + sheet.height <= sheet.page[1] + 0.1
        assert print_labels([Label("A", (), f"{HOST}/")] * (sheet.number + 1), sheet, title="A")
