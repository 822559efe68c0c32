"""保存した列の対応 on the encrypted file, those of a newer program among them."""

from __future__ import annotations

from sqlalchemy import text

from kurume_bousai.domain.mapping_profiles import ColumnMapping, Split
from kurume_bousai.services.roster_import.mapping_profiles import MappingProfileService
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fixtures.rosters import COLUMNS
from tests.storage.test_reception import Clock

HEADER = ("宛名番号", "氏名（カナ）")
MAPPING = ColumnMapping(
    headings={"ID": ("宛名番号",), "氏名": ("氏名（カナ）",)},
    constants={"受入対象": "高齢"},
    defaults={"校区": "津福"},
    words={"性別": {"1": "男"}},
    splits={"氏名": Split.NAME},
)


def test_what_was_kept_is_read_as_it_was_and_audited_without_its_name(city: EncryptedCityDatabase) -> None:
    service = MappingProfileService(city, Clock())
    kept = service.save("介護保険課 架空", HEADER, MAPPING, columns=COLUMNS).value
    assert service.all() == [kept]
    with city.reading() as session:
        written = "".join(map(str, session.audit.entries()))
        assert "介護保険課 架空" not in written
        assert kept.profile_id in written
        assert session.audit.verify() == []
    service.remove(kept.profile_id)
    assert service.all() == []


def test_a_mapping_of_a_newer_program_is_refused_and_can_be_removed(city: EncryptedCityDatabase) -> None:
    service = MappingProfileService(city, Clock())
    kept = service.save("介護保険課", HEADER, MAPPING, columns=COLUMNS).value
    with city.writing() as session:
        session.connection.execute(
            text("""UPDATE mapping_profiles SET mapping = '{"列": {}, "新しい": 1}'""")
        )
    assert service.all() == []
    assert [one.problem.code for one in service.refused()] == ["mapping_bad"]
    service.remove(kept.profile_id)
    assert service.refused() == []
