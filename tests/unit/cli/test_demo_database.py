from __future__ import annotations

from pathlib import Path

import pytest

from kurume_bousai.cli.demo_database import prepare_demo
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.services.fictional.city import DemoSummary
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, open_database


def prepare(path: Path, members: int = 60, *, seed: int = 3, fresh: bool = False) -> DemoSummary:
    return prepare_demo(
        path, members=members, seed=seed, fresh=fresh, progress=lambda _done, _total, _text: None
    )


def count(path: Path, operator: str) -> int:
    database = open_database(path, operator, "demo")
    try:
        with database.reading() as session:
            return session.members.count(database.access, MemberQuery())
    finally:
        database.close()


def test_a_demo_is_made_once_and_used_again(tmp_path: Path) -> None:
    path = tmp_path / "kakuu.db"
    made = prepare(path)
    assert (made.members, made.districts, made.floor_places) == (60, 46, 1460)
    assert count(path, "架空") == 60
    assert count(path, "架空・支援措置担当") == 63
    keys = path.with_name("kakuu.db.keys").read_bytes()
    assert prepare(path) == made
    assert path.with_name("kakuu.db.keys").read_bytes() == keys


def test_another_demo_is_refused_unless_fresh(tmp_path: Path) -> None:
    path = tmp_path / "kakuu.db"
    prepare(path)
    for members, seed in ((61, 3), (60, 4)):
        with pytest.raises(KnownProblem) as caught:
            prepare(path, members, seed=seed)
        assert caught.value.code == "demo_differs"
    assert count(path, "架空") == 60
    assert prepare(path, 61, fresh=True).members == 61
    assert count(path, "架空") == 61


@pytest.mark.parametrize("fresh", [False, True])
def test_a_real_database_is_never_touched(tmp_path: Path, fresh: bool) -> None:
    path = tmp_path / "kurume.db"
    database, _ = create_database(path, "担当者", "とても長い合言葉です", roles=(Role.ADMINISTRATOR,))
    database.close()
    before = path.read_bytes()
    with pytest.raises(KnownProblem) as caught:
        prepare(path, fresh=fresh)
    assert caught.value.code == "not_a_demo"
    assert path.read_bytes() == before


def test_stopping_leaves_no_file(tmp_path: Path) -> None:
    def stop(_done: int, _total: int, text: str) -> None:
        if "登録" in text:
            raise Cancelled

    with pytest.raises(Cancelled):
        prepare_demo(tmp_path / "kakuu.db", members=60, seed=1, fresh=False, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_demo_broken_off_by_a_power_cut_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "kakuu.db"
    database, _ = create_database(path, "架空", "demo", roles=tuple(Role), fictional=True)
    database.close()
    assert prepare(path).members == 60
    assert count(path, "架空") == 60
