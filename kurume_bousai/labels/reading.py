"""ファイルの読み方の言葉."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.mapping_profiles import Split

READING_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (Split.NAME, "氏名とフリガナが一つの欄にあるので、氏名の部分を使う"),
    (Split.KANA, "氏名とフリガナが一つの欄にあるので、フリガナの部分を使う"),
    (Split.ADDRESS, "住所と建物の名前が一つの欄にあるので、番地までを使う"),
    (Split.BUILDING, "住所と建物の名前が一つの欄にあるので、建物の部分を使う"),
)
