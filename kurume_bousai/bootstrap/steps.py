"""The set-up as a list of steps: which are needed, and how each is done."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kurume_bousai.bootstrap.machine import (
    VENV,
    Machine,
    font_file,
    machine_problem,
    missing_libraries,
    missing_packages,
    this_machine,
    venv_python,
)

LOCK = "requirements.lock"
STAMP = "bousai-stamp.json"  # written last: a set-up that has it was finished
UNFINISHED = "bousai-unfinished"  # written first: a set-up that still has it was interrupted
WHEELHOUSE = "wheelhouse"  # put beside this file on a machine without a network
FREE_BYTES_NEEDED = 2_500_000_000  # environment 1.6 GB, pip's cache and temporary files


class Stop(Exception):  # noqa: N818 - not a fault of the program: a sentence for the person, then the end
    """The set-up cannot go on; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class Found:
    """What an earlier start left in the checkout."""

    venv_works: bool
    was_interrupted: bool
    stamp: Mapping[str, str]


def fingerprint(root: Path, machine: Machine) -> dict[str, str]:
    """Return what a finished set-up was made from."""
    return {
        "lock": hashlib.sha256((root / LOCK).read_bytes()).hexdigest(),
        "project": hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest(),
        "python": ".".join(map(str, machine.python)),
        "root": str(root),
    }


def plan(machine: Machine, found: Found, wanted: Mapping[str, str]) -> list[str]:
    """Return the steps that are needed, in order: system, venv, parts, project, verify."""
    steps = ["system"] if missing_packages(machine) else []
    stamp = found.stamp
    other_python = bool(stamp) and stamp.get("python") != wanted["python"]
    fresh = other_python or found.was_interrupted or not found.venv_works
    if fresh:
        steps += ["venv"]
    if fresh or stamp.get("lock") != wanted["lock"]:
        steps += ["parts"]
    if fresh or stamp != wanted:
        steps += ["project", "verify"]
    return steps


def look(root: Path, machine: Machine) -> Found:
    """See what an earlier start left behind."""
    venv = root / VENV
    stamp = read_stamp(venv / STAMP)
    python_there = Path(venv_python(machine, venv)).exists()
    return Found(
        venv_works=python_there and (bool(stamp) or venv_answers(machine, venv)),
        was_interrupted=(venv / UNFINISHED).exists(),
        stamp=stamp,
    )


