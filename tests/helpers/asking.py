"""Everything that can be asked of an open file, by reading the program: no list of paths to keep up.

Whatever class of ``services`` and ``mapview`` stands on a database, and whatever repository a session has, is
made and every public method called with what can be thrown at it; nothing that is written is kept. So a path
that somebody adds tomorrow is asked too.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import io
import itertools
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kurume_bousai import mapview, services
from kurume_bousai.domain.access import Access
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.unit_of_work import Session

#: Of one parameter, the values that are tried; by its annotation, or by its name where that is plainer.
Kit = Mapping[str, Sequence[object]]
#: Of several parameters at most so many combinations are tried.
_MOST: Final = 12
_NEITHER: Final = (str, int, float, complex, bool, type(None))


class _NotKept(Exception):  # noqa: N818 - no error: the way out of a transaction
    """書いたものを残さない."""


class UnkeptDatabase(EncryptedCityDatabase):
    """An open file in which every transaction is taken back: whatever is asked, the next asks the same."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Write, and take it back."""
        try:
            with super().writing() as session:
                yield session
                raise _NotKept  # noqa: TRY301 - the way out is the point
        except _NotKept:
            return


@dataclass(frozen=True)
class Asked:
    """One question with what came of it."""

    label: str
    given: tuple[object, ...]
    answer: object


def services_on(database: EncryptedCityDatabase, made: Mapping[str, Callable[[], object]]) -> list[object]:
    """Every service on a database: from the composition root where it knows how, else by its own word.

    ``made``: by the name of the class. A class that neither can make fails: it must be told how.
    """
    found: list[object] = []
    for package in (services, mapview):
        for module_info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module_info.ispkg:
                continue
            module = importlib.import_module(module_info.name)
            for name, kind in inspect.getmembers(module, inspect.isclass):
                if kind.__module__ == module.__name__ and _stands_on_a_database(kind):
                    maker = made.get(name)
                    found.append(maker() if maker is not None else _make(kind, database))
    return found


def _stands_on_a_database(kind: type) -> bool:
    if getattr(kind, "_is_protocol", False):
        return False
    try:
        return "database" in inspect.signature(kind).parameters
    except (TypeError, ValueError):
        return False


def _make(kind: type, database: EncryptedCityDatabase) -> object:
    from kurume_bousai.app import SystemClock
    from kurume_bousai.app.hand_outs import second_person

    own: dict[str, object] = {
        "database": database,
        "clock": SystemClock(),
        "second": second_person(database),
    }
    needed = [
        one.name
        for one in inspect.signature(kind).parameters.values()
        if one.default is one.empty and one.name not in own
    ]
    assert not needed, f"{kind.__name__} needs {needed}: tell tests how it is made"
    wanted = inspect.signature(kind).parameters
    return kind(**{name: value for name, value in own.items() if name in wanted})


def ask_services(found: Sequence[object], kit: Kit) -> Iterator[Asked]:
    """Call everything public of every service."""
    for service in found:
        kind = type(service)
        for name in _public(kind):
            label = f"{kind.__name__}.{name}"
            if isinstance(inspect.getattr_static(kind, name), property):
                yield Asked(label, (), _call(partial(getattr, service, name)))
                continue
            yield from _ask(label, getattr(service, name), kit)


def ask_repositories(database: EncryptedCityDatabase, access: Access, kit: Kit) -> Iterator[Asked]:
    """Call everything public of every repository that takes the viewer, each in a transaction of its own."""
    with database.reading() as session:
        names = [
            name
            for name in _public(Session)
            if isinstance(inspect.getattr_static(Session, name), _cached)
            and isinstance(getattr(session, name), Repository)
        ]
        methods = {name: _public(type(getattr(session, name))) for name in names}
    with_access = {**kit, "Access": (access,)}
    for name in names:
        for method in methods[name]:
            with database.writing() as session:
                bound = getattr(getattr(session, name), method)
                if callable(bound) and "access" in inspect.signature(bound).parameters:
                    yield from _ask(f"{name}.{method}", bound, with_access)


_cached = type(inspect.getattr_static(Session, "members"))


