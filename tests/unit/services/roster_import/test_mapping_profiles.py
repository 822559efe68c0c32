from __future__ import annotations

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.services.roster_import.mapping_profiles import MappingProfileService, require_usable
from tests.fakes.city import FixedClock
from tests.fixtures.rosters import COLUMNS, access, city

HEADER = ("宛名番号", "対象者", "生年月日", "住所")
MAPPING = ColumnMapping.of({"ID": "宛名番号", "氏名": "対象者"})


def service() -> MappingProfileService:
    return MappingProfileService(city(), FixedClock())


def test_a_mapping_is_found_again_by_its_headings_and_by_its_office() -> None:
    kept = service()
    kept.save("介護保険課", HEADER, MAPPING, columns=COLUMNS)
    kept.save("障害者福祉課", (*HEADER, "等級"), MAPPING, columns=COLUMNS)
    by_headings = kept.recognised(HEADER)
    assert by_headings is not None
    assert (by_headings.profile.name, by_headings.can_be_used, bool(by_headings.difference)) == (
        "介護保険課",
        True,
        False,
    )
    by_office = kept.recognised(("対象者", "生年月日", "住所"), "障害者福祉課")
    assert by_office is not None
    assert not by_office.can_be_used
    with pytest.raises(KnownProblem) as caught:
        require_usable(by_office, where="r.csv")
    assert caught.value.code == "profile_differs"
    assert "宛名番号" in caught.value.message
    assert kept.recognised(("x", "y")) is None


def test_a_file_with_a_column_more_is_still_that_office_s() -> None:
    kept = service()
    kept.save("介護の抽出", HEADER, MAPPING, columns=COLUMNS)
    found = kept.recognised((*HEADER, "備考欄"), "介護保険課")
    assert found is not None
    assert found.can_be_used
    assert found.difference.added == ("備考欄",)
    assert kept.recognised((*HEADER, "備考欄", "等級"), "介護保険課") is None, "too many others"
    assert kept.recognised((*HEADER[1:], "備考欄"), "介護保険課") is None, "one it uses is gone"


def test_the_same_name_in_another_width_replaces() -> None:
    kept = service()
    first = kept.save("介護 保険課", HEADER, MAPPING, columns=COLUMNS).value
    second = kept.save("介護保険課", HEADER, ColumnMapping.of({"ID": "宛名番号"}), columns=COLUMNS).value
    assert [one.profile_id for one in kept.all()] == [first.profile_id] == [second.profile_id]
    assert kept.named("介護保険課").mapping == second.mapping
    kept.remove(second.profile_id)
    with pytest.raises(KnownProblem) as caught:
        kept.named("介護保険課")
    assert caught.value.code == "profile_missing"


def test_a_mapping_that_would_make_consents_is_not_kept() -> None:
    with pytest.raises(KnownProblem) as caught:
        service().save("架空課", HEADER, ColumnMapping(constants={"名簿同意": "同意"}), columns=COLUMNS)
    assert caught.value.code == "mapping_bad"


def test_only_who_may_import_may_see_and_keep_mappings() -> None:
    kept = MappingProfileService(city(access()), FixedClock())
    for act in (kept.all, lambda: kept.save("架空課", HEADER, MAPPING, columns=COLUMNS)):
        with pytest.raises(KnownProblem) as caught:
            act()
        assert caught.value.code == "no_right"
