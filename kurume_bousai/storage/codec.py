"""Frozen values of the domain as JSON and back, by their type hints.

For values that are kept and read whole (settings of a session, people frozen at its start, rooms of
a site): columns would only repeat the class. Sets are sorted, so equal values give equal text.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union

from kurume_bousai.domain.audit import canonical_json

T = TypeVar("T")
_Decoder = Callable[[Any], Any]
_PLAIN = (str, int, float, bool)


def dumps(value: object) -> str:
    """Canonical JSON of a value."""
    return canonical_json(encode(value))


def dumps_known(value: object) -> str:
    """Canonical JSON of a dataclass without the fields that stand at their default, however deep.

    Only for classes whose defaults say 「わからない」 and will always say so.
    """
    return canonical_json(_known(value))


def loads(kind: type[T], text: str) -> T:
    """The value of a class that ``dumps`` wrote."""
    return typing.cast("T", read(kind, text))


def read(kind: Any, text: str) -> Any:  # noqa: ANN401 - of the type the annotation says - a union is no class, and the caller knows it
    """The value of any type, a union too, that ``dumps`` wrote."""
    return _decoder(kind)(json.loads(text))


def encode(value: Any) -> Any:  # noqa: ANN401, PLR0911 - one line per kind of value
    """Plain JSON values; fields that have their default stay, so that a later default changes nothing."""
    if value is None or value.__class__ is str:
        return value
    if isinstance(value, Enum):
        return value._value_
    if isinstance(value, _PLAIN):
        return value
    names = _field_names(value.__class__)
    if names is not None:
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(encode(key)): encode(item) for key, item in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(encode(item) for item in value)
    if isinstance(value, Sequence):
        return [encode(item) for item in value]
    raise TypeError(f"cannot keep a {type(value).__name__}")


@lru_cache(maxsize=256)
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass that its ``init`` takes; None for another type."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(item.name for item in dataclasses.fields(kind) if item.init)


def _known(value: Any) -> Any:  # noqa: ANN401 - any value that is kept
    if isinstance(value, tuple):
        return [_known(item) for item in value]
    if not dataclasses.is_dataclass(value):
        return encode(value)
    return {
        item.name: _known(held)
        for item in dataclasses.fields(value)
        if (held := getattr(value, item.name)) != _default_of(item)
    }


def _default_of(item: dataclasses.Field[Any]) -> Any:  # noqa: ANN401 - of the field's type
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return item.default


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> _Decoder:  # noqa: ANN401, PLR0911 - one line per kind of type
    """How to read a type: built once per type, because thousands of frozen people are read at once."""
    if isinstance(kind, typing.NewType):
        return _decoder(kind.__supertype__)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _union_decoder(arguments)
    if origin is tuple:
        item = _decoder(arguments[0])
        return lambda found: tuple(item(part) for part in found)
    if origin is frozenset:
        item = _decoder(arguments[0])
        return lambda found: frozenset(item(part) for part in found)
    if origin in (dict, Mapping):
        key, item = _decoder(arguments[0]), _decoder(arguments[1])
        return lambda found: {key(name): item(part) for name, part in found.items()}
    if dataclasses.is_dataclass(kind):
        return _dataclass_decoder(kind)
    if kind is Any or kind in (int, bool, types.NoneType):
        return lambda found: found
    if not isinstance(kind, type):
        raise TypeError(f"cannot read a {kind}")
    return _plain_decoder(kind)


def _plain_decoder(kind: type) -> _Decoder:
    if issubclass(kind, (date, datetime)):
        return kind.fromisoformat
    if issubclass(kind, Enum):
        return _enum_decoder(kind)
    if kind in (str, float, Decimal):
        return kind
    raise TypeError(f"cannot read a {kind}")


def _enum_decoder(kind: type[Enum]) -> _Decoder:
    members = {member.value: member for member in kind}

    def read(found: Any) -> Any:  # noqa: ANN401 - of the type the annotation says
        member = members.get(found)
        return kind(found) if member is None else member

    return read


def _dataclass_decoder(kind: Any) -> _Decoder:  # noqa: ANN401 - any annotation
    hints = typing.get_type_hints(kind)
    fields = [(item.name, _decoder(hints[item.name])) for item in dataclasses.fields(kind) if item.init]

    def read(found: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of the type the annotation says
        # A field that an older program did not write takes its default.
        return kind(**{name: decode(found[name]) for name, decode in fields if name in found})

    return read


def _union_decoder(options: tuple[Any, ...]) -> _Decoder:
    """``X | None``, and unions whose first fitting reader is right (an enum's value before a number)."""
    ordered = sorted(
        (option for option in options if option is not types.NoneType),
        key=lambda option: not (isinstance(option, type) and issubclass(option, Enum)),
    )
    decoders = [_decoder(option) for option in ordered]
    if len(decoders) == 1:
        only = decoders[0]
        return lambda found: None if found is None else only(found)

    def read(found: Any) -> Any:  # noqa: ANN401 - of the type the annotation says
        if found is None:
            return None
        for decode in decoders[:-1]:
            try:
                return decode(found)
            except (ValueError, TypeError):
                continue
        return decoders[-1](found)

    return read
