from argparse import ArgumentParser
from datetime import timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from batches.management.demo.accounts import BADGES, PASSWORD
from batches.management.demo.bulk import fill_up
from batches.management.demo.floor import read_floor
from batches.management.demo.founding import found_company, found_other_company
from batches.management.demo.growing import SIZES
from batches.management.demo.names import ACCOUNTS, OTHER_ACCOUNT
from batches.management.demo.orders import read_orders
from batches.management.demo.work import add_work
from batches.models import Batch
from batches.operations.recounting import fold_totals
from niagara import clock
from niagara.accounts.badge_codes import readable
from niagara.accounts.models import Organization

_SEED = 431
_FOUNDED = timedelta(days=400)


class Command(BaseCommand):
    help = "Load a production floor to look at and to measure, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="small", help="how much of it (default: small)")

    def handle(self, *args: Any, size: str, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo has known passwords, so it is only loaded where DEBUG=true.")
        if size == "large" and connection.vendor != "postgresql":
            raise CommandError("Set DATABASE_URL to a PostgreSQL database for the large demo; SQLite would take hours.")
        loaded = self._load(size)
        self.stdout.write("The demo is loaded." if loaded else f"The {size} demo is loaded already.")
        self._introduce()

    @transaction.atomic
    def _load(self, name: str) -> bool:
        """Whether there was anything to load."""
        size, now = SIZES[name], clock.now()
        founded = now - _FOUNDED
        organization = Organization.objects.filter(users__email=ACCOUNTS[0].email).first()
        batches = Batch.objects.filter(organization=organization).count()
        if organization is not None and size.is_there(batches):
            return False
        if organization is None:
            organization, rng = found_company(at=founded), Random(_SEED)  # noqa: S311  # the same demo for everybody
            for company in (organization, found_other_company(at=founded)):
                add_work(read_floor(company), read_orders(), now=now, rng=rng)
            batches = Batch.objects.filter(organization=organization).count()
        if batches < size.batches:
            missing = size.batches - batches
            # Not as before: the numbers that made the serial numbers that are there would make some of them again.
            rng = Random(_SEED + batches)  # noqa: S311
            fill_up(organization, size, missing, now=now, founded=founded, rng=rng, progress=self._tell)
        fold_totals()
        return True

    def _tell(self, share: float) -> None:
        self.stdout.write(f"{share:4.0%} of the batches")

    def _introduce(self) -> None:
        self.stdout.write(f"These can sign in, with the password “{PASSWORD}”:")
        for person in (*ACCOUNTS, OTHER_ACCOUNT):
            self.stdout.write(f"  {person.email:<30}{person.role}")
        self.stdout.write("On a shared tablet, these with badge and PIN (the manager allows tablets):")
        for email, (code, pin) in BADGES.items():
            self.stdout.write(f"  {email:<30}{readable(code)}  {pin}")
