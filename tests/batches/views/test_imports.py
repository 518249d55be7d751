"""The way of a file through the pages: checked, mended, imported once."""

from collections.abc import Callable
from typing import Any

import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import Batch
from niagara.accounts.models import HistoryEntry, User
from niagara.directory.models import Unit
from niagara.records.models import Draft
from niagara.tables.reading import MAX_BYTES
from tests.factories import Floor, grant_only, make_user
from workorders.models import WorkOrder

Browse = Callable[[User], Client]


def lines(floor: Floor, *serials: str) -> bytes:
    rows = [f"{serial},iPad,{floor.customer},{floor.location}" for serial in serials]
    return "\n".join(["serial_number,label,customer,location", *rows]).encode()


def choose(client: Client, content: bytes, kind: str = "units", **said: str) -> Any:
    file = SimpleUploadedFile("serials.csv", content)
    return client.post("/import", {"kind": kind, "file": file, **said})


def send(client: Client, draft: Draft, do: str, **said: str) -> Any:
    page = client.get(f"/import/{draft.pk}")
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields if name.startswith("cell-")}
    return client.post(f"/import/{draft.pk}", {"once": form["once"].value(), "do": do, **shown, **said})


def test_a_file_is_checked_mended_and_imported(signed_in: Browse, floor: Floor) -> None:
    marias = signed_in(floor.manager)
    answer = choose(marias, lines(floor, "A1", "A2", "A2", ""))
    draft = Draft.objects.get()
    assert answer["Location"] == f"/import/{draft.pk}"
    page = marias.get(answer["Location"]).content.decode()
    assert page.count("2 rows of the file have this serial number.") == 2
    assert "This can&#x27;t be empty." in page
    assert not Unit.objects.exists()

    send(marias, draft, "check", **{"cell-4-0": "A3", "leave-5": "on"})
    page = marias.get(answer["Location"]).content.decode()
    assert "Import 3 new" in page
    done = send(marias, draft, "import")

    assert done.status_code == 302
    assert set(Unit.objects.values_list("serial_number", flat=True)) == {"A1", "A2", "A3"}
    assert HistoryEntry.objects.filter(entity_type="UNIT", via="screen", user=floor.manager).count() == 3
    told = marias.get(answer["Location"]).content.decode()
    assert "Imported serials.csv: 3 units made, 0 changed, 0 unchanged." in told


def test_what_is_sent_twice_is_imported_once(signed_in: Browse, floor: Floor) -> None:
    marias = signed_in(floor.manager)
    choose(marias, lines(floor, "A1"))
    draft = Draft.objects.get()
    first = marias.get(f"/import/{draft.pk}").context["form"]["once"].value()
    other = marias.get(f"/import/{draft.pk}").context["form"]["once"].value()

    answers = [marias.post(f"/import/{draft.pk}", {"once": key, "do": "import"}) for key in (first, first, other)]

    assert [answer.status_code for answer in answers] == [302, 302, 409]
    assert "imported already" in answers[2].content.decode()
    assert Unit.objects.count() == 1


def test_what_became_wrong_since_it_was_checked_is_shown(signed_in: Browse, floor: Floor) -> None:
    marias = signed_in(floor.manager)
    choose(marias, lines(floor, "A1", "A2"))
    draft = Draft.objects.get()
    floor.make_unit("A2")

    send(marias, draft, "import")
    page = marias.get(f"/import/{draft.pk}").content.decode()

    assert "Nothing was imported" in page
    assert "has this serial number already" in page
    assert Unit.objects.count() == 1


def test_choosing_another_file_on_the_same_page_is_something_else(signed_in: Browse, floor: Floor) -> None:
    marias = signed_in(floor.manager)
    key = marias.get("/import").context["form"]["once"].value()

    addresses = {choose(marias, lines(floor, serial), once=key)["Location"] for serial in ("A1", "A2", "A2")}

    assert len(addresses) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The submitted file is empty."),
        (b"x" * (MAX_BYTES + 5), "The file is larger than 5 MB."),
        (b"\0\1", "This is no text."),
        (b"PK\x03\x04", "This XLSX file can&#x27;t be read."),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_beside_the_field(
    signed_in: Browse, floor: Floor, content: bytes, told: str
) -> None:
    answer = choose(signed_in(floor.manager), content)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Draft.objects.exists()


