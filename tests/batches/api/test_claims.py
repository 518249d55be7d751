"""Asking for work, and leading a cycle on: `/batches/{id}/claims`, `/actions/{id}`."""

from typing import Any

import pytest

from batches.models import Batch, Cycle
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.clients import ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, make_user, relate


@pytest.fixture
def at_home(floor: Floor, tom: User) -> User:
    """Tom, at the location of the floor."""
    relate(tom, "tech", floor.location)
    return User.objects.get(pk=tom.pk)


def test_a_claim_gives_the_next_pending_cycle_and_starts_it(
    floor: Floor, batch_of_ten: Batch, at_home: User, api: ApiFactory
) -> None:
    client = api(at_home, "context:create", "context:read")

    first = client.post(f"batches/{batch_of_ten.pk}/claims", {"resource_id": str(floor.station.pk)})
    second = client.post(f"batches/{batch_of_ten.pk}/claims")

    assert (first.status_code, second.status_code) == (201, 201)
    cycle = first.json()
    assert (cycle["label"], second.json()["label"]) == (
        "Cycle 1 for work order: Provision iPads", "Cycle 2 for work order: Provision iPads",
    )  # fmt: skip
    assert cycle["current_status"] == {"status": "In Progress", "category": "IN_PROGRESS"}
    assert (cycle["assigned_user"], cycle["resource_id"]) == (str(at_home.user_id), str(floor.station.pk))
    context = client.get(cycle["_links"]["nter:cycle-context"]["href"]).json()
    assert (context["current_steps"], context["interactive_steps"], context["using"]) == (
        ["unpack"], ["unpack"], cycle["cycle_id"],
    )  # fmt: skip


def test_when_none_is_left_a_claim_is_refused(floor: Floor, api: ApiFactory) -> None:
    batch, client = floor.make_batch(1), api(floor.manager)
    client.post(f"batches/{batch.pk}/claims")

    problem = assert_problem(client.post(f"batches/{batch.pk}/claims"), 409, "Conflict")

    assert problem["detail"] == "No pending cycle is left in Provision iPads #1."


def test_a_technician_claims_only_at_their_own_location(floor: Floor, at_home: User, api: ApiFactory) -> None:
    away = floor.make_batch(1, queue=floor.make_queue(location=floor.make_location()))
    relate(at_home, "tech", away)

    assert_problem(api(at_home).post(f"batches/{away.pk}/claims"), 403, "Forbidden")


def test_a_claim_costs_the_same_whatever_the_batch_holds(
    floor: Floor, api: ApiFactory, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 1,000 cycles, half of them done, the next is found as in a batch of two."""
    client = api(floor.manager)
    small, big = floor.make_batch(2), floor.make_batch(1000)
    for batch in (small, big):
        client.post(f"batches/{batch.pk}/claims")  # the status of batch and work order follows the first

    for batch in (small, big):
        with django_assert_num_queries(16):
            assert client.post(f"batches/{batch.pk}/claims").status_code == 201


class TestLeadingOn:
    """PATCH /actions/{id}"""

    @pytest.fixture
    def cycle(self, floor: Floor, batch_of_ten: Batch, api: ApiFactory) -> dict[str, Any]:
        found: dict[str, Any] = api(floor.manager).post(f"batches/{batch_of_ten.pk}/claims").json()
        return found

    def lead(self, api: ApiFactory, floor: Floor, cycle: dict[str, Any], status: str, **why: str) -> Any:
        body = {"current_status": {"status": status}, **why}
        return api(floor.manager).patch(f"actions/{cycle['action_id']}", body)

    def test_it_is_blocked_for_a_reason_and_goes_on(self, floor: Floor, cycle: Any, api: ApiFactory) -> None:
        blocked = self.lead(api, floor, cycle, "Blocked", reason="Waiting for parts", comment="Two screens")
        on = self.lead(api, floor, cycle, "In Progress")

        assert (blocked.status_code, on.status_code) == (200, 200)
        shown = blocked.json()
        assert (shown["current_status"]["category"], shown["reason"], shown["comment"]) == (
            "BLOCKED", "Waiting for parts", "Two screens",
        )  # fmt: skip
        assert (on.json()["current_status"]["category"], on.json()["reason"]) == ("IN_PROGRESS", "")

    def test_its_answer_changed_is_understood(self, floor: Floor, cycle: Any, api: ApiFactory) -> None:
        changed = {**cycle, "current_status": {"status": "Pending", "category": "PENDING"}}

        response = api(floor.manager).patch(
            f"actions/{cycle['action_id']}", changed, content_type="application/merge-patch+json"
        )

        assert response.status_code == 200, response.content
        assert (response.json()["assigned_user"], response.json()["context_id"]) == (None, cycle["context_id"])

    def test_it_fails_for_a_reason_and_is_done_again(self, floor: Floor, cycle: Any, api: ApiFactory) -> None:
        failed = self.lead(api, floor, cycle, "Failed", reason="Does not start").json()

        assert failed["current_status"] == {"status": "Failed", "category": "CANCELLED"}
        assert Cycle.objects.get(is_retry=True).category == Category.PENDING

    def test_a_released_cycle_is_claimed_by_somebody_else(self, floor: Floor, cycle: Any, api: ApiFactory) -> None:
        tina = make_user(floor.organization, "Production manager", "Tina Brown")
        self.lead(api, floor, cycle, "Pending")

        claimed = api(tina).post(f"actions/{cycle['action_id']}/claims")

        assert claimed.status_code == 201
        assert (claimed.json()["assigned_user"], claimed.json()["context_id"]) == (
            str(tina.user_id), cycle["context_id"],
        )  # fmt: skip
        assert_problem(api(tina).post(f"actions/{cycle['action_id']}/claims"), 409, "Conflict")

    @pytest.mark.parametrize(
        ("body", "faults"),
        [
            ({}, {(".current_status", "required")}),
            ({"current_status": {"status": "Complete"}}, {(".current_status.status", "enum")}),
            (
                {"current_status": {"status": "Blocked", "category": "PENDING"}},
                {(".current_status.category", "const")},
            ),
            ({"current_status": {"status": "Blocked"}, "reason": "Bad luck"}, {(".reason", "enum")}),
            ({"current_status": {"status": "Blocked"}}, {(".reason", "enum")}),
            ({"current_status": {"status": "Failed"}, "comment": "x" * 1001}, {(".comment", "maxLength")}),
        ],
    )
    def test_what_is_wrong_with_a_body_is_told(
        self, floor: Floor, cycle: Any, api: ApiFactory, body: Any, faults: set[tuple[str, str]]
    ) -> None:
        assert assert_faults(api(floor.manager).patch(f"actions/{cycle['action_id']}", body)) == faults

    def test_who_saw_an_older_state_is_told(self, floor: Floor, cycle: Any, api: ApiFactory) -> None:
        client, address = api(floor.manager), f"actions/{cycle['action_id']}"
        seen = {"If-Match": client.get(address)["ETag"]}
        self.lead(api, floor, cycle, "Blocked", reason="Damaged")

        response = client.patch(address, {"current_status": {"status": "Pending"}}, headers=seen)

        assert_problem(response, 412, "PreconditionFailed")
