"""Words outside their column: 支援措置 in a 備考, 死亡 or 転出 beside a name. Told, never obeyed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

#: The columns of ours in which offices write what has a column of its own.
LOOKED_AT: Final = ("氏名", "住所", "方書", "備考")
_NONE: Final = r"(?!\s*(?:の?対象)?\s*(?:[:：]\s*)?(?:なし|無し?|非該当|対象外|ではない))"
_PROTECTED: Final = re.compile(
    rf"支援措置{_NONE}|(?<![A-Za-zＡ-Ｚａ-ｚ])(?:DV|ＤＶ|dv)(?![A-Za-zＡ-Ｚａ-ｚ]){_NONE}|ストーカー{_NONE}"
    r"|(?:住所|居所|避難先|現住所)(?:は|を|の)?(?:秘匿|非公開|非開示|不開示)|秘匿(?:対象|希望|中)"
    r"|(?:閲覧|交付)(?:等の?)?(?:制限|禁止)|^\s*(?:秘匿|非公開|非開示|不開示)\s*$"
).search
_GONE: Final = re.compile(
    r"死亡|死去|逝去|他界|転出|除票|職権消除|資格喪失|(?:施設|特養|老健|ホーム)[にへ]?\s*入所|入所中|長期入院"
).search
#: Something of any of these: nearly no row has it, and one search of the whole row says so.
_ANY: Final = re.compile(
    "支援措置|DV|ＤＶ|dv|ストーカー|秘匿|公開|開示|制限|禁止|死|逝去|他界|転出|除票|消除|喪失|入所|入院|故"
).search
_LATE: Final = re.compile(r"^\s*(?:[（(【\[]故[）)】\]]|故[\s　])").search


class RowHints:
    """手がかりの言葉: looks for them in the cells of a row, ours and those nobody has a use for.

    Parameters
    ----------
    positions
        Where the columns of ours stand.
    header
        The headings as they are; what stands under none is not looked at.
    """

    def __init__(self, positions: Mapping[str, int], header: Sequence[str], width: int) -> None:
        taken = {*positions.values()}
        # First the columns that most often hold them, so that a row of plain people is soon done with.
        self._ours = tuple((name, positions[name]) for name in LOOKED_AT if name in positions)
        self._theirs = tuple(
            (heading.strip(), place)
            for place, heading in enumerate(header[:width])
            if heading.strip() and place not in taken
        )
        self._places = [place for _name, place in (*self._ours, *self._theirs)]

    def speaks(self, cells: Sequence[str]) -> bool:
        """Whether anything of the row may be one of the words: look closer then."""
        return _ANY("\n".join([cells[place] for place in self._places if place < len(cells)])) is not None

    def protected_in(self, cells: Sequence[str]) -> str:
        """The column that speaks of 支援措置 although it is not the one for it; "" = none."""
        for name, place in (*self._ours, *self._theirs):
            if place < len(cells) and (text := cells[place]) and _PROTECTED(text):
                return name
        return ""

    def gone_in(self, cells: Sequence[str]) -> str:
        """The column that says that somebody died or left; "" = none. An address is no such column."""
        for name, place in (*self._ours, *self._theirs):
            if name == "住所" or place >= len(cells) or not (text := cells[place]):
                continue
            if (name == "氏名" and _LATE(unicodedata.normalize("NFKC", text))) or _GONE(text):
                return name
        return ""
