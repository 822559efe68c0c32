"""登録率の報告の中身: rows of the share, those of its kin, the years. No Japanese here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kurume_bousai.domain.districts import DistrictOutline, SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.rates import Rate
from kurume_bousai.services.ports.rates import YearFigure


@dataclass(frozen=True, slots=True)
class ShareRow:
    """一行の数: ``part`` of ``whole`` people; ``whole`` None = not known."""

    district_id: DistrictId
    part: int
    whole: int | None


@dataclass(frozen=True, slots=True)
class RegistrationReport:
    """登録率の報告. ``stated_on``: the days of the typed 対象者.

    ``kin``: rows of the other shares of the same people, so that what is hidden here is told by no paper.
    ``districts`` and ``outlines`` are for the map of the same numbers.
    """

    rows: tuple[ShareRow, ...]
    kin: tuple[tuple[ShareRow, ...], ...]
    city: Rate
    is_from_list: bool
    stated_on: tuple[date, ...]
    years: tuple[YearFigure, ...]
    target_percent: str = ""
    districts: tuple[SchoolDistrict, ...] = ()
    outlines: tuple[DistrictOutline, ...] = ()