def read_stamp(path: Path) -> dict[str, str]:
    """Return the stamp, or an empty one where it is absent or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in content.items()} if isinstance(content, dict) else {}


def venv_answers(machine: Machine, venv: Path) -> bool:
    """Tell whether the environment starts, has pip and is of this version of Python."""
    code = "import sys, pip; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(venv_python(machine, venv)), "-c", code], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.split() == [str(part) for part in machine.python]


def say(text: str) -> None:
    """Tell the person what is happening; stdout belongs to the program that is started."""
    print(f"[久留米防災] {text}", file=sys.stderr, flush=True)


def prepare(root: Path, machine: Machine) -> Machine:
    """Make the checkout ready, doing only what is needed."""
    problem = machine_problem(machine, root)
    if problem:
        raise Stop(problem)
    wanted = fingerprint(root, machine)
    if not plan(machine, look(root, machine), wanted):
        return machine
    require_writable(root)
    with only_one_setup(root):
        for step in plan(machine, look(root, machine), wanted):
            machine = STEPS[step](root, machine)
        finish(root, wanted)
    say("準備ができました。次からは数秒で始まります。")
    return machine


def finish(root: Path, wanted: Mapping[str, str]) -> None:
    """Write the stamp, whole or not at all, and only then take the sign of an unfinished set-up away."""
    venv = root / VENV
    draft = venv / (STAMP + ".new")
    draft.write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    draft.replace(venv / STAMP)
    (venv / UNFINISHED).unlink(missing_ok=True)


def install_system(_root: Path, machine: Machine) -> Machine:
    """Install what Debian has to give; without the right to do so, say the exact command."""
    packages = missing_packages(machine)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not machine.has_apt:
        names = "、".join(missing_libraries(machine))
        raise Stop(
            f"画面の表示に必要な部品が足りません({names})。"
            "お使いの Linux の方法で入れてから、もう一度実行してください。"
        )
    if not machine.is_root:
        raise Stop(
            "足りない部品があります。次の命令を実行してから、もう一度お試しください。\n"
            f"  sudo {' '.join(command)}"
        )
    say(f"Debian の部品 {len(packages)} 個を入れます({' '.join(packages)})。")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["apt-get", "update"], command):
        call(
            arguments,
            "Debian の部品を入れられませんでした。ネットワークと apt の設定を確かめてください。",
            env=env,
        )
    after = this_machine(os.environ)
    still = missing_packages(after)
    if still and still != ["python3-venv"]:  # a running Python may not see its own new module yet
        raise Stop(f"入れたはずの部品が見つかりません({' '.join(still)})。apt の記録を確かめてください。")
    return after


def make_venv(root: Path, machine: Machine) -> Machine:
    """Make the virtual environment from nothing; the sign of an unfinished set-up stands first."""
    venv = root / VENV
    if venv.exists():
        say("途中で終わった準備、または別の Python の準備が残っているので、作り直します。")
        remove_folder(venv)
    say(f"仮想環境 {VENV} を作ります。")
    venv.mkdir()
    (venv / UNFINISHED).touch()
    base = getattr(sys, "_base_executable", None) or sys.executable
    call([base, "-m", "venv", str(venv)], "仮想環境を作れませんでした。Python の入れ方を確かめてください。")
    return machine


def install_parts(root: Path, machine: Machine) -> Machine:
    """Install the locked parts; every file is checked against its hash."""
    free = shutil.disk_usage(root).free
    if free < FREE_BYTES_NEEDED:
        raise Stop(
            f"ディスクの空きが足りません(空き {free / 1e9:.1f} GB、必要 {FREE_BYTES_NEEDED / 1e9:.1f} GB)。"
            "不要なファイルを片づけてから、もう一度実行してください。"
        )
    (root / VENV / UNFINISHED).touch()
    say("必要な部品を入れます(初めては数分かかります。ファイルは一つずつ照合します)。")
    wheels = root / WHEELHOUSE
    source = ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []
    pip(machine, root, "--require-hashes", "--only-binary", ":all:", *source, "-r", str(root / LOCK))
    parts = {key: value for key, value in fingerprint(root, machine).items() if key in {"lock", "python"}}
    finish(root, parts)  # what is whole now is not fetched again, whatever happens next
    return machine


def install_project(root: Path, machine: Machine) -> Machine:
    """Install the project itself from this folder, without a network."""
    say("このプログラムを仮想環境に登録します。")
    pip(machine, root, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(root))
    return machine


def verify(root: Path, machine: Machine) -> Machine:
    """Check that the Japanese font is there and that Qt WebEngine finds all its libraries."""
    font = Path(font_file(machine, root / VENV))
    if not font.is_file():
        raise Stop(
            f"日本語の字体が見つかりません({font})。{VENV} フォルダーを消して、もう一度実行してください。"
        )
    say("日本語の字体があること、画面の部品が動くことを確かめます。")
    code = "import PySide6.QtWebEngineWidgets, kurume_bousai"
    command = [str(venv_python(machine, root / VENV)), "-P", "-c", code]
    call(command, "画面の部品(Qt WebEngine)が動きません。上に出ている名前のライブラリーを入れてください。")
    return machine


STEPS = {
    "system": install_system,
    "venv": make_venv,
    "parts": install_parts,
    "project": install_project,
    "verify": verify,
}


def pip(machine: Machine, root: Path, *arguments: str) -> None:
    """Run pip of the environment; where it takes parts from is the person's own setting of pip."""
    python = str(venv_python(machine, root / VENV))
    command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *arguments]
    call(
        command,
        "部品を入れられませんでした。ネットワークと pip の設定を確かめて、もう一度実行してください。"
        "ネットワークのない場所では、部品の入ったフォルダー "
        f"{WHEELHOUSE} をこのファイルの隣に置いてください。",
    )


def call(command: Sequence[str], on_failure: str, env: Mapping[str, str] | None = None) -> None:
    """Run a helper program, its output on stderr; stop with the sentence when it fails."""
    try:
        done = subprocess.run(command, stdout=sys.stderr.fileno(), env=utf8(env or os.environ), check=False)
    except OSError as error:
        raise Stop(f"{on_failure}\n  {error}") from error
    if done.returncode:
        full = shutil.disk_usage(Path(__file__).parent).free < 200_000_000
        raise Stop(
            "ディスクがいっぱいになりました。空きを作って、もう一度実行してください。" if full else on_failure
        )


def utf8(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a child that reads and writes UTF-8 on every system."""
    without = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV")
    return {key: value for key, value in env.items() if key not in without} | {"PYTHONUTF8": "1"}


def require_writable(root: Path) -> None:
    """Stop where nothing can be written beside this file."""
    try:
        with tempfile.TemporaryFile(dir=root):
            pass
    except OSError as error:
        raise Stop(write_problem(error, root)) from error


def write_problem(error: OSError, where: Path) -> str:
    """Return the sentence for an error of the file system."""
    if error.errno == errno.ENOSPC:
        return f"ディスクがいっぱいで書き込めません({where})。空きを作って、もう一度実行してください。"
    return (
        f"書き込みのできないフォルダーです({where})。"
        "書き込めるフォルダーに写してから、もう一度実行してください。"
    )


def remove_folder(folder: Path) -> None:
    """Remove a folder; on Windows it stays while the program runs from it."""
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise Stop(
            f"古い準備を消せません({folder})。プログラムが開いていれば閉じて、もう一度実行してください。"
        ) from error


@contextlib.contextmanager
def only_one_setup(root: Path) -> Iterator[None]:
    """Let one set-up work at a time; the system frees the lock even if this is killed."""
    with (root / ".bousai.lock").open("a+b") as handle:
        try:
            take_lock(handle.fileno())
        except OSError as error:
            raise Stop("ほかの窓で準備が進んでいます。終わってから、もう一度実行してください。") from error
        yield


def take_lock(descriptor: int) -> None:
    """Lock an open file, without waiting; ``OSError`` where another process has it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
