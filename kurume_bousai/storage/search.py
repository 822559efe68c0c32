"""名簿の検索: from one letter. Pairs of letters in FTS5 on SQLite, LIKE on the folded column elsewhere.

FTS5's own trigrams find nothing for 「森」 or 「山田」, and its other tokenizers do not know Japanese.
So each field is split into pairs, and its last letter stands alone: 大森 gives 大森, 森. A word of two
letters or more is a phrase of pairs; one letter is a prefix, and meets either a pair or the last one.
Tokens are written as hex of UTF-16, so that no tokenizer changes or drops anything.
"""

from __future__ import annotations

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
    literal,
    select,
    table,
    true,
)

from kurume_bousai.domain.names import bigrams, fold
from kurume_bousai.storage.rows_people import MemberRecord

_INDEX: Final = table("member_search", column("rowid"), column("words"))
_FIELD_END: Final = "\n"
_LONGEST: Final = 100  # letters of a query that are looked at


def matches(query: str, dialect: str) -> ColumnElement[bool]:
    """The condition on ``members``: every word of the query stands somewhere in one field."""
    words = [found for found in (fold(word) for word in query[:_LONGEST].split()) if found]
    if not words:
        return true()
    if dialect == "sqlite":
        expression = " AND ".join(_phrase(word) for word in words)
        rowids: Select[int] = select(_INDEX.c.rowid)
        return MemberRecord.row_id.in_(
            rowids.where(column("member_search", is_literal=True).op("MATCH")(literal(expression)))
        )
    return and_(*(MemberRecord.search_text.contains(word, autoescape=True) for word in words))


def index_words(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Put row numbers and their ``search_text`` into the index, in place of what stood there."""
    if connection.dialect.name != "sqlite" or not rows:
        return
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO member_search(rowid, words) VALUES (?, ?)",
        [(row_id, tokens(search_text)) for row_id, search_text in rows],
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
    found: list[str] = []
    for field in filter(None, search_text.split(_FIELD_END)):
        # Pair by pair without a loop of our own: a list of 20,000 has a million pairs.
        letters = list(map(_LETTERS.__getitem__, field))
        found += map(add, letters, letters[1:])
        found.append(letters[-1])
    return " ".join(found)


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
