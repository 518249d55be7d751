"""The demo is loaded once for all of these tests."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Q
from django.test import override_settings
from oauth2_provider.models import Application

from batches.management.demo.growing import SIZES, Size
from batches.models import Batch, BatchGroup, Cycle, category_of
from batches.operations.recounting import differences
from niagara import clock
from niagara.accounts.models import HistoryEntry, Organization, User
from niagara.directory.models import ACTIVE, IN_FLIGHT, Category, Location, Unit
from queues.models import Queue
from tests.clients import ApiFactory
from tests.journals import assert_replays
from workorders.models import Context, WorkOrder

# What sets up the test database looks for this mark, not for who asks the fixture below.
pytestmark = pytest.mark.django_db

WITH_PASSWORD = {
    "admin@niagara.example": "Administrator",
    "manager@niagara.example": "Production manager",
    "tech1@niagara.example": "Technician",
    "tech2@niagara.example": "Technician",
    "viewer@niagara.example": "Viewer",
    "integration@niagara.example": "Integration",
    "manager@other.example": "Production manager",
}


def load(size: str = "small") -> str:
    output = StringIO()
    with override_settings(DEBUG=True):
        call_command("demo", size=size, stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """What the command said; the demo is there as long as this module's tests run."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def floor(told: str) -> Organization:
    """The organization of the demo accounts."""
    return Organization.objects.get(users__email="manager@niagara.example")


@pytest.fixture
def undone(told: str) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def assert_sound() -> None:
    """All counts agree, statuses follow the cycles, cycles their contexts, and nothing happens in the future."""
    assert list(differences()) == []
    batches = Batch.objects.select_related("current_status")
    assert all(batch.current_status.category == category_of(batch.categories) for batch in batches)
    assert not Cycle.objects.filter(category__in=IN_FLIGHT, context=None).exists()
    for cycle in Cycle.objects.filter(context__isnull=False).select_related("context__workflow_version"):
        assert cycle.context.run.active == cycle.is_active
        assert cycle.context.is_verifying == (cycle.category == Category.VERIFYING), cycle
        assert cycle.context.unit_id == cycle.unit_id is not None
    now = clock.now()
    for model in (Batch, Context, Cycle, Unit, WorkOrder):
        assert not model.objects.filter(Q(created__gt=now) | Q(updated__gt=now)).exists()  # type: ignore[attr-defined]
    assert not HistoryEntry.objects.filter(at__gt=now).exists()


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@niagara.example")


def replayed(api: ApiFactory, email: str) -> Iterator[dict[str, Any]]:
    """What the journals of all groups of somebody's organization lead to; each is what the API shows."""
    client = api(User.objects.get(email=email))
    for group in client.collect("batch-groups?limit=100", "nter:batch-groups"):
        yield assert_replays(client, group["batch_group_id"])


def test_production_refuses_the_demo() -> None:
    with pytest.raises(CommandError, match="DEBUG=true"):
        call_command("demo")


@pytest.mark.skipif(connection.vendor == "postgresql", reason="is about SQLite")
def test_the_large_demo_is_refused_on_sqlite() -> None:
    with pytest.raises(CommandError, match="PostgreSQL"):
        load("large")


def test_it_says_who_can_sign_in(told: str) -> None:
    assert "password “niagara”" in told
    for email, role in WITH_PASSWORD.items():
        assert f"{email} " in told
        assert User.objects.get(email=email).check_password("niagara")
        assert [str(one) for one in User.objects.get(email=email).roles.all()] == [role]


def test_nobody_else_can_sign_in(told: str) -> None:
    others = User.objects.exclude(email__in=WITH_PASSWORD)

    assert others.count() > 1
    assert not any(other.has_usable_password() for other in others)


def test_only_those_who_use_the_admin_are_staff(told: str) -> None:
    staff = User.objects.filter(is_staff=True).values_list("email", flat=True)

    assert {email.partition("@")[0] for email in staff} == {"admin", "manager", "viewer"}
    assert not User.objects.filter(is_superuser=True).exclude(email="system@niagara.invalid").exists()


def test_technicians_have_a_location_and_batches_there(told: str) -> None:
    for name in ("tech1", "tech2"):
        technician = user(name)
        assert len(technician.location_ids) == 1
        active = Batch.objects.visible_to(technician).assigned_to(technician).active()
        assert active.count() >= 5
        assert {batch.place_id for batch in active} == technician.location_ids


def test_the_clients_of_the_tour_exist(told: str) -> None:
    clients = Application.objects.in_bulk(field_name="client_id")

    assert clients["niagara-demo"].redirect_uris == "http://localhost:8765/callback"
    assert clients["niagara-integration"].user == user("integration")
    assert clients["niagara-integration"].client_secret != "niagara-demo-secret"


def test_counts_statuses_and_times_are_sound(told: str) -> None:
    assert_sound()


