"""/batches/{batch_id}/techs"""

from typing import Any

from batches.models import Batch
from niagara.accounts.models import HistoryEntry, User
from niagara.records.models import Relation
from tests.batches.api.bodies import UNKNOWN
from tests.clients import Api, assert_faults, assert_problem
from tests.factories import Floor, make_user, relate
from tests.rows import all_rows


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def test_only_technicians_are_listed(client: Api, tom: User, floor: Floor, batch_of_ten: Batch) -> None:
    relate(tom, "tech", batch_of_ten)
    relate(make_user(floor.organization, None, "An Owner"), "owner", batch_of_ten)
    relate(make_user(floor.organization, None, "Elsewhere"), "tech", floor.make_batch(1))

    page = client.get(f"batches/{batch_of_ten.pk}/techs").json()

    assert names(page["_embedded"]["nter:users"]) == ["Tom Baker"]
    assert page["total_count"] == 1


def test_a_batch_shows_five_technicians_and_the_list_all(client: Api, floor: Floor, batch_of_ten: Batch) -> None:
    for number in range(7):
        relate(make_user(floor.organization, None, f"Tech {number}"), "tech", batch_of_ten)

    batch = client.get(f"batches/{batch_of_ten.pk}").json()
    rows = client.collect(f"batches/{batch_of_ten.pk}/techs?limit=3", "nter:users")

    assert batch["total_assigned_users"] == 7
    assert names(batch["assigned_users"]) == [f"Tech {number}" for number in range(5)]
    assert names(rows) == [f"Tech {number}" for number in range(7)]


def test_a_removed_technician_is_gone_and_others_stay(
    client: Api, tom: User, floor: Floor, batch_of_ten: Batch
) -> None:
    tina = make_user(floor.organization, "Technician", "Tina Brown")
    for user in (tom, tina):
        relate(user, "tech", batch_of_ten)
    relate(tom, "owner", batch_of_ten)

    assert client.delete(f"batches/{batch_of_ten.pk}/techs/{tom.user_id}").status_code == 205

    assert names(client.collect(f"batches/{batch_of_ten.pk}/techs", "nter:users")) == ["Tina Brown"]
    assert Relation.objects.filter(target_id=batch_of_ten.pk, relation="owner", source_user=tom).exists()
    entry = HistoryEntry.objects.order_by("-id")[0]
    assert (entry.verb, entry.entity_id, entry.user) == ("unrelated", str(batch_of_ten.pk), floor.manager)


def test_who_is_no_technician_of_the_batch_is_404(client: Api, tom: User, floor: Floor, batch_of_ten: Batch) -> None:
    relate(tom, "owner", batch_of_ten)
    relate(floor.manager, "tech", floor.make_batch(1))
    before = all_rows()

    for tech_id in (tom.user_id, floor.manager.user_id, tom.pk, UNKNOWN, "nonsense"):
        response = client.delete(f"batches/{batch_of_ten.pk}/techs/{tech_id}")
        assert_problem(response, 404, "NotFound")

    assert all_rows() == before


def test_the_list_offers_no_filters(client: Api, batch_of_ten: Batch) -> None:
    response = client.get(f"batches/{batch_of_ten.pk}/techs?filter[status]=PENDING&sort=name")

    assert assert_faults(response) == {(".filter[status]", "additionalProperties"), (".sort", "additionalProperties")}
