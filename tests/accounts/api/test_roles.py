"""/roles: what is special about them. The rest is walked over in tests/walks/test_rows.py."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import HistoryEntry, Role, User
from niagara.accounts.permissions import ROLES
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, grant_only, make_user
from tests.rows import all_rows


def grants(*permissions: str, match_location: bool = False) -> dict[str, Any]:
    return {"grants": [{"permission": name, "match_location": match_location} for name in permissions]}


def address(floor: Floor, label: str) -> str:
    return f"roles/{Role.objects.get(organization=floor.organization, label=label).pk}"


def test_a_role_shows_what_it_allows_and_where(client: Api, floor: Floor) -> None:
    shown = client.get(address(floor, "Technician")).json()

    assert shown.keys() == {"role_id", "label", "created", "updated", "grants", "_links"}
    everywhere, at_own_locations = ROLES["Technician"]
    held = {one["permission"]: one["match_location"] for one in shown["grants"]}
    assert held == dict.fromkeys(everywhere, False) | dict.fromkeys(at_own_locations, True)


def test_a_changed_role_holds_exactly_what_was_sent(client: Api, floor: Floor) -> None:
    made = client.post("roles", {"label": "Helper", **grants("unit:read", "batch:read")}).json()

    changed = client.put(f"roles/{made['role_id']}", {"label": "Helper", **grants("batch:read", match_location=True)})

    assert [one["permission"] for one in made["grants"]] == ["batch:read", "unit:read"]
    assert changed.json()["grants"] == grants("batch:read", match_location=True)["grants"]
    entries = HistoryEntry.objects.filter(entity_id=made["role_id"]).order_by("id").values_list("verb", "changes")
    assert list(entries) == [
        ("created", {"grants": [[], ["batch:read", "unit:read"]]}),
        ("changed", {"grants": [["batch:read", "unit:read"], ["batch:read (own locations)"]]}),
    ]


def test_what_a_role_allows_counts_from_the_next_request_on(client: Api, api: ApiFactory, floor: Floor) -> None:
    made = client.post("roles", {"label": "Helper", **grants("unit:all")}).json()
    user = make_user(floor.organization, None)
    user.roles.add(made["role_id"])
    assert api(user).get("units").status_code == 200

    client.put(f"roles/{made['role_id']}", {"label": "Helper", "grants": []})

    assert_problem(api(user).get("units"), 403, "Forbidden")


def test_a_permission_is_one_there_is_and_named_once(client: Api) -> None:
    unknown = {"label": "Helper", "grants": [{"permission": "batch:burn"}, {"match_location": True}, 7]}

    assert assert_faults(client.post("roles", unknown)) == {
        (".grants[0].permission", "enum"),
        (".grants[1].permission", "required"),
        (".grants[2]", "type"),
    }
    twice = {"label": "Helper", **grants("batch:read", "batch:read")}
    assert assert_faults(client.post("roles", twice)) == {(".grants", "uniqueItems")}
    assert assert_faults(client.post("roles", {"label": "Helper"})) == {(".grants", "required")}


def test_nobody_gives_a_role_more_than_they_hold(api: ApiFactory, floor: Floor) -> None:
    clerk = make_user(floor.organization, None)
    grant_only(clerk, "user:create", "batch:read")
    client, before = api(clerk), all_rows()

    for response in (
        client.post("roles", {"label": "Helper", **grants("batch:read", "unit:read")}),
        client.put(address(floor, "Viewer"), {"label": "Viewer", **grants("batch:read", "unit:delete")}),
    ):
        assert "You can't give the permission unit:" in assert_problem(response, 403, "Forbidden")["detail"]
    assert all_rows() == before

    # What a role allows already is left to it.
    renamed = client.get(address(floor, "Viewer")).json() | {"label": "Guest"}
    assert client.put(address(floor, "Viewer"), renamed).json()["label"] == "Guest"


def test_the_users_of_a_role(client: Api, floor: Floor, tom: User, olga: User) -> None:
    rows = client.get(f"{address(floor, 'Technician')}/users").json()["_embedded"]["nter:users"]

    assert [row["user_id"] for row in rows] == [str(tom.user_id)]
    assert [role["label"] for role in rows[0]["roles"]] == ["Technician"]


def test_a_removed_role_is_taken_from_its_users(client: Api, floor: Floor, tom: User) -> None:
    assert client.delete(address(floor, "Technician")).status_code == 205

    assert not tom.roles.exists()


def test_a_page_of_roles_costs_the_same_for_five_and_for_ten(client: Api) -> None:
    costs = []
    for number in (0, 5):
        for at in range(number):
            client.post("roles", {"label": f"Helper {at}", **grants("batch:read")})
        with CaptureQueriesContext(connection) as captured:
            page = client.get("roles").json()
        costs.append(len(captured))

    assert page["total_count"] == 10
    assert costs == [5, 5]
