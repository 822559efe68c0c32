"""要件・案内・返送の言葉."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.eligibility import (
    EligibilityChange,
    EligibilityDecision,
    Ground,
    HomeRule,
    Verdict,
)
from kurume_bousai.domain.mailings import Audience, EnvelopeOrder, NotInvited, ReplyKind

LETTER_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (Ground.CARE_LEVEL, "要介護度"),
    (Ground.PHYSICAL_GRADE, "身体障害者手帳"),
    (Ground.INTELLECTUAL_GRADE, "療育手帳"),
    (Ground.MENTAL_GRADE, "精神障害者保健福祉手帳"),
    (Ground.ELDERLY_HOUSEHOLD, "高齢者だけの世帯"),
    (Ground.LIVES_ALONE, "一人暮らし"),
    (Ground.DISEASE, "難病"),
    (Ground.STATED, "市が認めた事由"),
    (HomeRule.UNLESS_TOLD, "外す。不明の人は対象に入れ、人数を知らせる"),
    (HomeRule.MUST_BE_TOLD, "外す。不明の人は、人が見て決める"),
    (HomeRule.NOT_ASKED, "在宅かどうかを見ない"),
    (Verdict.MET, "当たる"),
    (Verdict.NOT_MET, "当たらない"),
    (Verdict.UNKNOWN, "わからない"),
    (EligibilityChange.JOINED, "はじめて対象"),
    (EligibilityChange.BECAME, "新しく対象"),
    (EligibilityChange.STAYS, "引き続き対象"),
    (EligibilityChange.LEFT, "対象でなくなった"),
    (EligibilityChange.NEVER, "対象ではない"),
    (EligibilityChange.DOUBTFUL, "わからない"),
    (EligibilityDecision.KEPT, "対象者として残す"),
    (EligibilityDecision.REMOVED, "名簿から外す"),
    (Audience.FIRST, "まだ案内していない人"),
    (Audience.REMINDER, "返送のない人(2回目)"),
    (Audience.BOTH, "両方"),
    (EnvelopeOrder.POSTAL, "郵便番号の順"),
    (EnvelopeOrder.DISTRICT, "校区の順"),
    (ReplyKind.APPLIED, "申込"),
    (ReplyKind.DECLINED, "辞退"),
    (ReplyKind.REFUSED, "不同意"),
    (ReplyKind.UNDELIVERED, "宛先不明"),
    (NotInvited.NOT_JUDGED, "まだ判定していない"),
    (NotInvited.NOT_ELIGIBLE, "要件に当たらない"),
    (NotInvited.DOUBTFUL, "対象かどうかわからない"),
    (NotInvited.APPLIED, "申込済"),
    (NotInvited.DECLINED, "辞退"),
    (NotInvited.ANSWERED, "返送ずみ"),
    (NotInvited.WAITING, "返送を待っている"),
    (NotInvited.ALREADY_INVITED, "案内済"),
    (NotInvited.NEVER_INVITED, "まだ案内していない"),
    (NotInvited.NO_ADDRESS, "住所がない"),
    (NotInvited.UNDELIVERED, "宛先不明のまま"),
    (NotInvited.LOOKS_THE_SAME, "同じ人かもしれない記録がある"),
)

#: 熊本市の同じ指標: what it is called, how it is divided, what was published, and how sure that is.
PEER_RATE_NAME: Final = "熊本市の「要援護者名簿登録」の指標"
PEER_RATE_RULE: Final = "要援護者名簿に登録した人 ÷ 登録の対象になる人"
PEER_RATE_SHORT: Final = "熊本市の同じ指標"
PEER_RATE_NUMBERS: Final = "24.2 → 50.0"
PEER_RATE_SHORT_RULE: Final = "要援護者名簿登録 ÷ 対象者。原資料は要確認"
PEER_RATE_PUBLISHED: Final = "24.2% から 50.0% へ"
PEER_RATE_SOURCE: Final = (
    "熊本市の計画の指標として伝えられる数。原資料を見ていないので、いつの数か、実績か目標かも要確認"
)
PEER_RATE_CAUTION: Final = "対象者の決め方は市によって違うので、高い低いをそのまま比べることはできません。"
