from collections.abc import Collection

from niagara.directory.models import ACTIVE, Category


def category_of(parts: Collection[Category], *, all_given_out: bool = True) -> Category:
    """The category of a whole (batch, work order) from those of its parts (cycles, batches).

    Without anything active left, the whole is complete or cancelled, unless some of it was not
    given out yet. A whole that was begun is in progress even while only pending parts are left.
    """
    if not parts:
        return Category.PENDING
    if not ACTIVE.intersection(parts):
        if all_given_out:
            return Category.COMPLETE if Category.COMPLETE in parts else Category.CANCELLED
        return Category.IN_PROGRESS if Category.COMPLETE in parts else Category.PENDING
    for category in (Category.IN_PROGRESS, Category.VERIFYING):
        if category in parts:
            return category
    if Category.BLOCKED in parts and Category.PENDING not in parts:
        return Category.BLOCKED
    begun = Category.COMPLETE in parts or Category.BLOCKED in parts
    return Category.IN_PROGRESS if begun else Category.PENDING
