import json
import os
import sys
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import database
from tests.bench.agreeing import check
from tests.bench.harness import measure, table

OUT = Path("var/bench.json")


def main(names: list[str]) -> None:
    url = database.prepare(None if names == ["deliveries"] else "medium")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "niagara.settings",
        "SECRET_KEY": "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz",
        "DEBUG": "false",
        "SECURE_SSL_REDIRECT": "false",
        "ALLOWED_HOSTS": "testserver",
        "API_BASE_URL": "",
        "DATABASE_URL": url,
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
    }
    # Nothing static is served here.
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
    import django

    django.setup()
    from tests.bench import deliveries
    from tests.bench.cases import CASES

    known = [*CASES, "deliveries"]
    unknown = set(names) - {*known}
    if unknown:
        raise SystemExit(f"There is no case {', '.join(sorted(unknown))}. The cases are: {', '.join(known)}.")
    results: dict[str, Any] = {}
    for name in names or known:
        if name == "deliveries":
            rates = deliveries.measure()
            print(deliveries.table(rates))
            results[name] = [asdict(one) for one in rates]
            continue
        ways = CASES[name](url)
        check(ways)
        figures = measure(ways)
        print(table(name, figures))
        results[name] = [asdict(one) for one in figures]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(results, indent=2) + "\n")


main(sys.argv[1:])
