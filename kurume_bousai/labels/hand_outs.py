"""The words of consents in detail, recipients, columns and copies, beside those of ``words``."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.consents import ConsentGiver, ConsentMethod
from kurume_bousai.domain.hand_outs import CopyEventKind, CopyState, HandOutPaper
from kurume_bousai.domain.recipients import Reach
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.second_person import Looser, NamedKind, SecondPersonGround

HAND_OUT_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (Looser.LISTS, "校区の名簿とマイプランの紙"),
    (Looser.OTHERS, "班の名簿と案内のファイル"),
    (Looser.LONE, "操作する人が一人だけのときの紙"),
    (Looser.EMERGENCY, "災害時提供モードの間の紙"),
    (Topic.PARTNERS, "渡す先の台帳"),
    (ConsentMethod.WRITTEN, "書面"),
    (ConsentMethod.ORAL, "口頭"),
    (ConsentMethod.PHONE, "電話"),
    (ConsentMethod.ONLINE, "電子申請"),
    (ConsentMethod.UNKNOWN, "受け方の記録なし"),
    (ConsentGiver.PERSON, "本人"),
    (ConsentGiver.AGENT, "代理"),
    (ConsentGiver.UNKNOWN, "答えた人の記録なし"),
    (Reach.CITY, "市の全体"),
    (Reach.DISTRICT, "校区"),
    (Reach.NEIGHBORHOOD, "自治会"),
    (HandOutPaper.ROSTER, "名簿"),
    (HandOutPaper.DIFFERENCE, "差分名簿"),
    (HandOutPaper.EMERGENCY, "災害時の名簿"),
    (NamedKind.HAND_OUT, "名簿を渡す"),
    (NamedKind.LIST, "校区の名簿と、一人の避難の地図"),
    (NamedKind.OTHER, "班の名簿や案内のファイルなど、ほかの名前の入ったもの"),
    (SecondPersonGround.CONFIRMED, "もう一人が確かめた"),
    (SecondPersonGround.LONE, "なし(操作する人が一人だけ)"),
    (SecondPersonGround.EMERGENCY, "なし(災害時提供モードのため)"),
    (SecondPersonGround.NOT_ASKED, "なし(市の決めごとによる)"),
    (CopyEventKind.RECEIVED, "受領書を受け取った"),
    (CopyEventKind.RETURNED, "返却された"),
    (CopyEventKind.DISPOSED, "廃棄した"),
    (CopyEventKind.LOST, "紛失の届けがあった"),
    (CopyEventKind.FOUND, "見つかった"),
    (CopyEventKind.HANDED_OVER, "引き継いだ"),
    (CopyEventKind.RECALLED, "回収を求めた"),
    (CopyEventKind.NOT_PRINTED, "印刷しなかった"),
    (CopyEventKind.CORRECTED, "記録を訂正した"),
    (CopyState.AWAITING_RECEIPT, "受領書待ち"),
    (CopyState.HELD, "渡している"),
    (CopyState.RECALLED, "返却待ち"),
    (CopyState.RETURNED, "返却済"),
    (CopyState.DISPOSED, "廃棄済"),
    (CopyState.LOST, "紛失"),
    (CopyState.NOT_PRINTED, "印刷せず"),
    (RosterColumn.NAME, "氏名"),
    (RosterColumn.KANA, "よみ"),
    (RosterColumn.BORN_ON, "生年月日"),
    (RosterColumn.SEX, "性別"),
    (RosterColumn.DISTRICT, "校区"),
    (RosterColumn.NEIGHBORHOOD, "自治会"),
    (RosterColumn.ADDRESS, "住所"),
    (RosterColumn.PHONE, "電話"),
    (RosterColumn.PHONE_SECOND, "電話2"),
    (RosterColumn.MAIL_OR_FAX, "メール・FAX"),
    (RosterColumn.COMMISSIONER, "民生委員"),
    (RosterColumn.HOUSEHOLD, "同居人数"),
    (RosterColumn.INFORMATION, "情報の伝え方"),
    (RosterColumn.NEEDS, "支援"),
    (RosterColumn.POWER_HOURS, "電池の時間"),
    (RosterColumn.REASONS, "事由"),
    (RosterColumn.CARE_LEVEL, "要介護度"),
    (RosterColumn.CERTIFICATES, "手帳の等級"),
    (RosterColumn.DISEASE, "難病"),
)
