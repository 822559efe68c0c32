"""How the published address dictionaries name their columns, as data: a new edition is a word here.

Sources: 国土交通省 位置参照情報 (街区レベル, 大字・町丁目レベル), デジタル庁 アドレス・ベース・レジストリ,
Geolonia 住所データ (RULES G).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.gazetteer import GazetteerKind
from kurume_bousai.domain.names import fold


class TableKind(StrEnum):
    """表の種類 inside a dictionary."""

    ISJ_BLOCK = "isj_block"
    ISJ_TOWN = "isj_town"
    TOWN_LIST = "town_list"
    ABR_TOWN = "abr_town"
    ABR_BLOCK = "abr_block"
    ABR_RESIDENCE = "abr_residence"
    ABR_PARCEL = "abr_parcel"
    ABR_POINTS = "abr_points"
    ABR_CITY = "abr_city"


#: Column of ours → the headings it has been seen under, folded, without 「・」 and 「_」.
_ALIASES: Final[Mapping[str, Sequence[str]]] = {
    "prefecture": ("都道府県名", "pref"),
    "city": ("市区町村名", "市区町村名漢字", "city"),
    "city_code": ("市区町村コード", "lgcode"),
    "town": ("大字町丁目名", "大字丁目名", "大字町丁目", "town"),
    "koaza": ("小字通称名", "koaza"),
    "number": ("街区符号地番",),
    "lat": ("緯度", "lat", "replat"),
    "lon": ("経度", "lng", "lon", "replon"),
    "residential": ("住居表示フラグ",),
    "representative": ("代表フラグ",),
    "after_update": ("更新後履歴フラグ",),
    "srid": ("repsrid",),
    "machiaza_id": ("machiazaid",),
    "blk_id": ("blkid",),
    "rsdt_id": ("rsdtid",),
    "rsdt2_id": ("rsdt2id",),
    "prc_id": ("prcid",),
    "oaza_cho": ("oazacho",),
    "chome": ("chome",),
    "blk_num": ("blknum",),
    "rsdt_num": ("rsdtnum",),
    "rsdt_num2": ("rsdtnum2",),
    "prc_num1": ("prcnum1",),
    "prc_num2": ("prcnum2",),
    "prc_num3": ("prcnum3",),
    "ended_on": ("abltdate",),
}
# Folding turns フラグ into hiragana, so the words here are folded as the headings of a file are.
_NAMES: Final = {fold(heading): name for name, headings in _ALIASES.items() for heading in headings}

#: What a table must have, the most particular first.
_RECOGNISED: Final[Sequence[tuple[TableKind, frozenset[str]]]] = tuple(
    (kind, frozenset(names.split()))
    for kind, names in (
        (TableKind.ABR_RESIDENCE, "city_code machiaza_id blk_num rsdt_num"),
        (TableKind.ABR_BLOCK, "city_code machiaza_id blk_id blk_num"),
        (TableKind.ABR_PARCEL, "city_code machiaza_id prc_id prc_num1"),
        (TableKind.ABR_TOWN, "city_code machiaza_id oaza_cho"),
        (TableKind.ABR_POINTS, "city_code machiaza_id lon lat"),
        (TableKind.ISJ_BLOCK, "city town number lon lat"),
        (TableKind.ISJ_TOWN, "city town lon lat"),
        (TableKind.TOWN_LIST, "town lon lat"),
        (TableKind.ABR_CITY, "city_code city prefecture"),
    )
)
KINDS: Final = {
    TableKind.ISJ_BLOCK: GazetteerKind.ISJ_BLOCK,
    TableKind.ISJ_TOWN: GazetteerKind.ISJ_TOWN,
    TableKind.TOWN_LIST: GazetteerKind.TOWN_FILE,
} | dict.fromkeys(
    (TableKind.ABR_TOWN, TableKind.ABR_BLOCK, TableKind.ABR_RESIDENCE, TableKind.ABR_PARCEL),
    GazetteerKind.ABR,
)
LICENCES: Final = {
    GazetteerKind.ISJ_BLOCK: "国土交通省 位置参照情報(利用約款による。出典の表示が必要)",
    GazetteerKind.ISJ_TOWN: "国土交通省 位置参照情報(利用約款による。出典の表示が必要)",
    GazetteerKind.ABR: "デジタル庁 アドレス・ベース・レジストリ(CC BY 4.0)",
    GazetteerKind.TOWN_FILE: "利用条件は提供元で確認(Geolonia 住所データは CC BY 4.0)",
}
CITY_CODES: Final = frozenset({"40203", "402036"})


@dataclass(frozen=True, slots=True)
class Columns:
    """見出しの読み方: which kind of table, and where each of our columns stands."""

    kind: TableKind
    places: Mapping[str, int]

    def get(self, row: Sequence[str], name: str) -> str:
        """The cell, stripped; empty where the table or the row does not have it."""
        place = self.places.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""


def recognise(header: Sequence[str]) -> Columns | None:
    """What a header is; None = no table of a dictionary."""
    places: dict[str, int] = {}
    for place, heading in enumerate(header):
        name = _NAMES.get(fold(heading).replace("_", ""))
        if name is not None:
            places.setdefault(name, place)
    for kind, needed in _RECOGNISED:
        if needed <= places.keys():
            return Columns(kind, places)
    return None
