"""No value about a person shows a text in ``repr``: what a traceback, an assertion or a log would quote.

Every dataclass of the packages below is built from its annotations with a sentinel in every text. A class
shows its own texts only where it is listed as public, because it speaks of places, files, the program or
numbers; even then what it holds must stay silent. So whoever adds a field decides: ``repr=False`` or public.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import logging
import pkgutil
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kurume_bousai
from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.demand import parse_demand
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.crash_report import CleanFormatter

PACKAGES = ("domain", "services", "exchange", "mapview", "reports", "storage", "geo", "cli")
PUBLIC: frozenset[str] = frozenset()

#: Letters that stand in no identifier and no word of ours.
sentinels = st.text(alphabet="龘鱻麤灥䨻", min_size=3, max_size=12)


def dataclasses_of_the_program() -> list[type[Any]]:
    found: dict[str, type[Any]] = {}
    for package in PACKAGES:
        root = importlib.import_module(f"kurume_bousai.{package}")
        for item in pkgutil.walk_packages(root.__path__, f"kurume_bousai.{package}."):
            module = importlib.import_module(item.name)
            for _, kind in inspect.getmembers(module, inspect.isclass):
                if dataclasses.is_dataclass(kind) and kind.__module__ == item.name:
                    found[kind.__qualname__ + "@" + item.name] = kind
    return [found[name] for name in sorted(found)]


CLASSES = dataclasses_of_the_program()


def name_of(kind: type[Any]) -> str:
    return f"{kind.__module__.removeprefix('kurume_bousai.')}.{kind.__qualname__}"


def built(kind: type[Any], text: str, inner: str, depth: int = 0) -> Any:
    """An instance whose own texts are ``text`` and whose parts carry ``inner``; no check of it runs."""
    value = object.__new__(kind)
    hints = typing.get_type_hints(kind)
    for one in dataclasses.fields(kind):
        object.__setattr__(value, one.name, filled(hints[one.name], text, inner, depth))
    return value


def filled(hint: Any, text: str, inner: str, depth: int) -> Any:
    """A value of an annotated type."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, typing.NewType):
        return filled(hint.__supertype__, "id", "id", depth)
    if origin in (typing.Union, types.UnionType):
        return filled(next(arg for arg in args if arg is not type(None)), text, inner, depth)
    if origin is Literal:
        return args[0]
    if origin is tuple:
        return tuple(filled(arg, text, inner, depth) for arg in args if arg is not Ellipsis)
    if origin is not None and inspect.isclass(origin):
        return _collection(origin, args, text, inner, depth)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if hint in (str, Any, object) or isinstance(hint, TypeVar):
        return text
    if inspect.isclass(hint) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and depth < 4:
        # What is public in a class that is held stays public there.
        own = "x" if name_of(hint) in PUBLIC else inner
        return built(hint, own, inner, depth + 1)
    return None


def _collection(origin: type[Any], args: tuple[Any, ...], text: str, inner: str, depth: int) -> Any:
    parts = [filled(arg, text, inner, depth) for arg in args]
    if issubclass(origin, Mapping):
        return {parts[0]: parts[1]} if parts[0].__hash__ is not None else {}
    if issubclass(origin, Set):
        return frozenset(parts[:1])
    if issubclass(origin, (Collection, Iterable)):
        return parts[:1]
    return None


_SIMPLE: dict[Any, Any] = {
    int: 1,
    float: 1.0,
    bool: True,
    bytes: b"x",
    Decimal: Decimal(1),
    date: date(2026, 4, 1),
    datetime: datetime(2026, 4, 1, tzinfo=UTC),
    Path: Path("x"),
    Callable: None,
}


@pytest.mark.parametrize("kind", CLASSES, ids=name_of)
@settings(max_examples=5)
@given(sentinel=sentinels)
def test_no_text_about_a_person_is_in_a_repr(kind: type[Any], sentinel: str) -> None:
    own = "x" if name_of(kind) in PUBLIC else sentinel
    value = built(kind, own, sentinel)
    assert sentinel not in repr(value)
    assert sentinel not in f"{value!s}"


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_class_is_there_and_shows_a_text(name: str) -> None:
    kind = next(kind for kind in CLASSES if name_of(kind) == name)
    assert "龘龘龘" in repr(built(kind, "龘龘龘", "x"))


@given(sentinels)
def test_a_problem_told_to_a_person_is_only_its_code_elsewhere(sentinel: str) -> None:
    problem = KnownProblem("code", f"「{sentinel}」", where=sentinel, advice=sentinel)
    assert sentinel not in str(problem) + repr(problem)


@pytest.mark.parametrize("parse", [parse_date, parse_demand], ids=lambda parse: parse.__name__)
@given(sentinel=sentinels)
def test_what_was_typed_is_in_no_exception(parse: Callable[[str], object], sentinel: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        parse(sentinel)
    assert sentinel not in str(caught.value) + repr(caught.value)


@given(sentinels)
def test_a_logged_failure_tells_the_kind_and_the_place_only(sentinel: str) -> None:
    try:
        raise RuntimeError(sentinel)
    except RuntimeError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, (type(error), error, None))
        said = CleanFormatter("%(message)s").format(record)
    assert "RuntimeError" in said
    assert sentinel not in said


def test_the_program_has_classes_to_look_at() -> None:
    assert kurume_bousai.__name__
    assert len(CLASSES) > 100
