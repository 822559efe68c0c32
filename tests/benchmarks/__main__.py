"""``python -m tests.benchmarks [NAME…] [--json]``: measure, each benchmark in its own fresh process.

A benchmark is a module ``bench_<name>.py`` with ``run() -> dict``. Its keys: ``ours_s``, ``other`` (whom it
is compared with), ``other_s``, ``ratio`` = other_s ÷ ours_s (how many times faster ours is), ``n``; where the
issue sets a target, ``target`` says it and ``met`` whether it was kept. What fails is told and ends with 1.
A target that is missed is told too, and is not a failure: the figure depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent
PACKAGE: Final = "tests.benchmarks"
#: Where benchmarks are looked for: package and folder.
FOLDERS: dict[str, Path] = {PACKAGE: FOLDER}
EXIT_DONE, EXIT_FAILED, EXIT_USAGE = range(3)
_KEYS: Final = ("ours_s", "other", "other_s", "ratio", "n")
_PATIENCE_S: Final = 1800

Result = Mapping[str, Any]


def modules() -> dict[str, str]:
    """Every benchmark's module by its name, in order of names."""
    found = {
        file.stem.removeprefix("bench_"): f"{package}.{file.stem}"
        for package, folder in FOLDERS.items()
        for file in folder.glob("bench_*.py")
    }
    return dict(sorted(found.items()))


def names() -> list[str]:
    """Every benchmark by name."""
    return list(modules())


def measure(name: str) -> Result:
    """Run one benchmark in a process of its own; ``{"error": …}`` where it fails."""
    command = [sys.executable, "-m", PACKAGE, "--one", modules()[name]]
    try:
        done = subprocess.run(
            command,
            cwd=FOLDER.parents[1],
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"{_PATIENCE_S}秒たっても終わりません"}
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"error": f"途中で止まりました（終了の番号 {done.returncode}）"}
    result: Result = json.loads(lines[-1])
    missing = [key for key in _KEYS if key not in result]
    return {"error": f"結果に {'、'.join(missing)} がありません"} if missing else result


def _one(module: str) -> int:
    """Measure here; the result is the last line of stdout."""
    result = import_module(module).run()
    print(json.dumps(result, ensure_ascii=False), flush=True)
    # Chromium's and Qt's ends are not measured and must not spoil the status.
    sys.stderr.flush()
    os._exit(EXIT_DONE)


def table(results: Mapping[str, Result]) -> str:
    """The results for a person."""
    lines = ["名前      本プログラム  くらべる相手    倍  件数  相手"]
    for name, result in results.items():
        if "error" in result:
            lines.append(f"{name:<9} 測れませんでした。{result['error']}")
            continue
        lines.append(
            f"{name:<9} {_time(result['ours_s']):>11} {_time(result['other_s']):>13} "
            f"{result['ratio']:>6,.4g} {result['n']:>6,}  {result['other']}"
        )
        if "target" in result:
            kept = "届きました" if result["met"] else "届きませんでした"
            lines.append(f"{'':<9} 目標: {result['target']} → {kept}。")
    return "\n".join(lines)


def _time(taken_s: float) -> str:
    return f"{taken_s:.2f} 秒" if taken_s >= 1 else f"{taken_s * 1000:.1f} ミリ秒"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bousai.py bench", description="速さを測ります。")
    parser.add_argument("names", nargs="*", metavar="名前", help=f"なければ全部: {'、'.join(names())}")
    parser.add_argument("--json", action="store_true", help="結果をJSONで出す")
    parser.add_argument("--one", metavar="MODULE", help=argparse.SUPPRESS)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; the figures go to stdout, everything else to stderr."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.one:
        return _one(asked.one)
    known = names()
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        print(f"知らない名前です: {'、'.join(unknown)}。あるもの: {'、'.join(known)}", file=sys.stderr)
        return EXIT_USAGE
    results: dict[str, Result] = {}
    for name in asked.names or known:
        print(f"{name} を測っています。", file=sys.stderr, flush=True)
        results[name] = measure(name)
        if "error" in results[name]:
            print(f"{name} は測れませんでした。{results[name]['error']}", file=sys.stderr, flush=True)
    print(json.dumps(results, ensure_ascii=False) if asked.json else table(results))
    return EXIT_FAILED if any("error" in result for result in results.values()) else EXIT_DONE


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
