"""Canonical columns of 福祉避難所, of 支援者 and of 介護事業所 files."""

from __future__ import annotations

from typing import Final

from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.members import Need
from kurume_bousai.exchange.columns import Column
from kurume_bousai.exchange.words import (
    CATEGORY_WORDS,
    EQUIPMENT_WORDS,
    FITNESS_WORDS,
    OWNERSHIP_WORDS,
    SITE_FIGURE_WORDS,
    YES_NO_UNKNOWN_WORDS,
)

_NEED_RULE: Final = (
    "受け入れられる組の数。0は受け入れない、「*」は制限なし、空欄は不明(確認まで受け入れない)。"
)
_YES_NO: Final = tuple(YES_NO_UNKNOWN_WORDS.preferred.values())
_FITNESS: Final = tuple(FITNESS_WORDS.preferred.values())
_CATEGORIES: Final = "、".join(CATEGORY_WORDS.preferred.values())
_EQUIPMENT: Final = "、".join(EQUIPMENT_WORDS.preferred.values())
_FIGURES: Final = "、".join(SITE_FIGURE_WORDS.preferred.values())

NEED_COLUMNS: Final = {
    Need.POWER: "電源",
    Need.WHEELCHAIR: "車いす",
    Need.STRETCHER: "寝台",
    Need.PRIVATE_ROOM: "個室",
    Need.CARE: "介助",
    Need.INFANT: "乳幼児",
}
FITNESS_COLUMNS: Final = {
    HazardScenario.FLOOD_L2: "洪水L2適否",
    HazardScenario.FLOOD_L1: "洪水L1適否",
    HazardScenario.INLAND: "内水適否",
    HazardScenario.LANDSLIDE: "土砂適否",
    HazardScenario.EARTHQUAKE: "地震適否",
}

WELFARE_COLUMNS: Final = (
    Column(
        "ID", "施設に一つの番号。変わらないもの。", "F-01", is_required=True, aliases=("施設ID", "共通ID")
    ),
    Column("名称", "", "架空福祉センター", is_required=True, aliases=("施設名",), width=24),
    Column("略称", "地図と表に出す短い名前。空欄なら名称。", "架空"),
    Column(
        "区分",
        "公共か福祉施設か。",
        "公共",
        choices=tuple(OWNERSHIP_WORDS.preferred.values()),
        is_required=True,
    ),
    Column("住所", "", "久留米市架空町9999", width=28),
    Column("電話", "", "0942-00-0001", aliases=("電話番号",), width=16),
    Column("管理者", "施設の責任者の名前。", "架空 太郎", aliases=("施設長", "責任者"), width=16),
    Column("連絡先昼", "昼の連絡先。", "0942-00-0002", aliases=("連絡先(昼)",), width=16),
    Column("連絡先夜", "夜と休日の連絡先。", "0942-00-0003", aliases=("連絡先(夜)",), width=16),
    Column("経度", "世界測地系の度。", "130.5", width=12),
    Column("緯度", "世界測地系の度。", "33.3", width=12),
    Column("校区", "空欄のときは位置から決めます。", "津福", width=12),
    Column("指定", "指定福祉避難所か。", "はい", choices=_YES_NO, width=8),
    Column("公示日", "指定を公示した日。", "R7.4.1", width=12),
    Column("協定", "協定を結んでいるか。", "いいえ", choices=_YES_NO, width=8),
    Column("協定日", "協定を結んだ日。", "", width=12),
    Column(
        "室と面積",
        "受け入れに使う室と床面積㎡を「室=㎡」で書き、「;」で区切ります。わからない面積は空けます(室=)。"
        "0と空欄は不明で、確認まで誰も入れません。",
        "集会室=120.5;和室=40",
        width=30,
    ),
    Column(
        "1人の面積",
        "この施設だけの1人あたりの㎡。4、3.5、2のどれか。空欄は市の基準。",
        "",
        choices=tuple(f"{rate}" for rate in RATES_M2),
        width=10,
    ),
    Column("届出定員", "届け出てある人数。計算には使いません。", "40", width=10),
    Column("使えない人数", "床面積のうち使えない分の人数。", "0", width=12),
    Column(
        "受入対象",
        f"{_CATEGORIES}を「;」で区切ります。「*」は制限なし、空欄は不明(確認まで誰も入れません)。",
        "高齢;身体",
        width=20,
    ),
    *(
        Column(name, _NEED_RULE, example, width=8)
        for name, example in zip(NEED_COLUMNS.values(), ("4", "10", "2", "", "*", "0"), strict=True)
    ),
    Column("発電kW", "非常用発電機の出力。", "5.5", width=10),
    Column("発電時間", "続けて動かせる時間。", "72", width=10),
    Column("職員昼", "開設のときの昼の職員数。", "6", width=8),
    Column("職員夜", "開設のときの夜の職員数。", "2", width=8),
    *(
        Column(name, "この災害のときに使えるか。空欄は未確認。", "適", choices=_FITNESS, width=12)
        for name in FITNESS_COLUMNS.values()
    ),
    Column(
        "設備",
        f"{_EQUIPMENT}を「設備=有」か「設備=無」で書き、「;」で区切ります。「@」の後に確認日を書けます。"
        "書いていない設備は不明です。",
        "バリアフリートイレ=有@R8.4.1;エレベーター=無",
        width=34,
    ),
    Column(
        "備蓄",
        "「品目=数と単位」で書き、「;」で区切ります。「@」の後に確認日を書けます。わからない数は空けます(毛布=)。",
        "毛布=30枚@R8.4.1;水=120L",
        width=30,
    ),
    Column("開設レベル", "開設する警戒レベル。3か4。", "3", choices=("3", "4"), width=10),
    Column("開設順", "市が開く順番。1から。", "1", width=8),
    Column(
        "電源優先",
        "電源が必要な人を優先する施設なら「はい」。",
        "いいえ",
        choices=("はい", "いいえ"),
        width=10,
    ),
    Column("確認日", "値を確かめた日。空欄は未確認。", "R8.4.1"),
    Column("出典", "値を教えた人や書類。", "架空の様式", width=20),
    Column(
        "値の出典",
        f"ほかと違うところから聞いた値だけ、{_FIGURES}を「値=出典@確認日」で書き、「;」で区切ります。"
        "書いていない値には、上の「確認日」と「出典」を使います。",
        "室と面積=図面@R8.4.1;職員=電話で確認@R8.9.1",
        width=34,
    ),
    Column("備考", "", "", width=24),
)

