from uuid import UUID


def uuid_of(text: str) -> UUID | None:
    """The id that somebody sent, or None if it can't be that of anything."""
    try:
        return UUID(text)
    except ValueError:
        return None
