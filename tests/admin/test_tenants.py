"""What one organization has does not exist in the admin of another."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import site
from django.db.models import ForeignKey, ManyToManyField, Value
from django.db.models.functions import Concat
from django.test import Client
from oauth2_provider.models import AccessToken, Application

from batches.models import Batch
from batches.operations.cycling import block_cycle, start_cycle
from niagara.accounts.models import HistoryEntry, Organization, SharedDevice, User
from niagara.accounts.operations.badges import issue_badge
from niagara.accounts.operations.devices import allow_device
from niagara.directory.models import AllowedStatus, Category, Reason, Unit
from niagara.records.models import Note
from niagara.records.operations.notifying import notify_technicians
from tests.admin.helpers import url
from tests.admin.scene import grow
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, make_user, relate
from tests.records.files import pdf, upload
from tests.webhooks.delivering import deliver_all, subscribe, tell

MARK = "Kumquat"
MODELS = sorted(site._registry, key=lambda model: model._meta.label)
LISTED = [model for model in MODELS if model is not Organization]  # nobody's but a superuser's


@pytest.fixture
def hidden(floor: Floor, tom: User) -> Floor:
    """One row of every kind in the first organization, each of which says Kumquat wherever it can."""
    for row in (floor.customer, floor.program, floor.project, floor.location, floor.workflow, floor.queue):
        type(row).objects.filter(pk=row.pk).update(label=f"{MARK} {row.label}")
        row.refresh_from_db()
    type(floor.station).objects.filter(pk=floor.station.pk).update(label=f"{MARK} bench")
    floor.organization.name = f"{MARK} Works"
    floor.organization.save()
    User.objects.filter(pk__in=[tom.pk, floor.manager.pk]).update(name=f"{MARK} person")
    floor.organization.users.first().roles.update(label=f"{MARK} role")
    status = floor.status(Category.COMPLETE)
    status.status = f"{MARK} done"
    status.save()
    AllowedStatus.objects.create(status=status, customer=floor.customer)
    unit = Unit.objects.create(
        organization=floor.organization,
        label=MARK,
        serial_number=f"{MARK}-1",
        customer=floor.customer,
        location=floor.location,
        current_status=status,
    )
    batch = floor.make_batch(2, floor.make_work_order(4, f"{MARK} iPads"), mixing_station=floor.station)
    Reason.objects.filter(organization=floor.organization).update(label=Concat(Value(f"{MARK} "), "label"))
    cycle = start_cycle(cycle=batch.cycles.all()[0], technician=tom, unit=unit, by=floor.by, at=AT)
    block_cycle(cycle=cycle, reason=f"{MARK} Damaged", by=floor.by, at=AT)
    done = start_cycle(cycle=batch.cycles.order_by("number")[1], technician=tom, by=floor.by, at=AT)
    complete_cycle(cycle=done, by=floor.by, at=AT)
    relate(tom, "tech", batch)
    notify_technicians([(batch, tom)], by=floor.by, at=AT)
    Note.objects.create(
        organization=floor.organization,
        subject_type="WOR",
        subject_id=batch.work_order_id,
        content=f"{MARK} note",
        author=tom,
    )
    upload(floor, f"{MARK} instructions", pdf())
    subscribe(floor, f"http://127.0.0.1:9/{MARK}", description=f"{MARK} display")
    tell(floor)
    deliver_all(AT)
    issue_badge(tom, pin="4711", by=floor.by, at=AT)
    allow_device(SharedDevice(organization=floor.organization, name=f"{MARK} bench"), by=floor.by, at=AT)
    client = Application.objects.create(
        name=f"{MARK} machine",
        user=tom,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    AccessToken.objects.create(user=tom, application=client, token="t" * 30, expires=AT + timedelta(days=999))
    return floor


@pytest.fixture(params=["Production manager", "Administrator"])
def stranger(request: pytest.FixtureRequest, other_floor: Floor) -> User:
    return make_user(other_floor.organization, request.param, "Olga Petrova", is_staff=True)


@pytest.fixture
def strangers(signed_in: Callable[[User], Client], stranger: User) -> Client:
    return signed_in(stranger)


def rows_of(model: Any, floor: Floor) -> Any:
    superuser = User(is_superuser=True)
    mine = site.get_model_admin(model).visible_rows(superuser)
    if model is Organization:
        return mine.filter(pk=floor.organization.pk)
    path = "user__organization" if model in (Application, AccessToken) else "organization"
    return mine.filter(**{path: floor.organization})


def snapshot() -> dict[str, list[Any]]:
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in MODELS}


def test_a_superuser_sees_the_rows_this_walk_hides(
    signed_in: Callable[[User], Client], hidden: Floor, other_floor: Floor
) -> None:
    roots = signed_in(User.objects.create_superuser("root@example.com", "secret"))

    for model in MODELS:
        page = roots.get(url(model, "changelist"))
        assert page.status_code == 200
        wanted = set(rows_of(model, hidden).values_list("pk", flat=True))
        assert wanted, f"There is no {model._meta.label} to hide."
        row = rows_of(model, hidden).first()
        assert roots.get(url(model, "change", row.pk)).status_code == 200
        assert page.context["cl"].result_count >= len(wanted)


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_lists_filters_and_search_hold_nothing_of_another_organization(
    model: Any, strangers: Client, stranger: User, hidden: Floor
) -> None:
    allowed = site.get_model_admin(model).resource != "user" or model is HistoryEntry
    # In small letters, since what was searched for is said again.
    for asked in ({}, {"q": MARK.lower()}, {"_facets": "True"}):
        page = strangers.get(url(model, "changelist"), asked)
        if page.status_code == 403:
            assert not allowed or "user:create" not in stranger.grants
            continue
        assert MARK not in page.content.decode()
        assert page.context["cl"].result_count == 0 or "q" not in asked


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_row_of_another_organization_does_not_exist(model: Any, strangers: Client, hidden: Floor) -> None:
    row, before = rows_of(model, hidden).first(), snapshot()

    for address in addresses_of(model, row.pk):
        for answer in (
            strangers.get(address),
            strangers.post(address, {"post": "yes", "label": "Mine", "number_cycles": 1}),
        ):
            assert answer.status_code in (302, 403, 404), (address, answer.status_code)
            assert MARK not in answer.content.decode()

    assert snapshot() == before


def addresses_of(model: Any, pk: Any) -> list[str]:
    """Every page the admin has of one row."""
    names = [pattern.name for pattern in site.get_model_admin(model).get_urls() if "<" in str(pattern.pattern)]
    pages = [name.removeprefix(f"{model._meta.app_label}_{model._meta.model_name}_") for name in names if name]
    assert {"change", "delete", "history"} <= set(pages)
    return [url(model, page, pk) for page in pages]


def actions_of(model: Any) -> list[str]:
    return [str(getattr(one, "__name__", one)) for one in site.get_model_admin(model).actions]


SAID = {
    **{"post": "yes", "reason": "Kept apart", "tag": "Mine", "delivery_status": "delivered"},
    **{"due_date_0": "2027-01-01", "due_date_1": "12:00"},
}


@pytest.mark.parametrize("across", ["0", "1"])
@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_no_action_reaches_a_row_of_another_organization(
    model: Any, across: str, strangers: Client, hidden: Floor, other_floor: Floor
) -> None:
    theirs = rows_of(model, hidden)
    # Of what many may be chosen at once, one's own included, theirs is not among it.
    chosen = [str(pk) for pk in theirs.values_list("pk", flat=True)]
    before = list(theirs.order_by("pk").values())
    forged = {"queue": hidden.queue.pk, "mixing_station": hidden.station.pk, "technicians": [hidden.manager.pk]}

    for action in actions_of(model):
        for said in ({}, {**SAID, **forged}):
            sent = {"action": action, "_selected_action": chosen, "select_across": across, "index": 0, **said}
            answer = strangers.post(url(model, "changelist"), sent)
            assert answer.status_code in (200, 302, 403)
            assert MARK.encode() not in answer.getvalue()
            assert answer.getvalue()[:2] != b"PK" or MARK not in unpacked(answer.getvalue())

    assert list(theirs.order_by("pk").values()) == before


def unpacked(file: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        return str([packed.read(name) for name in packed.namelist()])


def test_actions_with_forged_choices_change_nothing_of_ones_own(
    signed_in: Callable[[User], Client], olga: User, hidden: Floor, other_floor: Floor
) -> None:
    mine = other_floor.make_batch(1)
    before = list(Batch.objects.filter(pk=mine.pk).values())

    for action, forged in (("move", {"queue": hidden.queue.pk}), ("assign", {"technicians": [hidden.manager.pk]})):
        sent = {"action": action, "_selected_action": [str(mine.pk)], "post": "yes", **forged}
        assert "Select a valid choice" in signed_in(olga).post(url(Batch, "changelist"), sent).content.decode()

    assert list(Batch.objects.filter(pk=mine.pk).values()) == before


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_the_pages_of_ones_own_rows_show_and_offer_nothing_of_another_organization(
    model: Any, strangers: Client, stranger: User, hidden: Floor, other_floor: Floor
) -> None:
    grow(other_floor, stranger, 1)
    row = rows_of(model, other_floor).first()
    assert row is not None, f"There is no {model._meta.label} of one's own to look at."

    for page in ("change", "history", "delete"):
        answer = strangers.get(url(model, page, row.pk))
        assert answer.status_code in (200, 302, 403)
        assert MARK not in answer.content.decode()
        for inline in answer.context["inline_admin_formsets"] if page == "change" and answer.status_code == 200 else ():
            for form in [*inline.formset.forms, inline.formset.empty_form]:
                for field in form.fields.values():
                    assert MARK not in str(list(getattr(field, "queryset", [])))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_nothing_of_another_organization_can_be_chosen(model: Any, strangers: Client, hidden: Floor) -> None:
    add = strangers.get(url(model, "add"))
    if add.status_code != 200:
        assert add.status_code == 403
    else:
        assert MARK not in add.content.decode()
        for name, field in add.context["adminform"].form.fields.items():
            for choice in getattr(field, "queryset", []):
                assert MARK not in str(choice), name
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        if isinstance(field, (ForeignKey, ManyToManyField)):
            asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field.name}
            found = strangers.get("/admin/autocomplete/", asked)
            assert found.status_code in (200, 403, 404)
            if found.status_code == 200:
                assert MARK not in json.dumps(found.json())


def test_rows_of_another_organization_are_not_taken_either(
    signed_in: Callable[[User], Client], olga: User, hidden: Floor, other_floor: Floor
) -> None:
    olgas, theirs = signed_in(olga), Batch.objects.get()
    mine = other_floor.make_work_order(5)

    page = olgas.post(
        url(Batch, "add"),
        {
            "work_order": theirs.work_order_id,
            "queue": hidden.queue.pk,
            "number_cycles": 1,
            "technicians": [hidden.manager.pk],
            "mixing_station": hidden.station.pk,
            "batch_group": theirs.batch_group_id,
            "current_status": theirs.current_status_id,
        },
    )

    assert set(page.context["adminform"].form.errors) == {
        "work_order",
        "queue",
        "technicians",
        "mixing_station",
        "batch_group",
        "current_status",
    }
    assert mine.batches.count() == 0
