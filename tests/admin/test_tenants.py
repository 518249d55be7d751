"""What one organization has does not exist in the admin of another."""

import json
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
from niagara.accounts.models import HistoryEntry, Organization, User
from niagara.directory.models import AllowedStatus, Category, Reason, Unit
from niagara.records.models import Note
from niagara.records.operations.notifying import notify_technicians
from tests.admin.helpers import url
from tests.factories import AT, Floor, make_user, relate
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
    relate(tom, "tech", batch)
    notify_technicians([(batch, tom)], by=floor.by, at=AT)
    Note.objects.create(
        organization=floor.organization,
        subject_type="WOR",
        subject_id=batch.work_order_id,
        content=f"{MARK} note",
        author=tom,
    )
    subscribe(floor, f"http://127.0.0.1:9/{MARK}", description=f"{MARK} display")
    tell(floor)
    deliver_all(AT)
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
    pages = ["change", "delete", "history"]
    pages += ["break_down"] if model._meta.model_name == "workorder" else []
    pages += ["password"] if model is User else []

    for page in pages:
        for answer in (
            strangers.get(url(model, page, row.pk)),
            strangers.post(url(model, page, row.pk), {"post": "yes", "label": "Mine", "number_cycles": 1}),
        ):
            assert answer.status_code in (302, 403, 404), (page, answer.status_code)
            assert MARK not in answer.content.decode()
    for action in ("delete_selected", "move", "assign", "release", "cancel", "revoke", "pause", "send_again"):
        strangers.post(
            url(model, "changelist"), {"action": action, "_selected_action": [str(row.pk)], "post": "yes", "reason": ""}
        )

    assert snapshot() == before


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
