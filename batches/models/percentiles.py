"""Percentiles, counted off in the database: the rows of a quarter of a year are too many to be fetched."""

from typing import Any

from django.db.models import Aggregate, JSONField

from niagara.sqlite.percentiles import NAME


class Percentiles(Aggregate):
    """For each of so many of a hundred, the least value that so many of the rows do not exceed, as a list."""

    function = NAME
    output_field = JSONField()
    # SQLite has this from niagara/sqlite.
    template = "%(function)s(%(expressions)s, '%(hundredths)s')"
    # PostgreSQL's own asks for rows that come in order. Sorting whole numbers by themselves, group by group, takes half
    # as long as sorting the rows, whatever they are grouped by.
    on_postgresql = (
        "(SELECT to_jsonb(percentile_disc(ARRAY[%(shares)s]) WITHIN GROUP (ORDER BY of_group.value)) "
        "FROM unnest(array_agg(%(expressions)s)) AS of_group(value))"
    )

    def __init__(self, of: str, *hundredths: int, **extra: Any) -> None:
        shares = ", ".join(f"{one / 100}::float8" for one in hundredths)
        super().__init__(of, **{"hundredths": list(hundredths), "shares": shares, **extra})

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, **{"template": self.on_postgresql, **context})
