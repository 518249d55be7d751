"""GET /me/locations"""

from niagara.accounts.models import User
from tests.clients import ApiFactory
from tests.factories import Floor, relate


def test_they_are_those_the_user_is_related_to(api: ApiFactory, floor: Floor, tom: User, other_floor: Floor) -> None:
    annex = floor.make_location()
    floor.make_location("Nobody's")
    relate(tom, "tech", annex)
    relate(tom, "contact", annex)
    relate(tom, "owner", floor.queue)
    relate(tom, "tech", other_floor.location)

    page = api(tom, "me:profile").get("me/locations").json()

    assert [row["label"] for row in page["_embedded"]["nter:locations"]] == ["Annex"]
    assert page["total_count"] == 1
