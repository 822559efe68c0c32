#!/usr/bin/env python3
"""久留米防災の入口です。準備から実行まで、この一つのファイルで行います。

    python3 bousai.py run   [引数…]      準備をして、プログラムを動かします
    python3 bousai.py test  [引数…]      準備をして、試験をします(--all で遅い試験も)
    python3 bousai.py bench [名前…]      準備をして、速さを測ります(--json で JSON)
    python3 bousai.py check              書き方、型、依存の向きを調べます
    python3 bousai.py setup              準備だけをします

Windows では python3 のかわりに py と入力してください。管理者の権限は要りません。
"""

# Only the standard library, and no syntax an older Python could not read: it must reach this message.
# (For the same reason there is no ``from __future__`` line.)
import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "このプログラムには Python 3.11〜3.14 が必要です(いまの Python は {}.{} です)。\n"
        "新しい Python を入れてから、もう一度実行してください。\n".format(*sys.version_info[:2])
    )
    sys.exit(1)

import io
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from kurume_bousai.bootstrap.machine import VENV, Machine, this_machine, venv_python
from kurume_bousai.bootstrap.steps import Stop, prepare, say, utf8, write_problem

ROOT = Path(__file__).resolve().parent
DEMO_OUTPUT = PurePath("output", "demo")


def program_environment(machine: Machine, env: Mapping[str, str], *, headless: bool) -> dict[str, str]:
    """Return the environment of the program.

    Chromium refuses to run as root with its sandbox.  The sandbox is left out only there and only
    without a screen (tests, the headless demo), never for a person's window.
    """
    result = utf8(env)
    if headless and machine.system == "Linux":
        result.setdefault("QT_QPA_PLATFORM", "offscreen")
        if machine.is_root:
            result.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    return result


def run_arguments(machine: Machine, root: PurePath, arguments: Sequence[str]) -> list[str]:
    """Return what the program is asked to do; without a screen and without a wish the headless demo."""
    if arguments:
        return list(arguments)
    if machine.has_screen:
        return []  # the program itself: its first window offers practice or the city's own database
    return ["demo", "--headless", "--out", str(root / DEMO_OUTPUT)]


def pytest_arguments(arguments: Sequence[str], env: Mapping[str, str]) -> tuple[list[str], bool]:
    """Return pytest's arguments and whether everything is on."""
    everything = "--all" in arguments or env.get("CI", "").lower() in {"1", "true"}
    rest = [argument for argument in arguments if argument != "--all"]
    selects = any(argument == "-m" or argument.startswith("-m=") for argument in rest)
    # The whole suite is shared by two processes; tests of one file stay together, for the city they share.
    # The files come in the order tests/conftest.py gives them (long ones first), so both end together.
    is_whole = all(argument.startswith("-") and not argument.startswith("-n") for argument in rest)
    shared = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"] if is_whole else []
    return shared + ([] if everything or selects else ["-m", "not slow and not bench"]) + rest, everything


def command_run(root: Path, machine: Machine, arguments: Sequence[str]) -> int:
    """Run the program in the folder the person stands in."""
    env = program_environment(machine, os.environ, headless=not machine.has_screen)
    if not machine.has_screen:
        say("画面がないので、窓を開かずに動かします(QT_QPA_PLATFORM=offscreen)。")
        if machine.is_root:
            say("root で窓を開かずに動かすため、Chromium の sandbox を使いません。")
    elif machine.system == "Linux" and machine.is_root and "QTWEBENGINE_DISABLE_SANDBOX" not in env:
        raise Stop("root では窓を開けません。ふだんお使いの利用者で、もう一度実行してください。")
    chosen = run_arguments(machine, root, arguments)
    if not arguments and not machine.has_screen:
        say(f"架空の久留米市で図上訓練を一回行い、書類と地図を {root / DEMO_OUTPUT} に作ります。")
    return hand_over(machine, root, ["-P", "-m", "kurume_bousai", *chosen], env)


def command_test(root: Path, machine: Machine, arguments: Sequence[str]) -> int:
    """Run the tests, always without a screen."""
    chosen, everything = pytest_arguments(arguments, os.environ)
    say(
        "すべての試験をします。"
        if everything
        else "試験をします(遅い試験も行うには --all を付けてください)。"
    )
    env = program_environment(machine, os.environ, headless=True)
    # More than a hundred processes start in one run: compiled once, the program is read by all of them.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    if everything:
        env.setdefault("HYPOTHESIS_PROFILE", "ci")
    os.chdir(root)
    return hand_over(machine, root, ["-m", "pytest", *chosen], env)


def command_bench(root: Path, machine: Machine, arguments: Sequence[str]) -> int:
    """Measure; the figures go to stdout, everything else to stderr."""
    say("速さを測ります。数分かかることがあります。")
    os.chdir(root)
    env = program_environment(machine, os.environ, headless=not machine.has_screen)
    return hand_over(machine, root, ["-m", "tests.benchmarks", *arguments], env)


def command_check(root: Path, machine: Machine, _arguments: Sequence[str]) -> int:
    """Look at the source: format, rules, types and the direction of imports."""
    checks = {
        "書式": ["-m", "ruff", "format", "--check", "."],
        "書き方": ["-m", "ruff", "check", "."],
        "型": ["-m", "mypy"],
        "依存の向き": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
    }
    python, failed = str(venv_python(machine, root / VENV)), []
    for name, arguments in checks.items():
        say(f"{name}を調べます。")
        if subprocess.run([python, *arguments], cwd=root, env=utf8(os.environ), check=False).returncode:
            failed.append(name)
    say(f"直すところがあります: {'、'.join(failed)}" if failed else "直すところはありません。")
    return 1 if failed else 0


def command_setup(_root: Path, _machine: Machine, _arguments: Sequence[str]) -> int:
    """Only prepare, which has been done when this is called."""
    say("準備はできています。")
    return 0


COMMANDS = {
    "run": command_run,
    "test": command_test,
    "bench": command_bench,
    "check": command_check,
    "setup": command_setup,
}


def hand_over(machine: Machine, root: Path, arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Become the program, so that its exit status and signals are its own."""
    python = str(venv_python(machine, root / VENV))
    if machine.system != "Windows":
        os.execve(python, [python, *arguments], dict(env))
    return subprocess.run([python, *arguments], env=env, check=False).returncode


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status: 0 done, 1 a known problem, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if not arguments or arguments[0] not in COMMANDS:
        asked = bool(arguments) and arguments[0] in {"-h", "--help", "help"}
        print(__doc__, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        machine = prepare(ROOT, this_machine(os.environ))
        return COMMANDS[arguments[0]](ROOT, machine, arguments[1:])
    except Stop as stop:
        say(str(stop))
    except OSError as error:
        say(write_problem(error, ROOT))
    except KeyboardInterrupt:
        say("中止しました。もう一度実行すると、続きから始めます。")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
