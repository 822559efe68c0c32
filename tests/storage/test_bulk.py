"""The quick ways into and out of the database against the plain ones: the same rows, the same words."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, String, Table, create_engine, insert
from sqlcipher3 import dbapi2 as driver

from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import bigrams
from kurume_bousai.storage import bulk, search
from kurume_bousai.storage.base import Moment
from kurume_bousai.storage.kept_versions import keep_versions
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.mapping.versions import EMPTY
from kurume_bousai.storage.rows.people import MemberRecord, MemberVersionRecord

_TABLE = Table(
    "kinds",
    MetaData(),
    Column("row_id", Integer, primary_key=True),
    Column("words", String),
    Column("number", Integer),
    Column("share", Float),
    Column("on", Date),
    Column("at", Moment),
    Column("is_hidden", Boolean),
)
MEMBERS = cast("Table", MemberRecord.__table__)
VERSIONS = cast("Table", MemberVersionRecord.__table__)
_NOW = in_japan(datetime(2026, 11, 21, 3, 4, 5, 678, tzinfo=UTC))
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "words": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            "number": st.none() | st.integers(-(2**40), 2**40),
            "share": st.none() | st.floats(allow_nan=False),
            "on": st.none() | st.dates(),
            "at": st.none() | st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
            "is_hidden": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=8,
)
_LETTERS = st.text(st.sampled_from("山田森やまだ久𠮷08髙-ऊ\u0a00\u000b"), min_size=1, max_size=8)


def _stored(rows: Sequence[dict[str, Any]], *, quickly: bool) -> list[Any]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        _TABLE.create(connection)
        if quickly:
            bulk.insert(connection, _TABLE, rows)
        else:
            connection.execute(insert(_TABLE), rows)
        found = connection.exec_driver_sql('SELECT * FROM kinds ORDER BY "row_id"').all()
    engine.dispose()
    return [tuple(map(repr, row)) for row in found]


@settings(deadline=None)
@given(_ROWS)
def test_many_rows_at_once_are_stored_as_one_by_one(rows: list[dict[str, Any]]) -> None:
    assert _stored(rows, quickly=True) == _stored(rows, quickly=False)


def test_a_column_that_fills_itself_is_left_to_sqlalchemy() -> None:
    table = Table(
        "kinds", MetaData(), Column("row_id", Integer, primary_key=True), Column("a", Integer),
        Column("b", Integer, default=lambda: 7),
    )  # fmt: skip
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        bulk.insert(connection, table, [{"a": 1}, {"a": 2}])
        assert connection.execute(table.select()).all() == [(1, 1, 7), (2, 2, 7)]
    engine.dispose()


def test_a_row_without_a_column_of_the_first_is_refused() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        _TABLE.create(connection)
        try:
            bulk.insert(connection, _TABLE, [{"words": "山", "number": 1}, {"words": "森"}])
        except KeyError:
            stored = connection.exec_driver_sql("SELECT count(*) FROM kinds").scalar()
        else:
            stored = None
    engine.dispose()
    assert stored == 0


def _letter(letters: str) -> str:
    return letters.encode("utf-16-be", "surrogatepass").hex()


@given(st.lists(_LETTERS, max_size=5))
def test_tokens_are_the_pairs_and_the_last_letter_of_each_field(fields: list[str]) -> None:
    plain: list[str] = []
    for field in fields:
        pairs = bigrams(field) if len(field) > 1 else ()
        plain += [*map(_letter, pairs), _letter(field[-1])]
    assert search.tokens("\n".join(fields)) == " ".join(plain)


#: No lone half of a letter: no file and no keyboard gives one, and SQLite takes none.
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_PEOPLE = st.builds(
    RosterMember,
    member_id=st.just(MemberId("m1")),
    number=st.integers(1, 99_999),
    name=_WORDS,
    kana=_WORDS,
    born_on=st.none() | st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    note=_WORDS,
    home=st.none() | st.builds(LonLat, st.floats(122, 154), st.floats(20, 46)),
    power_hours=st.none() | st.floats(0, 100),
    flood_rank=st.none() | st.integers(0, 6),
    has_protected_address=st.booleans(),
    removed_on=st.none() | st.dates(),
)


@given(_PEOPLE)
def test_a_version_is_spelled_as_canonical_json_without_what_is_empty(member: RosterMember) -> None:
    row = mapping.to_row(member, number=5, version=2, updated_at=_NOW)
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if name not in ("roster_consent", "search_text")
    }
    full = canonical_json(plain)
    filled = {name: value for name, value in plain.items() if name not in EMPTY or value != EMPTY[name]}
    assert mapping.to_version({"row_id": 9, **row}) == canonical_json(filled)
    # What an older program spelled with its empty columns says the same.
    for kept in (mapping.from_version(mapping.to_version(row)), mapping.from_version(full)):
        assert kept == dataclasses.replace(member, number=5, version=2, updated_at=_NOW)


@settings(deadline=None)
@given(st.lists(_PEOPLE, min_size=1, max_size=3), st.booleans())
def test_sqlite_spells_the_versions_of_what_it_stores(people: list[RosterMember], are_new: bool) -> None:
    members = [
        dataclasses.replace(one, member_id=MemberId(f"m{n}"), number=n)
        for n, one in enumerate(people, start=1)
    ]
    rows = mapping.to_columns(
        members, numbers=[one.number for one in members], versions=[3] * len(members), updated_at=_NOW
    )
    rows["row_id"] = range(4, 4 + len(members))
    engine = create_engine("sqlite://", module=driver)
    with engine.begin() as connection:
        MEMBERS.create(connection)
        VERSIONS.create(connection)
        bulk.insert_columns(connection, MEMBERS, rows)
        if not are_new:
            del rows["row_id"]
        keep_versions(connection, rows, operator="係", source="課")
        found = connection.execute(VERSIONS.select().order_by(VERSIONS.c.member_id)).all()
    engine.dispose()
    kept = [dataclasses.replace(one, version=3, updated_at=_NOW) for one in members]
    assert [mapping.from_version(row.content) for row in found] == kept
    assert {(row.version, row.saved_at, row.operator, row.source) for row in found} == {(3, _NOW, "係", "課")}
    plain = mapping.to_row(kept[0], number=1, version=3, updated_at=_NOW.astimezone(UTC))
    spelled = json.loads(mapping.to_version(plain))
    told = json.loads(found[0].content)
    moments = {datetime.fromisoformat(one.pop("updated_at")) for one in (spelled, told)}
    assert moments == {_NOW}
    assert list(told.items()) == list(spelled.items())


def test_a_version_of_what_is_not_stored_is_refused() -> None:
    engine = create_engine("sqlite://", module=driver)
    with engine.begin() as connection:
        MEMBERS.create(connection)
        VERSIONS.create(connection)
        with pytest.raises(RuntimeError):
            keep_versions(connection, {"member_id": ["m1"]}, operator="係", source="課")
    engine.dispose()


@given(st.lists(_PEOPLE, min_size=1, max_size=4))
def test_columns_say_what_the_rows_say(people: list[RosterMember]) -> None:
    numbers = [*range(7, 7 + len(people))]
    columns = mapping.to_columns(people, numbers=numbers, versions=numbers, updated_at=_NOW)
    rows = [
        mapping.to_row(one, number=number, version=number, updated_at=_NOW)
        for one, number in zip(people, numbers, strict=True)
    ]
    assert [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)] == rows


@settings(deadline=None)
@given(_PEOPLE)
def test_a_whole_row_reads_as_its_mapping_does(member: RosterMember) -> None:
    row = mapping.to_row(member, number=5, version=2, updated_at=_NOW)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        MEMBERS.create(connection)
        bulk.insert(connection, MEMBERS, [row])
        read = mapping.members_of(connection.execute(MEMBERS.select()))
        plain = [mapping.from_row(found) for found in connection.execute(MEMBERS.select()).mappings()]
        (columns,) = bulk.fetch_columns(connection, MEMBERS.select(), MEMBERS)
    engine.dispose()
    assert (
        mapping.members_in(columns)
        == read
        == plain
        == [dataclasses.replace(member, number=5, version=2, updated_at=_NOW)]
    )
