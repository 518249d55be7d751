"""A file is shown to those of the organization who may read workflows, and runs nothing."""

from django.core.files.storage import default_storage
from django.test import Client

from niagara.accounts.models import User
from tests.factories import Floor, grant_only, make_user
from tests.records.files import pdf, picture, upload


def test_a_file_is_shown_as_it_was_uploaded(client: Client, floor: Floor, tom: User) -> None:
    content = pdf()
    attachment = upload(floor, "Foil, page 4", content)
    client.force_login(tom)

    response = client.get(f"/attachments/{attachment.pk}")

    assert response.getvalue() == content
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="foil-page-4.pdf"'
    assert response["Content-Length"] == str(len(content))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert set(response["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self'",
        "object-src 'self'",
        "frame-ancestors 'self'",
    }
    assert "private" in response["Cache-Control"]
    again = client.get(f"/attachments/{attachment.pk}", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_picture_is_shown_as_such(client: Client, floor: Floor, tom: User) -> None:
    attachment = upload(floor, "Foil", picture("JPEG"))
    client.force_login(tom)

    response = client.get(f"/attachments/{attachment.pk}")

    assert response["Content-Type"] == "image/jpeg"
    assert response.getvalue() == picture("JPEG")


def test_nobody_else_finds_it(client: Client, floor: Floor, olga: User) -> None:
    attachment = upload(floor, "Foil", pdf())
    address = f"/attachments/{attachment.pk}"
    assert client.get(address)["Location"].startswith("/sign-in")

    client.force_login(olga)
    assert client.get(address).status_code == 404

    reader_of_batches = make_user(floor.organization, None)
    grant_only(reader_of_batches, "batch:read")
    client.force_login(reader_of_batches)
    assert client.get(address).status_code == 403


def test_a_file_that_is_lost_is_not_found(client: Client, floor: Floor, tom: User) -> None:
    attachment = upload(floor, "Foil", pdf())
    default_storage.delete(attachment.file.name)
    client.force_login(tom)

    assert client.get(f"/attachments/{attachment.pk}").status_code == 404
