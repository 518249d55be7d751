import json
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from tests.bench.database import Databases

OUT = Path("var/bench.json")


def main(names: list[str]) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "niagara.settings",
        "SECRET_KEY": "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz",
        "DEBUG": "false",
        "SECURE_SSL_REDIRECT": "false",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "API_BASE_URL": "",
        "API_RATE_LIMIT": "1000000",  # counted as ever, and never reached
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
    }
    databases = Databases(os.environ.get("SIZES", "medium large").split())
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
    print(f"On {os.cpu_count()} cores, at a load of {results['load']:.1f}.")
    for name in names or CASES:
        result = CASES[name](databases)
        print(f"\n{result.table()}", flush=True)
        results[name] = result.as_json()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(results, indent=2) + "\n")


main(sys.argv[1:])
