import pytest

from niagara.wording import counted


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (counted(1, "cycle"), "1 cycle"),
        (counted(0, "cycle"), "0 cycles"),
        (counted(2, "batch is", "batches are"), "2 batches are"),
        (counted(1, "batch is", "batches are"), "1 batch is"),
    ],
)
def test_a_number_has_the_word_that_fits_it(told: str, wanted: str) -> None:
    assert told == wanted