SUPPORTER_COLUMNS: Final = (
    Column(
        "ID",
        "支援者に一つの番号。変わらないもの。次の取込は、この番号で同じ人と見ます。",
        "T-0001",
        is_required=True,
        aliases=("支援者ID",),
    ),
    Column(
        "氏名",
        "団体のときは団体の名前。",
        "架空 太郎",
        is_required=True,
        aliases=("氏名・団体名", "団体名"),
        width=18,
    ),
    Column("フリガナ", "", "カクウ タロウ", width=18),
    Column(
        "団体",
        "団体なら「はい」。空欄は、新しい人なら「いいえ」。",
        "いいえ",
        choices=("はい", "いいえ"),
        aliases=("個人・団体",),
        width=8,
    ),
    Column("電話", "", "0942-00-0001", width=16),
    Column("住所", "", "久留米市架空町9999", width=28),
    Column("校区", "空欄のときは位置から決めます。", "津福", width=12),
    Column("自治会", "", "架空自治会"),
    Column("経度", "世界測地系の度。図上訓練で、近い順に出すために使います。", "130.5", width=12),
    Column("緯度", "世界測地系の度。", "33.3", width=12),
    Column("関係", "隣人、民生委員など。", "隣人"),
    Column(
        "同意",
        "支援者になることへの同意。空欄は同意とみなしません。",
        "同意",
        choices=("同意", "不同意", "撤回", "未回答"),
    ),
    Column(
        "昼に支援",
        "空欄は、新しい人なら「はい」。",
        "はい",
        choices=("はい", "いいえ"),
        aliases=("昼",),
        width=10,
    ),
    Column(
        "夜に支援",
        "空欄は、新しい人なら「はい」。",
        "いいえ",
        choices=("はい", "いいえ"),
        aliases=("夜",),
        width=10,
    ),
    Column("車", "空欄は、新しい人なら「いいえ」。", "はい", choices=("はい", "いいえ"), width=8),
    Column(
        "担当する人",
        "名簿にいる人を「提供元:ID」で書き、「;」で区切ります。提供元は、名簿を取り込んだときの名前です。"
        "書かれた人の計画に、この支援者を加えます。書かれていない人からは外しません。",
        "介護保険課:A-00001;介護保険課:A-00002",
        width=34,
    ),
)

CARE_COLUMNS: Final = (
    Column(
        "都道府県コード又は市町村コード",
        "6けた。",
        "402036",
        aliases=("都道府県コード又は市区町村コード", "全国地方公共団体コード"),
        width=12,
    ),
    Column("事業所番号", "", "4099999999", is_required=True, aliases=("No", "NO"), width=14),
    Column(
        "事業所名",
        "",
        "架空苑",
        is_required=True,
        aliases=("介護サービス事業所名称", "名称"),
        width=24,
    ),
    Column("サービスの種類", "", "介護老人福祉施設", aliases=("実施サービス",), width=20),
    Column("住所", "", "久留米市架空町9999", width=28),
    Column("緯度", "", "33.3", width=12),
    Column("経度", "", "130.5", width=12),
    Column("電話番号", "", "0942-00-0001", width=16),
    Column("定員", "0と空欄は不明として扱います。", "40", width=8),
    Column("備考", "", "", width=24),
)
