"""時計 of the machine."""

from __future__ import annotations

from datetime import datetime

from kurume_bousai.domain.dates import JAPAN


class SystemClock:
    """時計 of the machine, aware and in Japan's time, whatever zone the computer is set to."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(JAPAN)
