from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from kurume_bousai.storage import EncryptedCityDatabase, open_database
from kurume_bousai.storage.rows.every import AuditHeadRecord, AuditPayloadRecord, AuditRecord
from tests.storage.conftest import OPERATOR, PASSPHRASE
from tests.storage.people import person


def _tamper(city: EncryptedCityDatabase, *statements: str) -> None:
    with city.writing() as session:
        for statement in statements:
            session.connection.exec_driver_sql(statement)


@pytest.fixture
def used(city: EncryptedCityDatabase) -> EncryptedCityDatabase:
    for index in range(4):
        with city.writing() as session:
            session.audit.record(city.access, "printed", [f"m{index}"], {"氏名": f"架空{index}"})
    return city


def test_whole_after_use_and_after_reopening(used: EncryptedCityDatabase) -> None:
    with used.reading() as session:
        head = session.audit.head()
        assert session.audit.verify(head) == []
    used.close()
    again = open_database(used.path, OPERATOR, PASSPHRASE)
    with again.reading() as session:
        assert session.audit.verify(head) == []
        assert session.audit.head() != head
    again.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET operator = 'x' WHERE sequence = 2",
        "UPDATE audit_entries SET subjects = '[]' WHERE sequence = 4",
        "DELETE FROM audit_entries WHERE sequence = 3",
        "DELETE FROM audit_entries WHERE sequence > 4",
        "DELETE FROM audit_entries",
        "UPDATE audit_heads SET sequence = sequence - 1",
        "UPDATE audit_payloads SET content = '{}' WHERE sequence = 4",
        "UPDATE audit_payloads SET content = NULL, salt = NULL WHERE sequence = 3",
        "DELETE FROM audit_payloads WHERE sequence = 3",
    ],
)
def test_every_tampering_is_found(used: EncryptedCityDatabase, statement: str) -> None:
    _tamper(used, statement)
    with used.reading() as session:
        assert session.audit.verify()


def test_a_cut_tail_stays_visible_after_more_work(used: EncryptedCityDatabase) -> None:
    _tamper(used, "DELETE FROM audit_entries WHERE sequence > 4")
    with used.writing() as session:
        session.audit.record(used.access, "later", [], {})
    with used.reading() as session:
        assert session.audit.verify()


def test_printed_head_finds_a_tail_cut_with_its_head(used: EncryptedCityDatabase) -> None:
    with used.reading() as session:
        printed = session.audit.head()
        entry = session.audit.entries()[-2]
    with used.writing() as session:
        after = AuditRecord.sequence > entry.sequence
        session.connection.execute(delete(AuditRecord).where(after))
        session.connection.execute(
            delete(AuditPayloadRecord).where(AuditPayloadRecord.sequence > entry.sequence)
        )
        head = {"sequence": entry.sequence, "entry_hash": entry.entry_hash}
        session.connection.execute(update(AuditHeadRecord).values(head))
    with used.reading() as session:
        assert session.audit.verify() == []
        assert len(session.audit.verify(printed)) == 1


def test_erased_payloads_are_fine_and_gone(used: EncryptedCityDatabase) -> None:
    later = used.now() + timedelta(days=1)
    with used.writing() as session:
        assert session.audit.erase_payloads(used.access, later) > 4
    with used.reading() as session:
        assert session.audit.verify() == []
        left = session.connection.exec_driver_sql(
            "SELECT count(*) FROM audit_payloads WHERE content LIKE '%架空%'"
        ).scalar()
        assert left == 0
        # Only the erasure's own payload stands.
        kept = session.connection.exec_driver_sql(
            "SELECT count(*) FROM audit_payloads WHERE salt IS NOT NULL"
        )
        assert kept.scalar() == 1


def test_every_write_is_audited(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.members.add_many(city.access, [person()], source="福祉課")
    with city.reading() as session:
        assert session.audit.entries()[-1].action == "members_added"
