"""An aggregate that SQLite has not: percentiles, as PostgreSQL's `percentile_disc` gives them."""

import json

NAME = "PERCENTILES"


class Percentiles:
    """`PERCENTILES(value, '[50, 90]')` is a JSON list: the least values that half and nine tenths do not exceed."""

    def __init__(self) -> None:
        self.values: list[int] = []
        self.hundredths = "[]"

    def step(self, value: int, hundredths: str) -> None:
        self.values.append(value)
        self.hundredths = hundredths

    def finalize(self) -> str:
        values = sorted(self.values)
        return json.dumps([values[-(-len(values) * one // 100) - 1] for one in json.loads(self.hundredths)])
