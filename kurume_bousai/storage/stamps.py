"""次の順序: the stamp of a hybrid logical clock, for every log that only grows."""

from __future__ import annotations

from datetime import datetime

from kurume_bousai.domain.operations import EntryStamp


def following_stamp(
    device_id: str, at: datetime, *, last: tuple[int, int] | None, sequence: int | None
) -> EntryStamp:
    """Return a stamp after everything the log has seen, whatever the clock says.

    ``last``: clock in milliseconds and counter of the latest entry of any device; ``sequence``: of the
    last entry of this device. None = there is none.
    """
    following = 0 if sequence is None else sequence + 1
    now_ms = int(at.timestamp() * 1000)
    if last is None or now_ms > last[0]:
        return EntryStamp(now_ms, 0, device_id, following)
    return EntryStamp(last[0], last[1] + 1, device_id, following)
