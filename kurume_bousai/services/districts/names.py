"""校区 names as people write them: 津福, 津福校区, 津福小学校, 久留米市立津福小学校."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.names import fold

_PREFIX: Final = re.compile(r"^(?:福岡県)?(?:久留米市)?(?:市?立)?")
_MOST_FOUND: Final = 4096
_SUFFIX: Final = re.compile(r"(?:小学校区|小学校|校区|小校区|小)$")


class DistrictNames:
    """校区の名前さがし. ``aliases``: further names the city uses → 校区."""

    def __init__(
        self, districts: Iterable[SchoolDistrict], aliases: Mapping[str, DistrictId] | None = None
    ) -> None:
        self._by_name: dict[str, DistrictId] = {}
        for district in districts:
            self._by_name[fold(district.name)] = district.district_id
            self._by_name[fold(str(district.district_id))] = district.district_id
        for alias, district_id in (aliases or {}).items():
            self._by_name.setdefault(fold(alias), district_id)
        self._found: dict[str, DistrictId | None] = {}  # a file names the same 46 thousands of times

    def find(self, text: str) -> DistrictId | None:
        """The 校区 of a name; None = none of the 46."""
        if text not in self._found:
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> DistrictId | None:
        folded = fold(text)
        if folded in self._by_name:
            return self._by_name[folded]
        return self._by_name.get(self._core(folded))

    def suggest(self, text: str) -> DistrictId | None:
        """The nearest name, to be offered and never taken by itself."""
        near = difflib.get_close_matches(self._core(fold(text)), self._by_name, n=1, cutoff=0.4)
        return self._by_name[near[0]] if near else None

    @staticmethod
    def _core(folded: str) -> str:
        without_prefix = _PREFIX.sub("", folded)
        return _SUFFIX.sub("", without_prefix) or folded
