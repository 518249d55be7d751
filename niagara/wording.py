"""Numbers with what they count: "1 cycle", "3 batches"."""


def counted(number: int, one: str, several: str = "") -> str:
    """The number with the words for it; `several` is left out where it is `one` with an s."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"
