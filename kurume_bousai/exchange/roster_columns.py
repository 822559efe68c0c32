"""Canonical columns of the list (RULEBOOK §7), in their order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeVar

from kurume_bousai.exchange.columns import Column
from kurume_bousai.exchange.words import (
    CATEGORY_WORDS,
    CONSENT_WORDS,
    NEED_WORDS,
    REASON_WORDS,
    REGISTRATION_WORDS,
    SEX_WORDS,
)

E = TypeVar("E", bound=Enum)


def _list_of(words: Mapping[E, str]) -> str:
    return "、".join(words.values())


_SEVERAL: Final = "いくつもあるときは「;」で区切ります。"
_KEEPS: Final = "空欄は「何も言わない」の意味で、登録済みの値が残ります。消すときは「なし」と書きます。"
_DATES: Final = "和暦でも西暦でも書けます(S10.4.1、昭和10年4月1日、1935-04-01)。"

ROSTER_COLUMNS: Final = (
    Column(
        "ID",
        "提供元の中で一人に一つの番号。変わらないもの。",
        "A-0001",
        is_required=True,
        aliases=("識別番号", "整理番号"),
    ),
    Column(
        "氏名",
        "登録簿のとおりの文字で書きます。",
        "架空 花子",
        is_required=True,
        aliases=("名前", "氏名（漢字）"),
        width=18,
    ),
    Column(
        "フリガナ",
        "カタカナ。",
        "カクウ ハナコ",
        aliases=("ふりがな", "カナ", "氏名カナ", "カナ氏名"),
        width=18,
    ),
    Column(
        "生年月日",
        f"{_DATES}わからないときは空欄にします。",
        "S10.4.1",
        is_required=True,
        aliases=("誕生日",),
    ),
    Column("性別", "", "女", choices=tuple(SEX_WORDS.preferred.values()), width=8),
    Column("郵便番号", "7けた。", "830-0000", width=12),
    Column(
        "住所",
        "住んでいる所。",
        "久留米市架空町9999-12",
        is_required=True,
        aliases=("現住所", "住所又は居所"),
        width=30,
    ),
    Column("方書", "建物の名前と部屋の番号。", "架空荘901", aliases=("建物名等(方書)",), width=18),
    Column(
        "電話1",
        "先頭の0が消えないように文字列で書きます。",
        "0942-00-0001",
        aliases=("電話", "電話番号", "電話番号1"),
        width=16,
    ),
    Column("電話2", "二つ目の連絡先。", "0942-00-0002", aliases=("電話番号2", "携帯", "携帯電話"), width=16),
    Column("メール・FAX", "", "", aliases=("メール", "FAX"), width=20),
    Column(
        "校区",
        "46校区の名前。空欄のときは位置から決めます。",
        "津福",
        aliases=("校区名", "小学校区"),
        width=12,
    ),
    Column("自治会", "", "架空自治会", aliases=("自治会名", "区・自治会"), width=16),
    Column("民生委員", "担当の民生委員・児童委員の名前。", "", aliases=("担当民生委員",)),
    Column(
        "事由",
        f"{_SEVERAL}使える言葉: {_list_of(REASON_WORDS.preferred)}。",
        "要介護;高齢者のみの世帯",
        aliases=("該当事由", "登録事由"),
        width=24,
    ),
    Column(
        "要介護度",
        "",
        "要介護3",
        choices=("自立", "要支援1", "要支援2", "要介護1", "要介護2", "要介護3", "要介護4", "要介護5"),
        aliases=("介護度", "要介護状態区分"),
    ),
    Column("身障等級", "身体障害者手帳の等級。", "1級", aliases=("身体障害等級", "身障手帳等級")),
    Column("療育", "療育手帳の程度。", "A", aliases=("療育手帳",)),
    Column("精神等級", "精神障害者保健福祉手帳の等級。", "1級", aliases=("精神手帳等級",)),
    Column("難病", "", ""),
    Column(
        "支援の必要",
        f"{_SEVERAL}使える言葉: {_list_of(NEED_WORDS.preferred)}。{_KEEPS}",
        "電源;車いす",
        aliases=("必要な支援",),
        width=24,
    ),
    Column(
        "受入対象", f"{_SEVERAL}使える言葉: {_list_of(CATEGORY_WORDS.preferred)}。{_KEEPS}", "高齢", width=18
    ),
    Column("世帯ID", "同じ世帯の人に同じ番号。", "S-0001", aliases=("世帯番号",)),
    Column("同居人数", "本人を含めた人数。", "2", aliases=("世帯人数", "世帯員数"), width=10),
    Column("同行者数", "一緒に避難する人の数。本人は含めません。", "1", width=10),
    Column("情報伝達手段", "", "電話"),
    Column("登録状態", f"{_KEEPS}", "申込済", choices=tuple(REGISTRATION_WORDS.preferred.values())),
    Column("登録日", _DATES, "R6.4.1"),
    Column(
        "名簿同意",
        "空欄は同意とみなしません。空欄のときは登録済みの回答が残ります。",
        "同意",
        choices=tuple(CONSENT_WORDS.preferred.values()),
        aliases=("同意", "同意の有無"),
    ),
    Column("同意日", _DATES, "R6.4.1"),
    Column("説明日", f"{_DATES}同意日より後にはなりません。", "R6.3.20"),
    Column("説明者", "", ""),
    Column(
        "支援措置",
        "住民基本台帳の支援措置の対象なら「○」。空欄のときは登録済みの扱いが残ります。",
        "",
        choices=("○", "なし"),
        aliases=("支援措置対象", "支援措置対象者"),
        width=10,
    ),
    Column(
        "経度",
        "世界測地系の度。久留米市は130.37から130.75の間。",
        "130.5",
        aliases=("lon", "longitude"),
        width=12,
    ),
    Column(
        "緯度",
        "世界測地系の度。久留米市は33.21から33.38の間。",
        "33.3",
        aliases=("lat", "latitude"),
        width=12,
    ),
    Column("備考", "", "", width=30),
)
