"""GET /me/locations"""

from niagara.accounts.models import User
from tests.clients import ApiFactory
from tests.factories import Floor, relate


def test_they_are_those_the_user_is_related_to(api: ApiFactory, floor: Floor, maria: User, other_floor: Floor) -> None:
    annex = floor.make_location()
    floor.make_location("Nobody's, which Maria sees as well")
    relate(maria, "tech", annex)
    relate(maria, "contact", annex)
    relate(maria, "owner", floor.queue)
    relate(maria, "tech", other_floor.location)

    page = api(maria, "me:profile").get("me/locations").json()

    assert [row["label"] for row in page["_embedded"]["nter:locations"]] == ["Annex"]
    assert page["total_count"] == 1
