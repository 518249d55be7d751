"""Ranks: strings that sort, so that moving one item between two others writes one row.

The keys are those of the `fractional-indexing` library: base 62, compared byte by byte. A person
or a client may also choose a rank of their own ("a"); every rank made here lies strictly between
its neighbours, whoever made them. No rank ends in "0", since nothing would fit before it.
"""

from django.core.validators import RegexValidator
from django.db import models
from fractional_indexing import BASE_62_DIGITS, FIError, generate_key_between, midpoint

MAX_LENGTH = 200

validate_rank = RegexValidator(
    r"\A[0-9A-Za-z]*[1-9A-Za-z]\Z",
    "Use the digits 0 to 9 and the letters A to Z and a to z, and do not end with 0.",
)


def between(before: str | None, after: str | None) -> str:
    """A rank behind `before` and ahead of `after`; None stands for the end on that side.

    Raises ValueError when `before` does not sort ahead of `after`.
    """
    if after is not None:
        try:
            return midpoint(before or "", after, BASE_62_DIGITS)
        except FIError as error:
            raise ValueError(str(error)) from error
    try:
        rank: str = generate_key_between(before, None)
    except FIError:  # `before` was chosen by hand and is not a key of the library's own form
        rank = midpoint(before or "", None, BASE_62_DIGITS)
    return f"{rank}V" if rank.endswith("0") else rank


def first() -> str:
    """The rank of the first item of an empty list."""
    return between(None, None)


class RankField(models.CharField):
    """A column of ranks, compared byte by byte whatever the database's language is."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_length", MAX_LENGTH)
        kwargs.setdefault("validators", [validate_rank])
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def db_parameters(self, connection):  # type: ignore[no-untyped-def]
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":  # SQLite compares bytes anyway and knows no "C"
            parameters["collation"] = "C"
        return parameters
