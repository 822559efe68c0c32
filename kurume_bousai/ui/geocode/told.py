"""進みぐあい between a use case and the runner."""

from __future__ import annotations

from dataclasses import dataclass

from kurume_bousai.ui.tasks import Progress


@dataclass(frozen=True, slots=True)
class Told:
    """進みぐあい as a use case says it, told to the runner; 中止 is looked at on the way."""

    progress: Progress

    def __call__(self, done: int, total: int, text: str) -> None:
        """Say how far the work is; raises Cancelled when the person pressed 中止."""
        self.progress.raise_if_cancelled()
        self.progress.step(done, total, text)
