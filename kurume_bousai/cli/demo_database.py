"""The file of the fictional city: made, used again, or refused (RULEBOOK §8). Never the city's own file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.keys import DEMO_PASSPHRASE
from kurume_bousai.exchange.sample_files import SampleFiles
from kurume_bousai.exchange.seed_files import SeedFiles
from kurume_bousai.services.facts import FACT_FICTIONAL, FACT_MEMBERS
from kurume_bousai.services.fictional.city import (
    DEMO_OPERATOR,
    DEMO_OPERATORS,
    DemoSources,
    DemoSummary,
    build_demo,
    check_reusable,
    demo_facts,
    read_summary,
)
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage import EncryptedCityDatabase, create_database, open_database

#: What stands beside a database file of ours and dies with it.
_COMPANIONS: Final = ("", "-wal", "-shm", ".keys", ".keys.bak", ".lock")
#: A file that 「架空」 with ``demo`` cannot open is somebody's real one.
_NOT_OURS: Final = frozenset({"wrong_passphrase", "no_operator"})


def prepare_demo(path: Path, *, members: int, seed: int, fresh: bool, progress: Progress) -> DemoSummary:
    """Make the fictional city at ``path``, or use the one that stands there when it is the same.

    ``fresh`` makes a demo anew; a file that is not a demo is refused even then. A demo whose making was
    broken off is finished. Afterwards the file is closed and opens for 「架空」 with ``demo``.

    Raises ``KnownProblem`` ``not_a_demo``, ``demo_differs``, ``demo_size`` and what opening a file raises.
    """
    if path.exists() and fresh:
        _remove_demo(path)
    if path.exists():
        return _use_again(path, members=members, seed=seed, progress=progress)
    database, _ = create_database(
        path, DEMO_OPERATOR.name, DEMO_PASSPHRASE, roles=DEMO_OPERATOR.roles, fictional=True
    )
    try:
        summary = _fill(database, members=members, seed=seed, progress=progress)
    except BaseException:
        database.close()
        _remove_files(path)
        raise
    database.close()
    return summary


def _use_again(path: Path, *, members: int, seed: int, progress: Progress) -> DemoSummary:
    database = _open_demo(path)
    try:
        with database.reading() as session:
            facts = demo_facts(session)
        if facts[FACT_FICTIONAL] == "1" and facts[FACT_MEMBERS] is None:
            return _fill(database, members=members, seed=seed, progress=progress)  # a power cut broke it off
        check_reusable(facts, members=members, seed=seed)
        _add_missing_operators(database)
        with database.reading() as session:
            return read_summary(session)
    finally:
        database.close()


def _fill(database: EncryptedCityDatabase, *, members: int, seed: int, progress: Progress) -> DemoSummary:
    sources = DemoSources(SeedFiles().read(), SampleFiles().read())
    summary = build_demo(database, sources, members=members, seed=seed, progress=progress)
    _add_missing_operators(database)
    return summary


def _add_missing_operators(database: EncryptedCityDatabase) -> None:
    known = {operator.name for operator in database.operators()}
    for operator in DEMO_OPERATORS:
        if operator.name not in known:
            database.add_operator(
                operator.name,
                DEMO_PASSPHRASE,
                roles=operator.roles,
                handles_protected=operator.handles_protected,
            )


def _open_demo(path: Path) -> EncryptedCityDatabase:
    try:
        return open_database(path, DEMO_OPERATOR.name, DEMO_PASSPHRASE)
    except KnownProblem as problem:
        if problem.code not in _NOT_OURS:
            raise
    raise _not_a_demo(path)


def _remove_demo(path: Path) -> None:
    """Take a demo away, after it has been opened and has said that it is one."""
    database = _open_demo(path)
    is_fictional = database.is_fictional
    database.close()
    if not is_fictional:
        raise _not_a_demo(path)
    _remove_files(path)


def _not_a_demo(path: Path) -> KnownProblem:
    return KnownProblem(
        "not_a_demo",
        "この場所のデータベースは、架空の市ではありません。",
        where=str(path),
        advice="別のフォルダーを --dir で指定してください。",
    )


def _remove_files(path: Path) -> None:
    for ending in _COMPANIONS:
        with suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)
