import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from batches.operations.recounting import differences, write_right
from niagara import clock
from niagara.accounts.actor import Actor


class Command(BaseCommand):
    help = "Compare every stored count with the rows; exit with 1 if any is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="write what the rows say")

    def handle(self, *args: Any, fix: bool, **options: Any) -> None:
        found = list(differences())
        for difference in found:
            self.stdout.write(str(difference))
        if not found:
            self.stdout.write("All counts agree.")
            return
        if fix:
            write_right(found, by=Actor.system(), at=clock.now())
            self.stdout.write("These counts are right now.")
        else:
            sys.exit(1)