def _public(kind: type) -> list[str]:
    return [
        name
        for name, member in inspect.getmembers_static(kind)
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property | _cached))
    ]


def _ask(label: str, call: Callable[..., object], kit: Kit) -> Iterator[Asked]:
    positional: list[Sequence[object]] = []
    by_name: dict[str, Sequence[object]] = {}
    for one in inspect.signature(call).parameters.values():
        values = _values(one, kit)
        if values is None:
            return  # it wants what only another answer gives: that is asked by hand
        if one.kind is one.VAR_POSITIONAL or (one.default is not one.empty and values is _USUAL):
            continue
        if one.kind is one.KEYWORD_ONLY:
            by_name[one.name] = values
        else:
            positional.append(values)
    names = list(by_name)
    for chosen in itertools.islice(itertools.product(*positional, *by_name.values()), _MOST):
        given, named = chosen[: len(positional)], dict(zip(names, chosen[len(positional) :], strict=True))
        yield Asked(label, chosen, _call(partial(call, *given, **named)))


_USUAL: Final[tuple[object, ...]] = ()


def _values(one: inspect.Parameter, kit: Kit) -> Sequence[object] | None:
    annotation = str(one.annotation)
    for key in (one.name, annotation, annotation.removesuffix(" | None")):
        if key in kit:
            return kit[key]
    return _USUAL if one.default is not one.empty or one.kind is one.VAR_POSITIONAL else None


def _call(call: Callable[[], object]) -> object:
    """What comes of it; a refusal is an answer too, words and all."""
    try:
        answer = call()
        if inspect.isgenerator(answer):
            return list(answer)
    except Exception as problem:  # noqa: BLE001 - whatever it says is looked at
        return problem
    return answer


# -- reading an answer -------------------------------------------------------------------------------


def spoken(answer: object, seen: set[int] | None = None) -> Iterator[str]:
    """Every text and number in an answer, however deep; papers as a reader shows them."""
    seen = set() if seen is None else seen
    if isinstance(answer, _NEITHER):
        if not isinstance(answer, bool) and answer is not None:
            yield str(answer)
        return
    if id(answer) in seen or callable(answer) or inspect.ismodule(answer):
        return
    seen.add(id(answer))
    if isinstance(answer, bytes):
        yield from _pages(answer)
    elif isinstance(answer, Path):
        yield answer.name
    elif (parts := _parts(answer)) is not None:
        for one in parts:
            yield from spoken(one, seen)
    else:
        yield from _of_object(answer, seen)


def _parts(answer: object) -> Iterable[object] | None:
    """What a container holds; None for no container."""
    if isinstance(answer, BaseException):
        return (f"{answer} {answer!r}", vars(answer))
    if isinstance(answer, Mapping):
        return (*answer.keys(), *answer.values())
    return answer if isinstance(answer, list | tuple | set | frozenset) else None


def _of_object(answer: object, seen: set[int]) -> Iterator[str]:
    if not type(answer).__module__.startswith("kurume_bousai"):
        yield str(answer)
        return
    if isinstance(answer, EncryptedCityDatabase | Session | Repository):
        return
    if dataclasses.is_dataclass(answer):
        for one in dataclasses.fields(answer):
            yield from spoken(getattr(answer, one.name, None), seen)
    yield from spoken(getattr(answer, "__dict__", {}), seen)


def _pages(content: bytes) -> Iterator[str]:
    if not content.startswith(b"%PDF"):
        yield content.decode("utf-8", "replace")
        return
    from pypdf import PdfReader

    for page in PdfReader(io.BytesIO(content)).pages:
        yield page.extract_text().replace(" ", "").replace("\n", "")


def leaks(asked: Asked, secrets: Sequence[str]) -> list[str]:
    """Secrets that the answer says and the question did not."""
    said = "\n".join(spoken(asked.answer))
    found = [secret for secret in secrets if secret in said]
    if not found:
        return []
    known = "\n".join(spoken(asked.given))
    return [secret for secret in found if secret not in known]


def plain(answer: object) -> list[str]:
    """An answer as plain values that two files can be compared by: drawn ids and hashes left out."""
    return [re.sub(r"[0-9a-f]{8,}", "#", text) for text in spoken(answer)]
