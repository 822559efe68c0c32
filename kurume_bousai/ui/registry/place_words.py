"""家の位置のことば: how a home and its 校区 were decided, by whom and when."""

from __future__ import annotations

from typing import Final

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.gazetteer import TYPICAL_ERROR_M, HomePlace, PlaceLevel
from kurume_bousai.domain.members import DistrictMethod, RosterMember
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.places.home_placing import HomeView

#: How far the middle of a 町字 lies from the house, metres in the median.
ROUGH_M: Final = TYPICAL_ERROR_M[PlaceLevel.TOWN]


def place_words(held: HomePlace) -> str:
    """手で置いた位置 山田 令和8年11月21日, or how else a home was decided, and by whom."""
    at = format_wareki(in_japan(held.set_at).date())
    if held.level is PlaceLevel.MANUAL:
        return f"手で置いた位置　{held.set_by}　{at}"
    if held.is_by_hand:
        return f"候補から選んだ位置({word_of(held.level)})　{held.set_by}　{at}"
    if held.is_rough:
        return f"町字の中ほど(家から中央値で{ROUGH_M}mずれます)　{held.set_by}　{at}"
    return f"住所から見つけた位置({word_of(held.level)})　{held.set_by}　{at}"


def home_words(member: RosterMember, view: HomeView) -> str:
    """How the home of a record was decided; the old pin where there is no home."""
    if member.home is None:
        if view.old_pin is None:
            return "位置がありません"
        return "位置がありません。前の住所のときに手で置いた位置が残っています"
    return "ファイルか記録にあった位置" if view.held is None else place_words(view.held)


def district_words(member: RosterMember, view: HomeView) -> str:
    """How the 校区 was decided; a home outside every area is said to be so, with the metres."""
    match member.district_method:
        case DistrictMethod.STATED:
            return "書かれたとおり(ファイルか手で)"
        case DistrictMethod.POLYGON:
            return "区域の中"
        case DistrictMethod.NEAREST if view.held is not None and view.held.is_rough:
            return "町字の中ほどから決めました(違うかもしれません)"
        case DistrictMethod.NEAREST if view.by_computed_area:
            return "概略の区域の中(境目では違うかもしれません)"
        case DistrictMethod.NEAREST:
            return f"どの区域の中にもなく、最も近い区域({view.outside_m:.1f}m)"
        case _:
            return "不明"
