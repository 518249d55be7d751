"""/settings/statuses"""

from niagara.accounts.models import HistoryEntry
from niagara.directory.models import Status
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, make_user

ADDRESS = "settings/statuses"
PARKED = {"status": "Parked", "category": "BLOCKED", "description": "Later", "order": 1}


def labels(client: Api) -> list[str]:
    return [row["status"] for row in client.get(ADDRESS).json()["_embedded"]["nter:statuses"]]


def test_a_new_status_stands_among_the_others_in_order(client: Api) -> None:
    response = client.post(ADDRESS, PARKED)

    assert response.status_code == 200
    assert response.json().items() >= PARKED.items()
    assert labels(client) == ["Parked", "Pending", "In Progress", "Verifying", "Blocked", "Complete", "Cancelled"]
    entry = HistoryEntry.objects.of(Status.objects.get(status="Parked")).get()
    assert (entry.verb, entry.via) == ("created", "api")


def test_the_statuses_of_another_organization_are_its_own(client: Api, api: ApiFactory, other_floor: Floor) -> None:
    client.post(ADDRESS, PARKED)

    assert "Parked" not in labels(api(other_floor.manager))


def test_a_label_is_given_once_and_in_its_own_letters(client: Api) -> None:
    client.post(ADDRESS, PARKED)

    again = assert_problem(client.post(ADDRESS, PARKED), 400, "BadRequest")

    assert again["detail"] == "Status with this Organization and Label already exists."
    assert assert_faults(client.post(ADDRESS, {"status": "1!", "category": "NONE", "order": -1})) == {
        (".status", "pattern"),
        (".category", "enum"),
        (".order", "minimum"),
    }


def test_who_may_only_read_adds_none(api: ApiFactory, floor: Floor) -> None:
    viewer = api(make_user(floor.organization, "Viewer"))

    assert_problem(viewer.post(ADDRESS, PARKED), 403, "Forbidden")
    assert "Parked" not in labels(viewer)
