import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.bench.running import run

ROOT = Path(__file__).parents[2]
OUT = ROOT / "var" / "bench.json"
# Where each has its databases, and which sizes of the demo it can hold.
DATABASES = {
    "PostgreSQL": (
        os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/niagara_bench_{size}"),
        ("small", "medium", "large"),
    ),
    "SQLite": (f"sqlite:///{ROOT}/var/bench_{{size}}.sqlite3", ("small", "medium")),
}


def main(names: Sequence[str]) -> None:
    asked = os.environ.get("SIZES", "medium large").split()
    results = {}
    OUT.parent.mkdir(exist_ok=True)
    for database, (url, held) in DATABASES.items():
        sizes = [size for size in asked if size in held]
        if sizes:
            # Django is set up for one database and stays so: each has a process of its own.
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                results[database] = process.submit(run, database, url, sizes, names).result()
    OUT.write_text(json.dumps(results, indent=2) + "\n")


main(sys.argv[1:])
