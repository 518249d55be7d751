from datetime import datetime, timedelta


def is_at_risk(*, begin: datetime, due: datetime, done: int, whole: int, takes: timedelta | None, at: datetime) -> bool:
    """What "at risk" means on every screen: open work that is not late yet, and will be.

    `takes` is how long what is left takes at its pace: it is at risk if that is longer than the time until it is due.
    A work order goes at the pace of its last cycles (`pace.py`); a batch at the pace of its queue in the last days,
    after what stands before it there (`board_reading.py`). Where no pace is known, `takes` is None, and work is at
    risk if more than half of the time from the planned begin to the due date is over, and less than half of it is
    done. `done` and `whole` are numbers of cycles.
    """
    if at >= due:
        return False
    if takes is not None:
        return takes > due - at
    return (at - begin) * 2 > due - begin and done * 2 < whole
