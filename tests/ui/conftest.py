"""Every window test starts dressed, at 100 % and in the standard colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from kurume_bousai.ui.kit.application import dress
from kurume_bousai.ui.kit.tokens import Theme, replace_tokens, tokens
from kurume_bousai.ui.tasks import TaskRunner


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """Give the application its look; sizes and colours are put back afterwards."""
    dress(qapp)
    yield qapp
    replace_tokens(replace(tokens(), scale=1.0, theme=Theme.STANDARD))


@pytest.fixture
def runner(dressed: QApplication) -> Iterator[TaskRunner]:
    """Give a task runner that is closed afterwards."""
    made = TaskRunner()
    yield made
    made.close()
