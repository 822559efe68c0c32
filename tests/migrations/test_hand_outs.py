"""A ledger of an older file is kept with its people, and down again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from kurume_bousai import app
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.hand_outs import CopyState
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.storage.people import person


def test_the_ledger_of_an_older_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
        row = session.members.rows(city.access, MemberQuery())[0]
        session.ledger.issue(
            city.access, document="名簿", recipient="架空の団体", purpose="見守り", copies=1,
            member_ids=[row.member_id], at=city.now(), expires_on=None, due_on=None,
        )  # fmt: skip
    older = migrations.REVISIONS[migrations.REVISIONS.index("0012") - 1]
    migrations.downgrade(city.writer_engine, older)
    assert "copy_events" not in inspect(city.writer_engine).get_table_names()
    with city.writer_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM ledger_people")) == 1
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        service = app.hand_out_copies(city)
        [copy] = service.ledger().copies
        assert (copy.people, copy.state, copy.body) == (1, CopyState.AWAITING_RECEIPT, None)
        [named] = service.open(copy.copy_number).people
        assert named.said is None
        assert named.now is not None
    finally:
        city.close()
