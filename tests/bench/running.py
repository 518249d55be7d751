"""One run, on one database: a process sets Django up once."""

import logging
import os
import warnings
from collections.abc import Sequence
from typing import Any


def run(database: str, url: str, sizes: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """What these cases measured, or all, printed as it comes."""
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "niagara.settings",
        "SECRET_KEY": "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz",
        "DEBUG": "false",
        "SECURE_SSL_REDIRECT": "false",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "API_BASE_URL": "",
        "API_RATE_LIMIT": "1000000",  # counted as ever, and never reached
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
    }
    from tests.bench.database import Databases

    databases = Databases(url, sizes)
    # Nothing static is served here.
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
    import django

    django.setup()
    logging.disable(logging.INFO)  # a line for each request would be in the way of the figures
    from tests.bench.cases import CASES

    unknown = set(names) - {*CASES}
    if unknown:
        raise SystemExit(f"There is no case {', '.join(sorted(unknown))}. The cases are: {', '.join(CASES)}.")
    results: dict[str, Any] = {"load": os.getloadavg()[0]}
    print(f"\n{database}, on {os.cpu_count()} cores, at a load of {results['load']:.1f}.")
    for name in names or CASES:
        result = CASES[name](databases)
        print(f"\n{result.table(database)}", flush=True)
        results[name] = result.as_json()
    return results
