"""名簿の点検のことば: why each kind matters, and which field of the form mends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kurume_bousai.services.ports.quality import QualityKind
from kurume_bousai.services.roster.data_quality import QualityFix

WHY: Final[Mapping[QualityKind, str]] = {
    QualityKind.NO_PHONE: "電話・メール・FAXのどれもありません。安否確認のときに連絡できません。",
    QualityKind.NO_DISTRICT: "校区がわからないので、どの校区の名簿にも載りません。",
    QualityKind.UNPLACED: "家の位置がないので、地図にも浸水の見込みにも出ません。",
    QualityKind.NO_KANA: "フリガナがないので、読みでさがせません。",
    QualityKind.TOO_OLD: "110歳をこえています。生年月日の元号のまちがいがないか、確かめてください。",
    QualityKind.DUPLICATE: "読みと生年月日が同じ人がほかにいます。二人をならべる窓には、似た組も出ます。",
    QualityKind.NO_CONSENT: "名簿の同意が未回答です。平常時には、だれにも渡せません。",
    QualityKind.FORM_UNRETURNED: "登録の案内を送りましたが、返送がありません。",
    QualityKind.STATUTORY_GAP: "氏名・生年月日・性別・住所・連絡先・事由のどれかがありません(49条の10②)。",
    QualityKind.PLAN_WITHOUT_SUPPORTER: "マイプランがありますが、支援者が決まっていません。",
}
#: The caption of the field that gets the keyboard, as the form names it; "" = the form from its beginning.
FIELDS: Final[Mapping[QualityFix, str]] = {
    QualityFix.PHONE: "電話1",
    QualityFix.DISTRICT: "校区",
    QualityFix.KANA: "フリガナ",
    QualityFix.BIRTH: "生年月日",
    QualityFix.CONSENT: "同意日",
    QualityFix.FORM: "登録日",
    QualityFix.WHOLE: "",
    QualityFix.DUPLICATE: "",
    QualityFix.SUPPORTER: "",
    QualityFix.PLACE: "",
}
NOBODY: Final = "この点検にあたる人は、いません。"
