"""A column mapping as JSON: the same in the city's file and in a file a person hands over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_profiles import SPLIT_COLUMNS, ColumnMapping

_COLUMNS: Final = "列"
_CONSTANTS: Final = "決まった値"
_DEFAULTS: Final = "空欄のとき"
_WORDS: Final = "コード"
_SPLITS: Final = "分けて使う項目"
NAME: Final = "名前"
HEADER: Final = "見出し"
REMARK: Final = "説明"
_KNOWN: Final = frozenset({_COLUMNS, _CONSTANTS, _DEFAULTS, _WORDS, _SPLITS, NAME, HEADER, REMARK})
_SPLIT_OF: Final = {column: split for split, column in SPLIT_COLUMNS.items()}


def mapping_json(mapping: ColumnMapping) -> dict[str, Any]:
    """The object that is written; empty parts are left out."""
    written: dict[str, Any] = {
        _COLUMNS: {
            name: headings[0] if len(headings) == 1 else list(headings)
            for name, headings in mapping.headings.items()
        },
        _CONSTANTS: dict(mapping.constants),
        _DEFAULTS: dict(mapping.defaults),
        _WORDS: {name: dict(words) for name, words in mapping.words.items()},
        _SPLITS: list(mapping.splits),
    }
    return {key: value for key, value in written.items() if value or key == _COLUMNS}


def mapping_from_json(loaded: object) -> ColumnMapping:
    """Read what ``mapping_json`` wrote, or the short form ``{ours: theirs}``.

    Raises
    ------
    KnownProblem
        ``mapping_bad``.
    """
    if not isinstance(loaded, dict) or not loaded:
        raise _bad("中身がありません。")
    if _COLUMNS not in loaded:
        return ColumnMapping.of(_texts(loaded, _COLUMNS))
    unknown = sorted(str(key) for key in loaded.keys() - _KNOWN)
    if unknown:
        raise _bad(f"知らない項目があります: {'、'.join(unknown)}。")
    return ColumnMapping(
        headings={name: _headings(value) for name, value in _object(loaded, _COLUMNS).items()},
        constants=_texts(_object(loaded, _CONSTANTS), _CONSTANTS),
        defaults=_texts(_object(loaded, _DEFAULTS), _DEFAULTS),
        words={name: _texts(value, _WORDS) for name, value in _object(loaded, _WORDS).items()},
        splits={name: _SPLIT_OF[name] for name in _split_names(loaded.get(_SPLITS, []))},
    )


def header_from_json(loaded: object) -> tuple[str, ...]:
    """The headings of the office's file, where the mapping names them; else ()."""
    header = loaded.get(HEADER, []) if isinstance(loaded, dict) else []
    if not isinstance(header, list) or not all(isinstance(cell, str) for cell in header):
        raise _bad(f"「{HEADER}」は見出しの並びで書きます。")
    return tuple(header)


def _object(loaded: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = loaded.get(key, {})
    if not isinstance(value, dict):
        raise _bad(f"「{key}」の書き方がちがいます。")
    return {str(name): inside for name, inside in value.items()}


def _texts(value: object, key: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(inside, str) for inside in value.values()):
        raise _bad(f"「{key}」の値は文字で書きます。")
    return {str(name): inside for name, inside in value.items()}


def _headings(value: object) -> tuple[str, ...]:
    headings = [value] if isinstance(value, str) else value
    if not isinstance(headings, list) or not headings or not all(isinstance(one, str) for one in headings):
        raise _bad(f"「{_COLUMNS}」には見出しを書きます。")
    return tuple(headings)


def _split_names(value: object) -> list[str]:
    if not isinstance(value, list) or not all(name in _SPLIT_OF for name in value):
        raise _bad(f"「{_SPLITS}」に書けるのは{'、'.join(_SPLIT_OF)}です。")
    return value


def _bad(what: str) -> KnownProblem:
    return KnownProblem(
        "mapping_bad",
        f"列の対応が読めません。{what}",
        advice="正式な列の名前は「template roster」の様式で確かめられます。",
    )
