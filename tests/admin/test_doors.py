from django.test import Client

from niagara.accounts.models import User


def test_who_may_not_use_the_admin_is_told_so(client: Client, tom: User) -> None:
    client.force_login(tom)

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403
    assert "You may not do this" in response.content.decode()


def test_who_is_not_signed_in_yet_is_led_to_the_one_door(client: Client, db: None) -> None:
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == "/sign-in?next=/admin/"
