"""欄のまとまり: what every section of the form can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.domain.site_record import SiteFigure
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.shelters.site_source import SourceAsk


class Section:
    """欄のまとまり: some fields of a site, read together.

    ``names``: the fields as messages name them, so that a message finds its section. ``figures``: those
    whose source is asked when they change.
    """

    title: ClassVar[str] = ""
    names: ClassVar[tuple[str, ...]] = ()
    figures: ClassVar[tuple[SiteFigure, ...]] = ()

    def __init__(self, site: WelfareShelter, today: Callable[[], date], settings: CitySettings) -> None:
        self.site, self.today, self.settings = site, today, settings
        self.asks: Mapping[SiteFigure, SourceAsk] = {
            figure: SourceAsk(word_of(figure), site.source_of(figure), today) for figure in self.figures
        }
        self.widget: QWidget = self.build()

    def build(self) -> QWidget:
        """Make the fields, filled from ``self.site``."""
        raise NotImplementedError

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed here; KnownProblem names the field that cannot be read."""
        raise NotImplementedError

    def summary(self, site: WelfareShelter) -> str:
        """Say in a few words what the section holds."""
        raise NotImplementedError

    def covers(self, where: str) -> bool:
        """Return whether a message is about a field of this section."""
        return any(where.startswith(name) or name in where for name in self.names)
