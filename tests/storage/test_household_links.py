"""A record that names family of the list names nobody to whom they do not exist (RULEBOOK §1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RemovalReason, RosterMember, Sex
from kurume_bousai.domain.person_details import HouseholdPerson, PersonDetails, linked_ids
from kurume_bousai.domain.statutory import StatutoryItem, missing_items
from kurume_bousai.services.ports.members import GroupField, MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.rows.statutory import lacks, statutory_gap
from tests.storage.conftest import OPERATOR, PASSPHRASE
from tests.storage.people import ADMINISTRATOR, CLERK, DISTRICTS, FLAGGED, members, person


def family(*linked: RosterMember) -> PersonDetails:
    return PersonDetails(
        household=tuple(HouseholdPerson(kinship="家族", link=one.member_id) for one in linked)
    )


def _links(city: EncryptedCityDatabase, member: RosterMember, *, flagged: bool) -> list[MemberId]:
    who = FLAGGED if flagged else CLERK
    with city.reading() as session:
        found = session.members.get(who, member.member_id)
        versions = session.members.versions(who, member.member_id)
        assert found is not None
        assert linked_ids(versions[-1].member.details) == linked_ids(found.details)
        (listed,) = [
            one for one in session.members.in_district(who, None) if one.member_id == member.member_id
        ]
        assert listed.details == found.details
    return list(linked_ids(found.details))


def test_hidden_family_is_not_named_and_not_lost(city: EncryptedCityDatabase) -> None:
    hidden = person("守られる人", has_protected_address=True)
    seen, gone = person("見える人"), person("消えた人")
    member = person("家族のある人", details=family(hidden, seen, gone))
    with city.writing() as session:
        session.members.add_many(FLAGGED, [hidden, seen, gone, member], source="x")
        session.members.remove_many(
            FLAGGED, [gone.member_id], RemovalReason.DIED, source="x", on=date(2026, 1, 1)
        )
    assert _links(city, member, flagged=False) == [seen.member_id]
    assert _links(city, member, flagged=True) == [hidden.member_id, seen.member_id]
    with city.reading() as session:
        read = session.members.get(CLERK, member.member_id)
        assert read is not None
    with city.writing() as session:
        session.members.save_many(CLERK, [replace(read, details=PersonDetails(pets="犬"))], source="y")
    assert _links(city, member, flagged=False) == []
    assert _links(city, member, flagged=True) == [hidden.member_id]


def test_an_import_by_somebody_who_sees_nobody_keeps_every_link(city: EncryptedCityDatabase) -> None:
    other = person("見える人")
    member = person("家族のある人", details=family(other), source="s", source_key="k")
    with city.writing() as session:
        session.members.add_many(FLAGGED, [other, member], source="x")
        read = session.members.by_source_keys("s")["k"]
        session.members.save_many(ADMINISTRATOR, [replace(read, details=PersonDetails())], source="x")
    assert _links(city, member, flagged=True) == [other.member_id]


def test_people_by_neighborhood_and_commissioner(city: EncryptedCityDatabase) -> None:
    people = [
        person("一", neighborhood="東区", commissioner="架空委員"),
        person("二", neighborhood="東区"),
        person("三", neighborhood="西区", district_id=DISTRICTS[1]),
        person("四", neighborhood="西区", has_protected_address=True),
    ]
    with city.writing() as session:
        session.members.add_many(FLAGGED, people, source="x")
    with city.reading() as session:
        found = session.members
        assert found.groups(CLERK, MemberQuery(), GroupField.NEIGHBORHOOD) == [("東区", 2), ("西区", 1)]
        assert found.groups(FLAGGED, MemberQuery(), GroupField.NEIGHBORHOOD) == [("東区", 2), ("西区", 2)]
        assert found.groups(CLERK, MemberQuery(), GroupField.COMMISSIONER) == [("架空委員", 1)]
        narrowed = MemberQuery(district_id=DISTRICTS[1])
        assert found.groups(CLERK, narrowed, GroupField.NEIGHBORHOOD) == [("西区", 1)]
        by_name = [row.name for row in found.rows(CLERK, MemberQuery(neighborhood="東区"))]
        assert sorted(by_name) == ["一", "二"]
        assert found.count(CLERK, MemberQuery(commissioner="架空委員")) == 1


def test_the_name_as_shown_is_found_too(city: EncryptedCityDatabase) -> None:
    member = person("渡\ue123", details=PersonDetails(display_name="渡辺", display_kana="ワタナベ"))
    with city.writing() as session:
        session.members.add_many(FLAGGED, [member], source="x")
        for text in ("渡辺", "わたな", "渡邊"):
            assert session.members.count(CLERK, MemberQuery(text)) == 1, text


spaced = st.sampled_from(("", " ", "　", "\u2003", "\t", "あ", " あ", "0942"))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda base, name, phone, mail, address, sex: replace(
                base, name=name, phone=phone, phone_second="", mail_or_fax=mail, address=address, sex=sex
            ),
            members, spaced, spaced, spaced, spaced, st.sampled_from(Sex),
        ),
        max_size=12,
        unique_by=lambda member: member.member_id,
    )
)  # fmt: skip
def test_the_law_is_asked_alike_in_the_database(empty_city: Path, population: list[RosterMember]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "city.db"
        copy(empty_city, path)
        copy(empty_city.with_name("city.db.keys"), path.with_name("city.db.keys"))
        city = open_database(path, OPERATOR, PASSPHRASE)
        try:
            with city.writing() as session:
                session.members.add_many(FLAGGED, population, source="x")
                for item in StatutoryItem:
                    found = set(session.connection.scalars(select(MemberRecord.member_id).where(lacks(item))))
                    assert found == {one.member_id for one in population if item in missing_items(one)}
                found = set(session.connection.scalars(select(MemberRecord.member_id).where(statutory_gap())))
                assert found == {one.member_id for one in population if missing_items(one)}
        finally:
            city.close()


def test_no_list_and_no_count_reads_the_details(city: EncryptedCityDatabase) -> None:
    member = person("くわしい人", details=PersonDetails(medicine="血圧の薬"))
    with city.writing() as session:
        session.members.add_many(FLAGGED, [member], source="x")
    asked: list[str] = []
    with city.reading() as session:
        engine = session.connection.engine

        def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.append(statement)

        event.listen(engine, "before_cursor_execute", listen)
        try:
            for query in (MemberQuery(), MemberQuery("くわ"), MemberQuery(neighborhood="東区")):
                session.members.rows(CLERK, query)
                session.members.count(CLERK, query)
                session.members.filter_counts(CLERK, query)
                session.members.groups(CLERK, query, GroupField.NEIGHBORHOOD)
            session.members.counted(CLERK)
            session.members.district_counts(CLERK)
        finally:
            event.remove(engine, "before_cursor_execute", listen)
    assert len(asked) >= 14
    assert not [statement for statement in asked if "details" in statement]
