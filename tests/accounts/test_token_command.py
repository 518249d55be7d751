from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from oauth2_provider.models import AccessToken, Application

from niagara import clock
from niagara.accounts.models import User
from niagara.accounts.operations.tokens import UnknownScope, issue_token
from niagara.accounts.permissions import SCOPES
from tests.clients import ApiFactory
from tests.factories import AT


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("token", *arguments, stdout=output)
    return output.getvalue()


def test_it_prints_a_token_and_nothing_else(maria: User, api: ApiFactory) -> None:
    printed = run(maria.email, "--scope", "batch:read batch:all")

    client = api(maria)
    client.token = printed.removesuffix("\n")
    assert client.get("batches").status_code == 200
    assert client.get("queues").status_code == 403


def test_without_a_scope_it_has_them_all(maria: User) -> None:
    run(maria.email)

    assert set(AccessToken.objects.get().scope.split()) == set(SCOPES)


def test_the_token_itself_is_not_stored(maria: User) -> None:
    token = run(maria.email).strip()

    stored = AccessToken.objects.get()
    assert token not in {stored.token, stored.token_checksum}


def test_it_expires_after_eight_hours_or_as_many_as_said(maria: User) -> None:
    run(maria.email)
    run(maria.email, "--hours", "1")

    left = [token.expires - clock.now() for token in AccessToken.objects.order_by("pk")]
    assert timedelta(hours=7.9) < left[0] <= timedelta(hours=8)
    assert timedelta(hours=0.9) < left[1] <= timedelta(hours=1)


def test_all_tokens_belong_to_one_client(maria: User, tom: User) -> None:
    run(maria.email)
    run(tom.email.upper())

    assert Application.objects.get().name == "Command line"
    assert AccessToken.objects.filter(user=tom).count() == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody@example.com"], "nobody@example.com"),
        (["maria", "--scope", "batch:read batch:fly cake:eat"], "batch:fly, cake:eat"),
        (["maria", "--hours", "0"], "1 to 8760 hours"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(maria: User, arguments: list[str], sentence: str) -> None:
    arguments = [maria.email if argument == "maria" else argument for argument in arguments]

    with pytest.raises(CommandError) as refused:
        run(*arguments)

    assert sentence in str(refused.value)
    assert not AccessToken.objects.exists()


def test_somebody_who_may_not_sign_in_gets_none(maria: User) -> None:
    maria.is_active = False
    maria.save()

    with pytest.raises(CommandError, match="may sign in"):
        run(maria.email)


def test_an_unknown_scope_is_refused_by_the_operation_itself(maria: User) -> None:
    with pytest.raises(UnknownScope, match="batch:fly"):
        issue_token(maria, ["batch:fly"], at=AT, hours=1)
