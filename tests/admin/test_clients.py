from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, Application

from niagara.accounts.models import HistoryEntry, User
from niagara.clock import now
from tests.admin.helpers import act, change, told, url
from tests.factories import Floor

SENT = {
    "name": "Line gateway",
    "client_type": "confidential",
    "authorization_grant_type": "client-credentials",
    "redirect_uris": "",
}


def test_the_secret_is_told_once_and_stored_hashed(adas: Client, ada: User) -> None:
    response = adas.post(url(Application, "add"), {**SENT, "user": ada.pk})

    client = Application.objects.get()
    sentence = told(response)[0]
    secret = sentence.partition("again: ")[2].split()[0]
    assert "Copy the secret" in sentence
    assert secret not in client.client_secret
    assert secret in adas.get(url(Application, "changelist")).content.decode()
    page = adas.get(url(Application, "change", client.pk)).content.decode()
    assert secret not in page
    assert client.client_secret not in page
    assert HistoryEntry.objects.get(entity_type="APP").verb == "created"


def test_a_client_is_changed_and_removed_with_history(adas: Client, ada: User, tom: User) -> None:
    adas.post(url(Application, "add"), {**SENT, "user": ada.pk})
    client = Application.objects.get()
    secret = client.client_secret

    change(adas, client, name="Gateway 2", user=tom.pk)
    client.refresh_from_db()
    assert (client.name, client.user, client.client_secret) == ("Gateway 2", tom, secret)
    adas.post(url(Application, "delete", client.pk), {"post": "yes"})

    verbs = HistoryEntry.objects.filter(entity_type="APP").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["created", "changed", "removed"]


def test_a_client_without_a_user_or_a_redirect_is_refused(adas: Client, ada: User) -> None:
    nobodys = adas.post(url(Application, "add"), SENT)
    lost = adas.post(
        url(Application, "add"), {**SENT, "user": ada.pk, "authorization_grant_type": "authorization-code"}
    )

    assert (nobodys.status_code, lost.status_code) == (200, 200)
    assert not Application.objects.exists()


@pytest.mark.parametrize("model", [Application, AccessToken])
def test_clients_are_an_administrators_business(model: type, marias: Client) -> None:
    assert marias.get(url(model, "changelist")).status_code == 403


def test_tokens_are_listed_without_their_value_and_can_be_revoked(adas: Client, floor: Floor, tom: User) -> None:
    client = Application.objects.create(name="App", user=tom, **{k: SENT[k] for k in list(SENT)[1:]})
    token = AccessToken.objects.create(
        user=tom, application=client, token="very-secret-token-value", expires=now() + timedelta(hours=1)
    )

    pages = [adas.get(url(AccessToken, "changelist")), adas.get(url(AccessToken, "change", token.pk))]
    response = act(adas, [token], "revoke")

    assert all("very-secret" not in page.content.decode() for page in pages)
    assert told(response) == ["1 access token revoked."]
    assert not AccessToken.objects.exists()
    assert HistoryEntry.objects.of(tom).get(verb="token revoked").via == "admin"
