"""Words of 照合: why two records may be one person, as a clerk reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from kurume_bousai.domain.matching import Likeness, PairVerdict
from kurume_bousai.domain.sources import SourceKind

LIKENESS_WORDS: Final[Mapping[Likeness, str]] = {
    Likeness.NAME_SAME: "氏名が同じ",
    Likeness.NAME_FORMS: "氏名が同じ（字の形や空白だけ違う）",
    Likeness.NAME_GIVEN: "名が同じで姓が違う",
    Likeness.NAME_DIFFERS: "氏名が違う",
    Likeness.KANA_SAME: "フリガナが同じ",
    Likeness.KANA_NEAR: "フリガナの書き方だけ違う",
    Likeness.KANA_GIVEN: "フリガナの名だけ同じ",
    Likeness.KANA_MISSING: "フリガナがわからない",
    Likeness.KANA_DIFFERS: "フリガナが違う",
    Likeness.BIRTH_SAME: "生年月日が同じ",
    Likeness.BIRTH_NEAR: "生年月日が一か所だけ違う",
    Likeness.BIRTH_MISSING: "生年月日がわからない",
    Likeness.BIRTH_DIFFERS: "生年月日が違う",
    Likeness.HOUSE_SAME: "住所が同じ",
    Likeness.TOWN_SAME: "町字が同じで番地が違う",
    Likeness.HOUSE_MISSING: "住所がわからない",
    Likeness.HOUSE_DIFFERS: "住所が違う",
    Likeness.SEX_DIFFERS: "性別が違う",
    Likeness.PHONE_SAME: "電話が同じ",
}
#: For ``labels.label`` and the glossary.
MATCHING_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    *LIKENESS_WORDS.items(),
    (PairVerdict.SAME, "同じ人"),
    (PairVerdict.DOUBT, "あとで決める"),
    (PairVerdict.OTHER, "別の人"),
    (SourceKind.RESIDENT, "住民基本台帳"),
    (SourceKind.CARE, "介護保険"),
    (SourceKind.DISABILITY, "障害者手帳・障害福祉"),
    (SourceKind.OWN, "市の名簿・申込"),
)
_DIFFERENT: Final = frozenset(
    {
        Likeness.NAME_GIVEN, Likeness.NAME_DIFFERS, Likeness.KANA_GIVEN, Likeness.KANA_DIFFERS,
        Likeness.BIRTH_NEAR, Likeness.BIRTH_DIFFERS, Likeness.TOWN_SAME, Likeness.HOUSE_DIFFERS,
        Likeness.SEX_DIFFERS,
    }
)  # fmt: skip


def is_difference(part: Likeness) -> bool:
    """True where the part speaks against one person, so that the screen marks it."""
    return part in _DIFFERENT


def reason_words(parts: Iterable[Likeness]) -> str:
    """The reason for a score in words: what agrees first, then what differs."""
    known = [part for part in parts if part in LIKENESS_WORDS]
    agreeing = [LIKENESS_WORDS[part] for part in known if not is_difference(part)]
    differing = [LIKENESS_WORDS[part] for part in known if is_difference(part)]
    return "。".join("、".join(words) for words in (agreeing, differing) if words)
