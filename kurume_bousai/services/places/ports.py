"""Ports of the map's stored things: files of 校区 and sites, and a picture pinned as background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.services.districts.importing import DistrictFile, DistrictImportResult, LocatorMaker
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.clock import DistrictLocator
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.shelters.site_file import SiteFile, SiteImportResult

PlaceFile = DistrictFile | SiteFile
PlaceResult = DistrictImportResult | SiteImportResult

#: Fewest pins that hold a picture (geo.backgrounds).
PINS_NEEDED = 3


class PlaceFileKind(StrEnum):
    """取り込むファイルの種類."""

    DISTRICTS = "districts"  # 校区の区域
    SHELTERS = "shelters"  # 指定避難所・指定緊急避難場所
    WELFARE = "welfare"  # 福祉避難所


@dataclass(frozen=True, slots=True)
class MapPicture:
    """背景にする図: the file as it is and one page of it as PNG for the screen.

    Pins are given in pixels of the page at full size (``width_px`` × ``height_px``), from its top left
    corner; ``png`` may be smaller. ``page`` counts from 0.
    """

    name: str
    content: bytes = field(repr=False)
    page: int
    pages: int
    width_px: int
    height_px: int
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MapPin:
    """目印: the same place in the picture (pixels at full size) and on the ground (degrees of EPSG:6668)."""

    x_px: float
    y_px: float
    point: LonLat


@dataclass(frozen=True, slots=True)
class PinFit:
    """あてはめの良さ: metres on the ground per pin in order, and their root mean square.

    ``is_checked`` is False with exactly three pins: they always fit, so 0 m says nothing.
    """

    residuals_m: tuple[float, ...]
    rms_m: float
    is_checked: bool


@dataclass(frozen=True, slots=True)
class PlaceTools:
    """場所の道具: what only the outer layers can do, as callables safe on a worker thread.

    Every one raises ``KnownProblem`` for what the person can mend.
    """

    read_districts: Callable[[Path], DistrictFile] = field(repr=False)
    read_shelters: Callable[[Path], SiteFile] = field(repr=False)
    read_welfare: Callable[[Path], SiteFile] = field(repr=False)
    write_welfare_template: Callable[[Path], None] = field(repr=False)
    locator: Callable[[CityDatabase], DistrictLocator] = field(repr=False)
    make_locator: LocatorMaker = field(repr=False)
    read_picture: Callable[[str, bytes, int], MapPicture] = field(repr=False)
    fit_pins: Callable[[Sequence[MapPin]], PinFit] = field(repr=False)
    make_background: Callable[[MapPicture, Sequence[MapPin], str], Background] = field(repr=False)
    #: Called after 校区, sites or backgrounds changed, so that the next map shows it.
    ground_changed: Callable[[], None] = field(repr=False)