def test_there_is_work_in_every_state(floor: Organization) -> None:
    work_orders = WorkOrder.objects.filter(organization=floor)
    now = clock.now()

    assert work_orders.count() == 40
    assert set(work_orders.values_list("current_status__category", flat=True)) == set(Category)
    assert work_orders.active().filter(due_date__lt=now).count() >= 3
    assert work_orders.active().filter(due_date__range=(now, now + timedelta(days=3))).count() >= 3
    assert work_orders.filter(batches_made=0).exists()
    assert work_orders.filter(loose_pending__gt=0, loose_complete__gt=0).exists()
    assert Batch.objects.filter(current_status__status="Reticulating Splines").exists()
    assert Batch.objects.filter(mixing_station__isnull=False).exists()


def test_something_is_on_hold_with_a_reason(floor: Organization) -> None:
    [work_order] = WorkOrder.objects.filter(organization=floor).on_hold()
    [batch] = Batch.objects.filter(organization=floor, work_order__hold_reason="").on_hold()

    assert work_order.hold_reason == HistoryEntry.objects.of(work_order)[0].reason
    assert batch.hold_reason == HistoryEntry.objects.of(batch)[0].reason


def test_500_ipads_are_50_batches_of_10_partly_done(floor: Organization) -> None:
    work_order = WorkOrder.objects.get(label="Provision 500 iPads for Lexington Middle School")

    assert set(work_order.batches.values_list("number_cycles", flat=True)) == {10}
    assert work_order.batches.count() == 50
    assert 100 < work_order.cycles.filter(category=Category.COMPLETE).count() < 400


def test_every_cycle_that_was_begun_has_a_unit(told: str) -> None:
    begun = Cycle.objects.filter(started_at__isnull=False)

    assert begun.count() > 1000
    assert not begun.filter(unit=None).exists()
    assert Unit.objects.count() <= begun.count()


def test_failed_cycles_have_retries(told: str) -> None:
    failed = Cycle.objects.filter(status="Failed").count()

    assert failed >= 5
    assert Cycle.objects.filter(is_retry=True).count() == failed


def test_the_history_says_why_a_cycle_is_blocked(told: str) -> None:
    blocked = {str(pk) for pk in Cycle.objects.filter(category=Category.BLOCKED).values_list("pk", flat=True)}
    reasons = HistoryEntry.objects.filter(entity_id__in=blocked, verb="blocked").exclude(reason="")

    assert set(reasons.values_list("entity_id", flat=True)) == blocked


def test_the_other_organization_has_a_little_of_its_own(told: str) -> None:
    helen = User.objects.get(email="manager@other.example")

    assert Queue.objects.visible_to(helen).count() == 2
    assert WorkOrder.objects.visible_to(helen).count() == 2
    assert 1 < Batch.objects.visible_to(helen).count() < 10
    assert not Batch.objects.visible_to(user("manager")).filter(organization=helen.organization).exists()


def test_every_journal_replays_to_the_group_as_the_api_shows_it(told: str, api: ApiFactory) -> None:
    seen = [state for email in ("manager@niagara.example", "manager@other.example") for state in replayed(api, email)]

    assert len(seen) == BatchGroup.objects.count() > 30
    assert sum(bool(state["complete"]) for state in seen) > 10


def test_loading_it_again_changes_nothing(told: str) -> None:
    before = HistoryEntry.objects.count(), Cycle.objects.count()

    assert "already" in load()

    assert (HistoryEntry.objects.count(), Cycle.objects.count()) == before


@pytest.mark.usefixtures("undone")
def test_a_bigger_demo_adds_to_what_is_there(
    floor: Organization, api: ApiFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SIZES, "medium", Size(batches=1200, locations=4, queues=6, schools=2, days=60))
    work_orders = WorkOrder.objects.filter(organization=floor)
    known = set(work_orders.values_list("pk", flat=True))

    load("medium")

    new = work_orders.exclude(pk__in=known)
    assert Batch.objects.filter(organization=floor).count() == 1200
    assert Location.objects.filter(organization=floor).count() == 4
    assert Queue.objects.filter(organization=floor).count() == 24
    assert 0.7 < new.filter(current_status__category=Category.COMPLETE).count() / new.count() < 0.95
    assert {Category.PENDING, Category.IN_PROGRESS} < set(new.values_list("current_status__category", flat=True))
    assert not new.exclude(current_status__category__in=ACTIVE).filter(end_date=None).exists()
    assert_sound()
    groups = new.filter(batches_made__gt=0).annotate(groups=Count("batch_groups", Q(batch_groups__is_default=True)))
    assert set(groups.values_list("groups", flat=True)) == {1}
    assert len(list(replayed(api, "manager@niagara.example"))) == BatchGroup.objects.filter(organization=floor).count()
    assert "already" in load("medium")
