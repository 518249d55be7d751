import pytest
from django.test import Client

from niagara.accounts.models import User

SIGN_IN = {"username": "tom@example.com", "password": "secret"}


@pytest.fixture
def tom(tom: User) -> User:
    tom.email = "tom@example.com"
    tom.save()
    return tom


def test_signing_in_leads_home(client: Client, tom: User) -> None:
    response = client.post("/sign-in", SIGN_IN)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/", follow=True).context["user"] == tom


def test_the_case_of_the_email_address_does_not_matter(client: Client, tom: User) -> None:
    assert client.post("/sign-in", SIGN_IN | {"username": " Tom@EXAMPLE.com "}).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [{"password": "Secret"}, {"username": "nobody@example.com"}, {"username": "system@niagara.invalid"}],
)
def test_a_wrong_address_and_a_wrong_password_get_the_same_sentence(
    client: Client, tom: User, wrong: dict[str, str]
) -> None:
    response = client.post("/sign-in", SIGN_IN | wrong)

    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "The e-mail address or the password is not right. Please try again."
    ]


def test_who_was_deactivated_gets_it_too(client: Client, tom: User) -> None:
    User.objects.filter(pk=tom.pk).update(is_active=False)

    response = client.post("/sign-in", SIGN_IN)

    assert "The e-mail address or the password is not right." in response.content.decode()


@pytest.mark.parametrize("email", ["", "tom", "tom\x00@example.com", "x" * 300 + "@example.com"])
def test_what_is_no_email_address_is_refused(client: Client, tom: User, email: str) -> None:
    response = client.post("/sign-in", SIGN_IN | {"username": email})

    assert response.status_code == 200
    assert response.context["form"].errors["username"]


def test_next_is_followed(client: Client, tom: User) -> None:
    response = client.post("/sign-in?next=/somewhere%3Fa%3D1", SIGN_IN)

    assert response["Location"] == "/somewhere?a=1"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_leads_nowhere_else(client: Client, tom: User, elsewhere: str) -> None:
    response = client.post("/sign-in", SIGN_IN | {"next": elsewhere})

    assert response["Location"] == "/"


def test_the_form_carries_next_along(client: Client) -> None:
    page = client.get("/sign-in", {"next": "/somewhere"}).content.decode()

    assert '<input type="hidden" name="next" value="/somewhere">' in page


def test_who_is_signed_in_is_led_home(client: Client, tom: User) -> None:
    client.force_login(tom)

    assert client.get("/sign-in")["Location"] == "/"


def test_a_session_is_new_after_signing_in(client: Client, tom: User) -> None:
    client.get("/sign-in")
    before = client.cookies.get("sessionid")
    client.post("/sign-in", SIGN_IN)

    cookie = client.cookies["sessionid"]
    assert before is None or cookie.value != before.value
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"


def test_signing_out(client: Client, tom: User) -> None:
    client.force_login(tom)

    response = client.post("/sign-out")

    assert response["Location"] == "/sign-in"
    assert client.get("/")["Location"] == "/sign-in?next=/"


def test_a_link_signs_nobody_out(client: Client, tom: User) -> None:
    client.force_login(tom)

    assert client.get("/sign-out").status_code == 405
    assert client.get("/my-work").status_code == 200


def test_a_forged_form_is_refused(tom: User) -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in", SIGN_IN)

    assert response.status_code == 403
    assert "The page was too old to send" in response.content.decode()
