"""The words of the map's enums, beside those of ``words``."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.gazetteer import GazetteerKind, GeocodeReason, PlaceLevel
from kurume_bousai.domain.home_places import HomeDoubt, HomeStanding
from kurume_bousai.domain.roads import RoadDirection, RoadKind, WidthClass
from kurume_bousai.domain.route_answers import GoalKind
from kurume_bousai.domain.routes import NoWay

GEO_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (WidthClass.UNKNOWN, "幅員不明"),
    (WidthClass.UNDER_3, "幅員3m未満(車が入れない)"),
    (WidthClass.TO_5_5, "幅員3m以上5.5m未満(要注意)"),
    (WidthClass.TO_13, "幅員5.5m以上13m未満"),
    (WidthClass.TO_19_5, "幅員13m以上19.5m未満"),
    (WidthClass.OVER_19_5, "幅員19.5m以上"),
    (RoadKind.ROAD, "道路"),
    (RoadKind.FOOTPATH, "徒歩道"),
    (RoadKind.STEPS, "石段・階段"),
    (RoadKind.EXPRESSWAY, "高速道路"),
    (RoadDirection.BOTH, "両方向"),
    (RoadDirection.FORWARD, "一方通行(線の向き)"),
    (RoadDirection.BACKWARD, "一方通行(線と逆の向き)"),
    (NoWay.OFF_ROAD, "近くに通れる道路がありません"),
    (NoWay.BLOCKED, "この場所が通行止めの中にあります"),
    (NoWay.DISCONNECTED, "通れる道路がつながっていません"),
    (GoalKind.EMERGENCY, "指定緊急避難場所"),
    (GoalKind.WELFARE, "福祉避難所"),
    (GoalKind.DESIGNATED, "指定避難所"),
    (GoalKind.BOUNDARY, "区域の外へ出る地点"),
    (Topic.GAZETTEER, "住所辞書"),
    (PlaceLevel.NUMBER, "号・枝番"),
    (PlaceLevel.BLOCK, "街区・地番"),
    (PlaceLevel.TOWN, "町字(おおよその位置)"),
    (PlaceLevel.MANUAL, "手動"),
    (HomeStanding.NUMBER, "号・枝番まで"),
    (HomeStanding.BLOCK, "街区・地番まで"),
    (HomeStanding.TOWN, "町字の中ほど"),
    (HomeStanding.MANUAL, "手で置いた"),
    (HomeStanding.FROM_FILE, "ファイルの位置"),
    (HomeStanding.UNPLACED, "決まっていない"),
    (HomeStanding.UNDECIDED, "決められない"),
    (HomeDoubt.UNPLACED, "決まっていない"),
    (HomeDoubt.ADDRESS_CHANGED, "住所が変わった"),
    (HomeDoubt.DISTRICT_DIFFERS, "校区が合わない"),
    (HomeDoubt.BENT, "字が合わない"),
    (HomeDoubt.ROUGH, "町字の中ほど"),
    (HomeDoubt.UNDECIDED, "決められない"),
    (GazetteerKind.ISJ_BLOCK, "位置参照情報(街区レベル)"),
    (GazetteerKind.ISJ_TOWN, "位置参照情報(大字・町丁目レベル)"),
    (GazetteerKind.ABR, "アドレス・ベース・レジストリ"),
    (GazetteerKind.TOWN_FILE, "町字の一覧"),
    (GeocodeReason.FOUND, "位置が見つかりました"),
    (GeocodeReason.ADDRESS_EMPTY, "住所が空です"),
    (GeocodeReason.DICTIONARY_EMPTY, "住所辞書がまだ入っていません"),
    (GeocodeReason.ELSEWHERE, "ほかの市町村の住所のようです"),
    (GeocodeReason.TOWN_UNKNOWN, "町字が住所辞書にありません"),
    (GeocodeReason.AMBIGUOUS, "同じくらい確かな場所が2つ以上あります"),
    (GeocodeReason.NUMBER_MISSING, "番地がないので、町字のおおよその位置です"),
    (GeocodeReason.NUMBER_UNKNOWN, "番地が住所辞書にないので、町字のおおよその位置です"),
)