def test_who_may_create_none_of_it_can_not_import(signed_in: Browse, floor: Floor, tom: User) -> None:
    toms = signed_in(tom)
    choose(signed_in(floor.manager), lines(floor, "A1"))
    draft = Draft.objects.get()

    assert toms.get("/import").status_code == 403
    assert toms.get("/import/template").status_code == 403
    assert choose(toms, lines(floor, "A2")).status_code == 403
    assert toms.get(f"/import/{draft.pk}").status_code == 403


def test_only_what_one_may_create_can_be_chosen(signed_in: Browse, floor: Floor) -> None:
    somebody = make_user(floor.organization, None)
    grant_only(somebody, "unit:create")
    theirs = signed_in(somebody)

    assert 'value="batches"' not in theirs.get("/import").content.decode()
    assert choose(theirs, b"label\nx\n", kind="batches").status_code == 422
    assert theirs.get("/import/template?kind=batches").status_code == 403


def test_a_draft_is_only_its_makers(signed_in: Browse, floor: Floor) -> None:
    choose(signed_in(floor.manager), lines(floor, "A1"))
    colleague = make_user(floor.organization, "Production manager")

    assert signed_in(colleague).get(f"/import/{Draft.objects.get().pk}").status_code == 404


def test_a_template_is_read_again_and_tells_what_to_put_where(signed_in: Browse, floor: Floor) -> None:
    for kind in ("csv", "xlsx"):
        answer = signed_in(floor.manager).get(f"/import/template?kind=work-orders&format={kind}")

        assert answer["Content-Disposition"] == f'attachment; filename="work-orders-template.{kind}"'
        draft = choose(signed_in(floor.manager), b"".join(answer), kind="work-orders")
        assert draft.status_code == 302
    assert [fault for draft in Draft.objects.all() for fault in draft.report["faults"]] == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_each_list_is_exported_and_imported_again_unchanged(
    signed_in: Browse, floor: Floor, batch_of_ten: Batch, kind: str
) -> None:
    floor.make_unit("=A1")
    marias = signed_in(floor.manager)
    before = [list(model.objects.order_by("pk").values()) for model in (Unit, WorkOrder, Batch)]
    entries = HistoryEntry.objects.count()

    for slug in ("units", "work-orders", "batches"):
        file = marias.get(f"/{slug}/export?format={kind}")
        assert f"{slug}-" in file["Content-Disposition"]
        choose(marias, file.content, kind=slug)
        report = Draft.objects.latest("created").report
        assert (report["unchanged"], report["made"], report["changed"], report["faults"]) == (1, 0, 0, []), slug
        assert "nothing to import" in marias.get(f"/import/{Draft.objects.latest('created').pk}").content.decode()

    assert [list(model.objects.order_by("pk").values()) for model in (Unit, WorkOrder, Batch)] == before
    assert HistoryEntry.objects.count() == entries


def test_units_are_found_by_serial_number_and_exported_as_shown(signed_in: Browse, floor: Floor) -> None:
    for serial in ("AB-1", "AB-2", "CD-1"):
        floor.make_unit(serial)
    marias = signed_in(floor.manager)

    page = marias.get("/units?q=ab-")
    file = tablib.Dataset().load(marias.get("/units/export?q=ab-").content.decode("utf-8-sig"), format="csv")

    assert [unit.serial_number for unit in page.context["page"]] == ["AB-1", "AB-2"]
    assert "<span>2 units</span>" in page.content.decode()
    assert file["serial_number"] == ["AB-1", "AB-2"]


def test_an_export_that_is_too_large_is_refused_in_a_sentence(
    signed_in: Browse, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batches.views.files.MAX_EXPORTED", 1)
    floor.make_unit()
    floor.make_unit()
    marias = signed_in(floor.manager)

    assert marias.get("/units/export")["Location"] == "/units"
    assert "Narrow the list" in marias.get("/units").content.decode()


def _cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_cost_the_same_for_few_and_for_many_rows(signed_in: Browse, floor: Floor) -> None:
    marias = signed_in(floor.manager)

    def addresses() -> list[str]:
        drafts = f"/import/{Draft.objects.latest('created').pk}"
        exports = [f"/{slug}/export" for slug in ("units", "work-orders", "batches")]
        return ["/units", "/work-orders", "/import", drafts, *exports]

    def grow(number: int) -> None:
        for _ in range(number):
            floor.make_unit()
            floor.make_batch(1, floor.make_work_order(1), queue=floor.make_queue(), mixing_station=floor.station)
        choose(marias, lines(floor, *([""] * number)))

    grow(2)
    [marias.get(address) for address in addresses()]
    few = [_cost(marias, address) for address in addresses()]
    grow(12)

    assert [_cost(marias, address) for address in addresses()] == few
