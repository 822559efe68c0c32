"""After a whole use no name stands anywhere in clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import BackgroundId
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.storage.backup import backup
from tests.storage.people import person

SENTINELS = ("見張番太郎", "ミハリバンタロウ", "津福本町9999-77", "0942-00-7777", "SENTINELNAME")


def _use(city: EncryptedCityDatabase) -> None:
    who = city.access
    many = [
        person(SENTINELS[0], kana=SENTINELS[1], address=SENTINELS[2], phone=SENTINELS[3], note=SENTINELS[4],
               home=LonLat(130.5, 33.3))
        for _ in range(300)
    ]  # fmt: skip
    with city.writing() as session:
        session.members.add_many(who, many, source="x")
        session.backgrounds.add(
            who, Background(BackgroundId("b"), "地図", SENTINELS[4].encode() * 100, 0, 0, 1, 1, 0.5)
        )
        session.ledger.issue(
            who, document="roster", recipient=SENTINELS[0], purpose="訓練", copies=2,
            member_ids=[many[0].member_id], at=datetime(2026, 6, 1, tzinfo=UTC),
            expires_on=date(2027, 1, 1), due_on=None,
        )  # fmt: skip
    with city.reading() as session:
        assert session.members.count(who, MemberQuery("見張")) == 300
        members = session.members.in_district(who, None)
    with city.writing() as session:
        session.members.save_many(
            who, [replace(member, building=SENTINELS[0]) for member in members], source="x"
        )
    with city.writing() as session:
        session.members.purge_added(who, [member.member_id for member in members[:100]])
    city.add_operator("進行", "demo", roles=[Role.FACILITATOR])


def _readable(folder: Path) -> list[str]:
    needles = [
        text.encode(encoding)
        for text in SENTINELS
        for encoding in ("utf-8", "cp932", "utf-16-le", "utf-16-be")
    ]
    needles += [text.encode("utf-16-be").hex().encode() for text in SENTINELS]
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [path.name for needle in needles if needle in content]
    return found


def test_no_name_in_any_file(city: EncryptedCityDatabase, tmp_path: Path) -> None:
    _use(city)
    backup(city, tmp_path / "city.backup")
    names = {path.name for path in tmp_path.iterdir()}
    assert {"city.db", "city.db-wal", "city.db-shm", "city.db.keys", "city.backup"} <= names
    assert _readable(tmp_path) == []
    city.close()
    assert _readable(tmp_path) == []


def test_the_test_would_find_one(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(SENTINELS[0], "utf-8")
    assert _readable(tmp_path) == ["x"]
