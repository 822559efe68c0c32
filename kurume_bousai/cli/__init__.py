"""The command line: a contract (names, keys and exit status are relied on by scripts and tests)."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kurume_bousai.domain.errors import Cancelled, KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.subparsers import Subparsers

#: Rows of a file told one by one to a person.
_MOST_ROWS = 200
EXIT_DONE, EXIT_PROBLEM, EXIT_USAGE, EXIT_BUG = range(4)


def _modules() -> Sequence[ModuleType]:
    from kurume_bousai.cli import (
        activities,
        allocate,
        capacity,
        demo,
        eligibility,
        emergency,
        exercise,
        geocode,
        hand_outs,
        import_,
        init,
        keys,
        layers,
        locate,
        mailing,
        map_pack,
        reception,
        recipients,
        report,
        roster,
        routes,
        screen,
        self_test,
        template,
        tiles,
    )

    return (
        init,
        demo,
        template,
        import_,
        layers,
        tiles,
        map_pack,
        locate,
        geocode,
        routes,
        allocate,
        capacity,
        report,
        eligibility,
        mailing,
        roster,
        recipients,
        hand_outs,
        reception,
        screen,
        exercise,
        emergency,
        activities,
        keys,
        self_test,
    )


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar, with the common options at every level."""
    from kurume_bousai.cli.context import add_common_options
    from kurume_bousai.cli.usage import JapaneseParser

    parser: argparse.ArgumentParser = JapaneseParser(
        prog="kurume-bousai",
        description="久留米市 避難行動要支援者の名簿・図上訓練・福祉避難所の容量確認",
        epilog="コマンドを付けずに始めると、画面が開きます。",
    )
    commands = parser.add_subparsers(dest="command", metavar="コマンド")
    for module in _modules():
        module.register(commands)
    for leaf in (parser, *_leaves(commands)):
        add_common_options(leaf)
    return parser


def _leaves(subparsers: Subparsers) -> list[argparse.ArgumentParser]:
    found: list[argparse.ArgumentParser] = []
    for parser in dict.fromkeys(subparsers.choices.values()):
        nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 - argparse has no public way to walk its parsers
        for action in nested:
            found.extend(_leaves(action))
        if not nested:
            found.append(parser)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status of CLI.md."""
    _speak_utf8()
    try:
        status = _command(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output (``… --json | head``) has enough. Nothing may be flushed there at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PROBLEM
    return status


def _command(argv: Sequence[str] | None) -> int:
    args = build_parser().parse_args(argv)
    wants_json = getattr(args, "json", False)
    try:
        return _run(args, wants_json=wants_json)
    except BrokenPipeError:
        raise
    except KnownProblem as problem:
        _report_problem(problem, wants_json=wants_json)
        return EXIT_PROBLEM
    except (Cancelled, KeyboardInterrupt):
        stopped = KnownProblem("cancelled", "中止しました。途中までの結果は残していません。")
        _report_problem(stopped, wants_json=wants_json)
        return EXIT_PROBLEM
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect of ours, told without its data
        _report_bug(error, wants_json=wants_json)
        return EXIT_BUG


def _run(args: argparse.Namespace, *, wants_json: bool) -> int:
    from kurume_bousai.cli.context import CliContext

    context = CliContext.from_args(args)
    if args.command is None:
        from kurume_bousai import app

        return app.open_window(context.database_path, operator=context.operator_name)
    result = args.run(args, context)
    if isinstance(result, int):
        return result
    if wants_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
    else:
        _print_plain(result)
    return EXIT_DONE if result.get("ok", True) else EXIT_PROBLEM


def _print_plain(result: dict[str, Any]) -> None:
    """A result for a person who asked for no JSON: one line a key, long lists by their count."""
    for key, value in result.items():
        if key == "problems" and value:
            _print_rows(value)
        elif isinstance(value, list) and len(value) > 20:
            print(f"{key}: {len(value)}件")
        else:
            print(f"{key}: {json.dumps(value, ensure_ascii=False, default=str)}")


def _print_rows(problems: list[dict[str, Any]]) -> None:
    """What is wrong in which row of a file: a person mends the file by it."""
    print(f"problems: {len(problems)}件")
    for one in problems[:_MOST_ROWS]:
        value = f"「{one['value']}」" if one["value"] else "(空欄)"
        where = f"{one['row']}行目" if one["row"] else "ファイル全体"
        print(f"  {where} {one['column']} {value}: {one['message']}")
    if len(problems) > _MOST_ROWS:
        print(f"  ほかに {len(problems) - _MOST_ROWS:,}件あります。--json を付けると、すべて出ます。")


def _report_problem(problem: KnownProblem, *, wants_json: bool) -> None:
    if wants_json:
        print(json.dumps({"error": problem.as_json()}, ensure_ascii=False))
    lines = [problem.message]
    if problem.where:
        lines.append(f"場所: {problem.where}")
    if problem.advice:
        lines.append(f"どうするか: {problem.advice}")
    print("\n".join(lines), file=sys.stderr)


def _report_bug(error: Exception, *, wants_json: bool) -> None:
    from kurume_bousai import app

    place = app.log_bug(error)
    problem = KnownProblem(
        "bug",
        "プログラムの不具合で止まりました。保存済みのものは失われていません。",
        where=place,
        advice="この表示を控えて、管理者に知らせてください。",
    )
    _report_problem(problem, wants_json=wants_json)


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
