"""/users and /users/{user_id}"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import HistoryEntry, Role, User
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, grant_only, make_user
from tests.rows import all_rows

NORA = {"email": "nora@example.com", "name": "Nora New"}


def role(floor: Floor, label: str) -> dict[str, Any]:
    return {"role_id": str(Role.objects.get(organization=floor.organization, label=label).pk)}


def labels(user: dict[str, Any]) -> list[str]:
    return [one["label"] for one in user["roles"]]


def test_a_new_user_has_what_was_sent_and_can_not_sign_in_yet(client: Api, floor: Floor) -> None:
    body = {
        **NORA,
        "picture": "https://example.com/nora.png",
        "profile": "https://example.com/nora",
        "user_attributes": [{"key": "shift", "value": "night"}],
        "time_zone": "America/New_York",
        "roles": [role(floor, "Technician"), role(floor, "Viewer")],
    }

    response = client.post("users", body)

    assert response.status_code == 200
    made = response.json()
    assert {key: made[key] for key in body if key != "roles"}.items() <= body.items()
    assert made["is_active"]
    assert made["roles"] == [{**role(floor, label), "label": label} for label in ("Technician", "Viewer")]
    assert client.get(f"users/{made['user_id']}").json() == made
    user = User.objects.get(user_id=made["user_id"])
    assert not user.has_usable_password()
    assert (user.organization, user.is_staff, user.is_superuser) == (floor.organization, False, False)
    verbs = HistoryEntry.objects.of(user).order_by("id").values_list("verb", "via")
    assert list(verbs) == [("created", "api"), ("changed", "api")]


def test_without_roles_or_is_active_a_user_keeps_what_was_there(client: Api, floor: Floor) -> None:
    made = client.post("users", {**NORA, "is_active": False, "roles": [role(floor, "Viewer")]}).json()
    address = f"users/{made['user_id']}"

    kept = client.put(address, NORA | {"name": "Nora Newer"}).json()
    bare = client.put(address, NORA | {"roles": [], "is_active": True}).json()

    assert (kept["name"], kept["is_active"], labels(kept)) == ("Nora Newer", False, ["Viewer"])
    assert (bare["name"], bare["is_active"], labels(bare)) == ("Nora New", True, [])


def test_an_answer_sent_back_changes_nothing(client: Api, tom: User) -> None:
    address = f"users/{tom.user_id}"
    answer, before = client.get(address).json(), all_rows()

    assert client.put(address, answer).json() == answer
    assert client.put(address, {**answer, "email": tom.email.upper(), "roles": answer["roles"] * 2}).json() == answer

    assert all_rows() == before


def test_the_second_who_changes_a_user_they_both_saw_is_refused(client: Api, tom: User) -> None:
    address = f"users/{tom.user_id}"
    seen = {"If-Match": client.get(address)["ETag"]}

    assert client.put(address, NORA, headers=seen).status_code == 200
    assert_problem(client.put(address, NORA, headers=seen), 412, "PreconditionFailed")
    assert_problem(client.delete(address, headers=seen), 412, "PreconditionFailed")


def test_every_fault_is_named_where_it_stands(client: Api, tom: User) -> None:
    body = {
        "email": "nowhere",
        "picture": "javascript:alert(1)",
        "time_zone": "Mars/Base",
        "user_attributes": [{"key": "shift"}, {"key": "k", "value": 7}],
        "roles": [{"role_id": "01a20674-0cbf-7383-bee7-88665e943749"}],
        "is_staff": True,
    }
    many = [{"key": "k", "value": ""}] * 16

    assert assert_faults(client.post("users", body)) == {
        (".email", "format"),
        (".name", "required"),
        (".picture", "format"),
        (".time_zone", "enum"),
        (".user_attributes[0].value", "required"),
        (".user_attributes[1].value", "type"),
        (".roles[0].role_id", "enum"),
        (".is_staff", "additionalProperties"),
    }
    assert assert_faults(client.post("users", NORA | {"user_attributes": many})) == {(".user_attributes", "maxItems")}
    assert assert_faults(client.post("users", NORA | {"email": tom.email.upper()})) == {(".email", "unique")}


def test_that_an_address_is_taken_tells_not_by_whom(client: Api, tom: User, olga: User) -> None:
    told = [client.post("users", NORA | {"email": one.email}) for one in (tom, olga)]

    assert [assert_faults(one) for one in told] == [{(".email", "unique")}] * 2
    assert {one.json()["detail"] for one in told} == {"This e-mail address can't be used. Choose another one."}


def test_who_did_something_stays_and_may_only_be_kept_from_signing_in(client: Api, floor: Floor, tom: User) -> None:
    floor.make_batch(1)
    address, before = f"users/{floor.manager.user_id}", all_rows()

    problem = assert_problem(client.delete(address), 409, "Conflict")

    assert problem["detail"] == "Maria Santos has a history, which stays. Set is_active to false instead."
    assert all_rows() == before
    assert client.delete(f"users/{tom.user_id}").status_code == 205
    assert_problem(client.get(f"users/{tom.user_id}"), 404, "NotFound")


def test_nobody_gives_what_they_do_not_hold(api: ApiFactory, floor: Floor, tom: User) -> None:
    clerk = make_user(floor.organization, None)
    grant_only(clerk, "user:create")
    client, before = api(clerk), all_rows()
    administrator = {"roles": [role(floor, "Administrator")]}

    for response in (
        client.post("users", NORA | administrator),
        client.put(f"users/{tom.user_id}", NORA | administrator),
    ):
        assert "which you don't hold yourself" in assert_problem(response, 403, "Forbidden")["detail"]

    assert all_rows() == before


def test_nobody_but_a_superuser_touches_a_superuser(client: Api, floor: Floor) -> None:
    root = make_user(floor.organization, None, is_superuser=True)
    before = all_rows()

    for response in (client.put(f"users/{root.user_id}", NORA), client.delete(f"users/{root.user_id}")):
        assert "Only a superuser" in assert_problem(response, 403, "Forbidden")["detail"]

    assert all_rows() == before


@pytest.mark.parametrize(("method", "verb"), [("PUT", "update"), ("DELETE", "delete"), ("POST", "create")])
def test_who_may_only_read_users_writes_none(api: ApiFactory, floor: Floor, tom: User, method: str, verb: str) -> None:
    viewer = api(make_user(floor.organization, "Viewer"))
    before = all_rows()

    response = viewer.send(method, "users" if method == "POST" else f"users/{tom.user_id}", NORA)

    assert f"the permission user:{verb}" in assert_problem(response, 403, "Forbidden")["detail"]
    assert all_rows() == before


def test_following_next_shows_each_user_once_at_a_cost_that_does_not_grow(client: Api, floor: Floor) -> None:
    costs = []
    for number in (1, 9):
        for _ in range(number):
            make_user(floor.organization, "Technician")
        with CaptureQueriesContext(connection) as captured:
            client.get("users")
        costs.append(len(captured))

    rows = client.collect("users?limit=5", "nter:users")

    assert len({row["user_id"] for row in rows}) == len(rows) == 12
    assert costs == [5, 5]
