"""名簿の検索: from one letter. Pairs of letters in FTS5 on SQLite, LIKE on the folded column elsewhere.

FTS5's own trigrams find nothing for 「森」 or 「山田」, and its other tokenizers do not know Japanese.
So each field is split into pairs, and its last letter stands alone: 大森 gives 大森, 森. A word of two
letters or more is a phrase of pairs; one letter is a prefix, and meets either a pair or the last one.
Tokens are written as hex of UTF-16, so that no tokenizer changes or drops anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal,
    select,
    table,
    true,
)

from kurume_bousai.domain.names import bigrams, fold
from kurume_bousai.storage.repository import unindexed
from kurume_bousai.storage.rows.people import MemberRecord

_INDEX: Final = table("member_search", column("rowid"), column("words"))
_FIELD_END: Final = "\n"
#: Tokens of a pair that begins, and the half of one that ends, with an end of field.
_BEGUN: Final = re.compile(" 000a[0-9a-f]{4}")
_ENDED: Final = re.compile("000a(?= |$)")
_LONGEST: Final = 100  # letters of a query that are looked at
#: So many people's rows fit what a reader keeps in memory (measured at 20,000 and 200,000, as the next).
_FITTING: Final = 60_000
#: From one found in so many people on, the way through the list is the shorter one.
_WIDE_SHARE: Final = 80


def matches(query: str, dialect: str, *, is_walk: bool = False) -> ColumnElement[bool]:
    """The condition on ``members``: every word of the query stands somewhere in one field.

    ``is_walk``: for a way through the list in its own order, not from found row to found row.
    """
    words = _words(query)
    if not words:
        return true()
    if dialect == "sqlite":
        row_id = unindexed(MemberRecord.row_id.expression) if is_walk else MemberRecord.row_id
        return row_id.in_(_found(words))
    return and_(*(MemberRecord.search_text.contains(word, autoescape=True) for word in words))


def is_wide(connection: Connection, query: str) -> bool:
    """Whether a query finds so many that going through the list in its order costs less than looking each up.

    Only where the people's long rows are too many to stay in memory: there nearly every one that is looked up
    is a page to be read and deciphered, while the list's own index stays.
    """
    words = _words(query)
    if not words or not outgrows_memory(connection):
        return False
    most = _people(connection) // _WIDE_SHARE
    found = select(func.count()).select_from(_found(words).limit(most + 1).subquery())
    return (connection.scalar(found) or 0) > most


def outgrows_memory(connection: Connection) -> bool:
    """Whether the people's long rows are more than a reader keeps."""
    return connection.dialect.name == "sqlite" and _people(connection) > _FITTING


def index_words(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Put row numbers and their ``search_text`` into the index, in place of what stood there."""
    if connection.dialect.name != "sqlite" or not rows:
        return
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO member_search(rowid, words) VALUES (?, ?)",
        [(row_id, tokens(search_text)) for row_id, search_text in rows],
    )


def index_new(connection: Connection, first: int, words: Sequence[str]) -> None:
    """Put the ``tokens`` of new rows, which stand one behind the other, into the index of SQLite.

    In one statement, during which other threads have their turn.
    """
    # Nothing but hex and spaces: no letter in it has another spelling in JSON.
    listed = '["' + '","'.join(words) + '"]'
    connection.exec_driver_sql(
        "INSERT INTO member_search(rowid, words) SELECT ? + key, value FROM json_each(?)", (first, listed)
    )


def forget_words(connection: Connection, row_ids: Iterable[int]) -> None:
    """Take rows out of the index."""
    found: list[Mapping[str, Any]] = [{"gone": row_id} for row_id in row_ids]
    if connection.dialect.name == "sqlite" and found:
        connection.execute(_INDEX.delete().where(column("rowid") == bindparam("gone")), found)


def forget_traces(connection: Connection) -> None:
    """Rewrite the index whole, so that nothing of the rows that were taken out lies in it any more."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO member_search(member_search) VALUES ('optimize')")


def tokens(search_text: str) -> str:
    """The tokens of a ``search_text``; a phrase cannot reach over the end of a field."""
    letters = search_text.strip(_FIELD_END)
    units = f"{letters}{_FIELD_END}".encode("utf-16-be", "surrogatepass")
    if not letters or len(units) != 2 * (len(letters) + 1):
        return _tokens_one_by_one(search_text)
    # All pairs at once: every unit of two bytes beside the one that follows it.
    pairs = bytearray(4 * len(letters))
    pairs[0::4], pairs[1::4], pairs[2::4], pairs[3::4] = (
        units[0:-2:2], units[1:-2:2], units[2::2], units[3::2],
    )  # fmt: skip
    # A pair with an end of field: what comes before stands alone; what comes behind begins a field.
    return _ENDED.sub("", _BEGUN.sub("", f"{pairs.hex(' ', 4)}"))


def _tokens_one_by_one(search_text: str) -> str:
    found: list[str] = []
    for field in filter(None, search_text.split(_FIELD_END)):
        letters = list(map(_LETTERS.__getitem__, field))
        found += map(add, letters, letters[1:])
        found.append(letters[-1])
    return " ".join(found)


def _people(connection: Connection) -> int:
    """About how many people there are: the last row number, without a look at anybody."""
    return connection.exec_driver_sql("SELECT max(row_id) FROM members").scalar() or 0


def _words(query: str) -> list[str]:
    return [found for found in (fold(word) for word in query[:_LONGEST].split()) if found]


def _found(words: Sequence[str]) -> Select[int]:
    """Row numbers of the people of whom every word is true."""
    expression = " AND ".join(_phrase(word) for word in words)
    meets = column("member_search", is_literal=True).op("MATCH")(literal(expression))
    return select(_INDEX.c.rowid).where(meets)


def _phrase(word: str) -> str:
    if len(word) == 1:
        return f"{_token(word)}*"
    return f'"{" ".join(map(_token, bigrams(word)))}"'


def _token(letters: str) -> str:
    return letters.encode("utf-16-be", "surrogatepass").hex()


class _Letters(dict[str, str]):
    """The token of each single letter, kept once it was asked for."""

    def __missing__(self, letter: str) -> str:
        found = self[letter] = _token(letter)
        return found


_LETTERS: Final = _Letters()
