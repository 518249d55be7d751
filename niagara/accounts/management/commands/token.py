from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from niagara import clock
from niagara.accounts.models import User
from niagara.accounts.operations.tokens import issue_token
from niagara.accounts.permissions import SCOPES
from niagara.refusals import Refusal

MAX_HOURS = 365 * 24


class Command(BaseCommand):
    help = "Print a new access token of a user, and nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the user's e-mail address")
        parser.add_argument(
            "--scope", default=" ".join(SCOPES), help='such as "batch:read batch:all" (default: all scopes)'
        )
        parser.add_argument("--hours", type=int, default=8, help="how long it is valid (default: 8)")

    def handle(self, *args: Any, email: str, scope: str, hours: int, **options: Any) -> None:
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody with the e-mail address {email} may sign in.")
        if not 1 <= hours <= MAX_HOURS:
            raise CommandError(f"A token is valid for 1 to {MAX_HOURS} hours.")
        try:
            token = issue_token(user, scope.split(), at=clock.now(), hours=hours)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(token)
