"""Words that offices write for codes. One table per code; a word not here is told, not guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Final, TypeVar

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.hazards import Fitness
from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, RegistrationState, Sex
from kurume_bousai.domain.shelters import Ownership, YesNoUnknown
from kurume_bousai.domain.site_record import Equipment, SiteFigure

E = TypeVar("E", bound=Enum)

SEX: Final = {
    Sex.FEMALE: ("女", "女性", "F", "2"),
    Sex.MALE: ("男", "男性", "M", "1"),
    Sex.OTHER: ("その他",),
    Sex.UNKNOWN: ("不明", "未回答"),
}
NEED: Final = {
    Need.POWER: ("電源", "電", "人工呼吸器", "在宅酸素", "吸引器", "医療機器"),
    Need.WHEELCHAIR: ("車いす", "椅", "車椅子", "車イス"),
    Need.STRETCHER: ("寝台・ストレッチャー", "寝", "寝台", "ストレッチャー", "寝たきり"),
    Need.PRIVATE_ROOM: ("個室", "個"),
    Need.CARE: ("常時の介助・見守り", "介", "介助", "見守り", "常時介助", "常時の介助", "常時の見守り"),
    Need.INFANT: ("乳幼児・妊産婦", "乳", "乳幼児", "妊産婦", "乳児"),
}
CATEGORY: Final = {
    AdmissionCategory.ELDERLY: ("高齢", "高齢者"),
    AdmissionCategory.PHYSICAL: ("身体", "身体障害", "身体障害者"),
    AdmissionCategory.INTELLECTUAL: ("知的", "知的障害", "知的障害者"),
    AdmissionCategory.MENTAL: ("精神", "精神障害", "精神障害者"),
    AdmissionCategory.MATERNAL: ("妊産婦・乳幼児", "妊産婦乳幼児", "妊産婦", "乳幼児"),
}
REASON: Final = {
    Reason.CARE_LEVEL: ("要介護", "要介護認定", "介護"),
    Reason.PHYSICAL_CERTIFICATE: ("身体障害者手帳", "身障", "身体", "身体障害", "身障手帳"),
    Reason.INTELLECTUAL_CERTIFICATE: ("療育手帳", "療育", "知的", "知的障害"),
    Reason.MENTAL_CERTIFICATE: ("精神障害者保健福祉手帳", "精神手帳", "精神", "精神障害"),
    Reason.INTRACTABLE_DISEASE: ("難病",),
    Reason.ELDERLY_HOUSEHOLD: ("高齢者のみの世帯", "高齢者世帯", "高齢世帯", "高齢者のみ"),
    Reason.MATERNAL_INFANT: ("妊産婦・乳幼児", "妊産婦", "乳幼児"),
    Reason.EQUIVALENT: ("準じる人", "準じる者", "その他", "準ずる者"),
}
REGISTRATION: Final = {
    RegistrationState.NOT_INVITED: ("未案内", "案内前"),
    RegistrationState.INVITED: ("案内済", "案内済み"),
    RegistrationState.APPLIED: ("申込済", "申込済み", "登録", "登録済", "登録済み"),
    RegistrationState.DECLINED: ("辞退",),
}
CONSENT: Final = {
    ConsentState.GIVEN: ("同意", "同意する", "同意あり", "同意済", "同意済み"),
    ConsentState.REFUSED: ("不同意", "同意しない", "拒否"),
    ConsentState.WITHDRAWN: ("撤回",),
    ConsentState.UNANSWERED: ("未回答", "未確認", "回答なし"),
}
OWNERSHIP: Final = {
    Ownership.PUBLIC: ("公共", "公共施設", "市"),
    Ownership.WELFARE_FACILITY: ("福祉施設", "福祉", "民間"),
}
YES_NO_UNKNOWN: Final = {
    YesNoUnknown.YES: ("はい", "○", "〇", "◯", "1", "有", "あり", "済"),
    YesNoUnknown.NO: ("いいえ", "×", "0", "無", "なし"),
    YesNoUnknown.UNKNOWN: ("不明", "未確認"),
}
FITNESS: Final = {
    Fitness.FIT: ("適", "○", "〇", "◯", "可"),
    Fitness.UNFIT: ("不適", "×", "否", "不可"),
    Fitness.UNCONFIRMED: ("未確認", "不明"),
}
EQUIPMENT: Final = {
    Equipment.ACCESSIBLE_TOILET: (
        "バリアフリートイレ", "多目的トイレ", "多機能トイレ", "車いす対応トイレ", "障害者用トイレ",
    ),
    Equipment.ELEVATOR: ("エレベーター", "エレベータ", "EV"),
    Equipment.RAMP: ("スロープ",),
    Equipment.EMERGENCY_POWER: ("非常用電源", "自家発電", "発電機", "非常用発電"),
    Equipment.WATER: ("給水", "受水槽", "井戸"),
    Equipment.BATH: ("入浴", "浴室", "風呂", "特殊浴槽"),
    Equipment.TRANSPORT: ("送迎車", "福祉車両", "送迎"),
    Equipment.PRIVATE_ROOM: ("個室・多目的室", "個室", "多目的室"),
}  # fmt: skip
SITE_FIGURE: Final = {
    SiteFigure.DESIGNATION: ("指定・協定", "指定", "協定"),
    SiteFigure.ROOMS: ("室と面積", "室", "床面積", "面積", "室と床面積"),
    SiteFigure.BLOCKED: ("使えない人数",),
    SiteFigure.STAFF: ("職員", "職員数"),
    SiteFigure.ACCEPTS: ("受入対象",),
    SiteFigure.NEEDS: ("必要な支援", "支援", "必要な支援の受け入れ"),
    SiteFigure.POWER: ("電源", "発電"),
    SiteFigure.FITNESS: ("適否", "災害ごとの適否"),
}
YES: Final = frozenset(
    {"○", "〇", "◯", "1", "はい", "有", "あり", "有り", "該当", "対象", "true", "yes", "レ", "✓", "✔"}
)
NO: Final = frozenset({"×", "0", "いいえ", "無", "なし", "無し", "非該当", "対象外", "false", "no", "-"})
NOTHING: Final = frozenset({"なし", "無し", "無", "特になし", "不要"})
_LISTS_KEPT: Final = 4096
_SEPARATORS: Final = re.compile(r"[;,、，/／|\n]")
_FOLD: Final = str.maketrans("", "", " \t　()（）")


@lru_cache(maxsize=8192)
def fold_word(text: str) -> str:
    """A word without width, case, spaces and brackets."""
    return unicodedata.normalize("NFKC", text).translate(_FOLD).casefold()


_YES_FOLDED: Final = frozenset(map(fold_word, YES))
_NO_FOLDED: Final = frozenset(map(fold_word, NO))
_NOTHING_FOLDED: Final = frozenset(map(fold_word, NOTHING))


class Vocabulary(dict[str, E]):
    """語と符号: folded word → member of one enum; the English id is a word too."""

    def __init__(self, words: Mapping[E, tuple[str, ...]]) -> None:
        super().__init__()
        self._lists: dict[str, tuple[frozenset[E], tuple[str, ...]]] = {}
        self.preferred = {member: spellings[0] for member, spellings in words.items()}
        for member, spellings in words.items():
            for word in (*spellings, str(member.value)):
                self[fold_word(word)] = member

    def find(self, text: str) -> E | None:
        """The member for one word; None = not a word of this table."""
        return self.get(fold_word(text))

    def find_all(self, text: str) -> tuple[frozenset[E], tuple[str, ...]]:
        """Members of a list such as 「電源;車いす」 and the parts that are no words of this table.

        A separator inside a word of the table (寝台・ストレッチャー) does not cut it.
        """
        found = self._lists.get(text)
        if found is None:
            found = self._read_list(text)
            if len(self._lists) < _LISTS_KEPT:  # a column holds the same few lists thousands of times
                self._lists[text] = found
        return found

    def _read_list(self, text: str) -> tuple[frozenset[E], tuple[str, ...]]:
        known: set[E] = set()
        unknown: list[str] = []
        for part in filter(str.strip, _SEPARATORS.split(unicodedata.normalize("NFKC", text))):
            whole = self.find(part)
            pieces = [part] if whole is not None else [piece for piece in part.split("・") if piece.strip()]
            for piece in pieces:
                found = self.find(piece)
                if found is None:
                    unknown.append(piece.strip())
                else:
                    known.add(found)
        return frozenset(known), tuple(unknown)


SEX_WORDS: Final = Vocabulary(SEX)
NEED_WORDS: Final = Vocabulary(NEED)
CATEGORY_WORDS: Final = Vocabulary(CATEGORY)
REASON_WORDS: Final = Vocabulary(REASON)
REGISTRATION_WORDS: Final = Vocabulary(REGISTRATION)
CONSENT_WORDS: Final = Vocabulary(CONSENT)
OWNERSHIP_WORDS: Final = Vocabulary(OWNERSHIP)
YES_NO_UNKNOWN_WORDS: Final = Vocabulary(YES_NO_UNKNOWN)
FITNESS_WORDS: Final = Vocabulary(FITNESS)
EQUIPMENT_WORDS: Final = Vocabulary(EQUIPMENT)
SITE_FIGURE_WORDS: Final = Vocabulary(SITE_FIGURE)


def is_yes(text: str) -> bool | None:
    """True, False, or None where the text is neither a known yes nor a known no."""
    folded = fold_word(text)
    if folded in _YES_FOLDED:
        return True
    return False if folded in _NO_FOLDED else None


def is_nothing(text: str) -> bool:
    """True for 「なし」: an explicit statement that there is none."""
    return fold_word(text) in _NOTHING_FOLDED
