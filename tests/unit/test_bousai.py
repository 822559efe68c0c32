from __future__ import annotations

import ast
import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

import bousai
from kurume_bousai.bootstrap import machine as machines
from kurume_bousai.bootstrap import steps
from kurume_bousai.bootstrap.machine import Machine
from kurume_bousai.bootstrap.steps import Found

COMPLETE = frozenset(machines.QT_LIBRARIES) | frozenset(machines.SCREEN_LIBRARIES)
DEBIAN = Machine(system="Linux", is_root=True, has_apt=True, libraries=COMPLETE)
BARE = replace(DEBIAN, libraries=frozenset(), has_ensurepip=False)
WINDOWS = Machine(system="Windows", python=(3, 12), has_screen=True, long_paths=False)
WANTED = {"lock": "a", "project": "b", "python": "3.11", "root": "/x"}
READY = Found(venv_works=True, was_interrupted=False, stamp=WANTED)
NOTHING = Found(venv_works=False, was_interrupted=False, stamp={})


# ---------------------------------------------------------------- paths and font


def test_places_on_windows() -> None:
    venv = PureWindowsPath(r"C:\Users\hanako\久留米\.venv")
    assert machines.venv_python(WINDOWS, venv) == venv / "Scripts" / "python.exe"
    font = machines.font_file(WINDOWS, venv)
    assert font == venv / "Lib" / "site-packages" / "matplotlib_fontja" / "fonts" / "ipaexg.ttf"
    assert str(font).count("/") == 0


def test_places_on_linux() -> None:
    venv = PurePosixPath("/home/hanako/bousai/.venv")
    assert machines.venv_python(DEBIAN, venv) == venv / "bin" / "python"
    expected = "lib/python3.11/site-packages/matplotlib_fontja/fonts/ipaexg.ttf"
    assert machines.font_file(DEBIAN, venv) == venv / expected


def test_the_font_is_where_the_set_up_looks_for_it() -> None:
    here = machines.this_machine(os.environ)
    assert Path(machines.font_file(here, sys.prefix)).stat().st_size > 1_000_000


@pytest.mark.parametrize(
    ("system", "env", "expected"),
    [
        ("Linux", {}, False),
        ("Linux", {"DISPLAY": ""}, False),
        ("Linux", {"DISPLAY": ":0"}, True),
        ("Linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("Windows", {}, True),
        ("Darwin", {}, True),
    ],
)
def test_screen(system: str, env: dict[str, str], expected: bool) -> None:
    assert machines.screen_present(system, env) is expected


# ---------------------------------------------------------------- what stands in the way


@pytest.mark.parametrize(
    ("machine", "root", "word"),
    [
        (replace(DEBIAN, python=(3, 15)), PurePosixPath("/x"), "3.11〜3.14"),
        (replace(WINDOWS, is_64bit=False), PureWindowsPath("C:/x"), "64 ビット"),
        (
            WINDOWS,
            PureWindowsPath("C:/Users/hanako/OneDrive/デスクトップ", *["避難行動要支援者"] * 4),
            "C:\\bousai",
        ),
    ],
)
def test_an_unfit_machine_is_told_what_to_do(machine: Machine, root: PurePosixPath, word: str) -> None:
    problem = machines.machine_problem(machine, root)
    assert problem is not None
    assert word in problem


@pytest.mark.parametrize(
    ("machine", "root"),
    [
        (DEBIAN, PurePosixPath("/" + "長" * 200)),
        (WINDOWS, PureWindowsPath("C:/bousai")),
        (replace(WINDOWS, long_paths=True), PureWindowsPath("C:/" + "長" * 150)),
    ],
)
def test_a_fit_machine_has_no_problem(machine: Machine, root: PurePosixPath) -> None:
    assert machines.machine_problem(machine, root) is None


def test_the_longest_path_inside_the_environment_is_as_measured() -> None:
    venv = Path(sys.prefix)
    longest = max(len(str(path.relative_to(venv))) for path in venv.rglob("*"))
    assert longest <= machines.LONGEST_INSIDE


def test_old_python_is_refused_before_anything_else_is_read(project_root: Path) -> None:
    source = (project_root / "bousai.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    first_two = [type(node).__name__ for node in tree.body[1:3]]
    assert first_two == ["Import", "If"]
    code = f"import sys; sys.version_info = (3, 9, 2); exec({source!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "Python 3.11〜3.14 が必要です(いまの Python は 3.9 です)" in done.stderr


# ---------------------------------------------------------------- packages of Debian


def test_a_bare_debian_lacks_venv_and_fourteen_libraries() -> None:
    packages = machines.missing_packages(BARE)
    assert packages[0] == "python3-venv"
    assert len(packages) == 15
    assert {"libegl1", "libnss3", "libxkbfile1"} <= set(packages)


def test_a_screen_needs_more() -> None:
    packages = machines.missing_packages(replace(BARE, has_screen=True))
    assert "libxcb-cursor0" in packages


def test_only_what_is_missing_is_installed() -> None:
    almost = replace(DEBIAN, libraries=COMPLETE - {"libnss3.so"})
    assert machines.missing_packages(almost) == ["libnss3"]
    assert machines.missing_packages(DEBIAN) == []
    assert machines.missing_packages(WINDOWS) == []


def test_linker_cache_is_read() -> None:
    listing = (
        "2 libs found in cache `/etc/ld.so.cache'\n"
        "\tlibnss3.so (libc6,x86-64) => /lib/x86_64-linux-gnu/libnss3.so\n"
        "\tlibEGL.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libEGL.so.1\n"
        "Cache generated by: ldconfig (Debian GLIBC) stable release version 2.36\n"
    )
    assert machines.parse_linker_cache(listing) == {"libnss3.so", "libEGL.so.1"}


def test_without_root_the_exact_command_is_shown() -> None:
    with pytest.raises(steps.Stop) as stop:
        steps.install_system(Path(), replace(BARE, is_root=False))
    assert "sudo apt-get install -y --no-install-recommends python3-venv libegl1" in str(stop.value)


def test_another_linux_is_told_the_names_of_the_libraries() -> None:
    with pytest.raises(steps.Stop, match=r"libnss3\.so"):
        steps.install_system(Path(), replace(BARE, has_apt=False, has_ensurepip=True))


# ---------------------------------------------------------------- the plan


def test_nothing_is_done_twice() -> None:
    assert steps.plan(DEBIAN, READY, WANTED) == []


def test_a_bare_machine_needs_everything() -> None:
    assert steps.plan(BARE, NOTHING, WANTED) == ["system", "venv", "parts", "project", "verify"]


def test_a_changed_lock_installs_parts_into_the_same_environment() -> None:
    assert steps.plan(DEBIAN, READY, WANTED | {"lock": "z"}) == ["parts", "project", "verify"]


def test_a_moved_folder_only_registers_the_project_again() -> None:
    assert steps.plan(DEBIAN, READY, WANTED | {"root": "/y"}) == ["project", "verify"]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (replace(READY, was_interrupted=True), WANTED),
        (replace(READY, venv_works=False), WANTED),
        (READY, WANTED | {"python": "3.12"}),
    ],
)
def test_a_half_made_or_foreign_environment_is_made_anew(found: Found, wanted: dict[str, str]) -> None:
    assert steps.plan(DEBIAN, found, wanted)[0] == "venv"


def test_a_developers_own_environment_is_kept() -> None:
    found = Found(venv_works=True, was_interrupted=False, stamp={})
    assert steps.plan(DEBIAN, found, WANTED) == ["parts", "project", "verify"]


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"'])
def test_a_damaged_stamp_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "stamp").write_text(content, encoding="utf-8")
    assert steps.read_stamp(tmp_path / "stamp") == {}


def test_finishing_writes_the_stamp_and_takes_the_sign_away(tmp_path: Path) -> None:
    venv = tmp_path / machines.VENV
    venv.mkdir()
    (venv / steps.UNFINISHED).touch()
    steps.finish(tmp_path, WANTED)
    assert json.loads((venv / steps.STAMP).read_text(encoding="utf-8")) == WANTED
    assert [path.name for path in venv.iterdir()] == [steps.STAMP]


def test_an_environment_without_a_working_python_is_seen(tmp_path: Path) -> None:
    (tmp_path / machines.VENV / "bin").mkdir(parents=True)
    found = steps.look(tmp_path, DEBIAN)
    assert found == NOTHING


def test_a_killed_set_up_leaves_its_sign_for_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (steps.LOCK, "pyproject.toml"):
        (tmp_path / name).touch()

    def killed(root: Path, machine: Machine) -> Machine:
        raise KeyboardInterrupt

    # What ``python -m venv`` makes of the folder plays no part here; these tests run in such a one.
    monkeypatch.setattr(steps, "call", lambda *_words: None)
    monkeypatch.setitem(steps.STEPS, "parts", killed)
    with pytest.raises(KeyboardInterrupt):
        steps.prepare(tmp_path, DEBIAN)
    assert steps.look(tmp_path, DEBIAN).was_interrupted
    assert steps.plan(DEBIAN, steps.look(tmp_path, DEBIAN), steps.fingerprint(tmp_path, DEBIAN))[0] == "venv"


# ---------------------------------------------------------------- bad luck


def test_a_full_disk_is_named_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(steps.Stop, match="ディスクの空きが足りません"):
        steps.install_parts(tmp_path, DEBIAN)


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(steps.Stop, match="書き込みのできないフォルダー"):
        steps.require_writable(tmp_path / "absent")
    full = steps.write_problem(OSError(errno.ENOSPC, ""), tmp_path)
    assert "ディスクがいっぱい" in full


@pytest.mark.skipif(sys.platform == "win32", reason="uses the lock of POSIX systems")
def test_two_set_ups_do_not_work_at_once(tmp_path: Path) -> None:
    with (
        steps.only_one_setup(tmp_path),
        pytest.raises(steps.Stop, match="ほかの窓で準備"),
        steps.only_one_setup(tmp_path),
    ):
        pass
    with steps.only_one_setup(tmp_path):
        pass


def test_a_helper_that_fails_or_is_absent_stops_with_the_sentence() -> None:
    with pytest.raises(steps.Stop, match="だめでした"):
        steps.call([sys.executable, "-c", "raise SystemExit(3)"], "だめでした。")
    with pytest.raises(steps.Stop, match="だめでした"):
        steps.call(["/absent/program"], "だめでした。")


# ---------------------------------------------------------------- the commands


def test_run_without_a_screen_is_the_headless_demo() -> None:
    chosen = bousai.run_arguments(DEBIAN, PurePosixPath("/x"), [])
    assert chosen == ["demo", "--headless", "--out", "/x/output/demo"]


def test_run_with_a_screen_opens_the_program_itself() -> None:
    assert bousai.run_arguments(WINDOWS, PureWindowsPath("C:/x"), []) == []


def test_run_passes_arguments_on() -> None:
    assert bousai.run_arguments(DEBIAN, PurePosixPath("/x"), ["capacity", "--json"]) == ["capacity", "--json"]


@pytest.mark.parametrize(
    ("machine", "headless", "without_sandbox", "offscreen"),
    [
        (DEBIAN, True, True, True),
        (replace(DEBIAN, is_root=False), True, False, True),
        (replace(DEBIAN, has_screen=True), False, False, False),
        (WINDOWS, False, False, False),
    ],
)
def test_the_sandbox_is_left_out_only_for_root_without_a_screen(
    machine: Machine, headless: bool, without_sandbox: bool, offscreen: bool
) -> None:
    env = bousai.program_environment(machine, {"PYTHONPATH": "/else"}, headless=headless)
    assert ("QTWEBENGINE_DISABLE_SANDBOX" in env) is without_sandbox
    assert ("QT_QPA_PLATFORM" in env) is offscreen
    assert env["PYTHONUTF8"] == "1"
    assert "PYTHONPATH" not in env


SHARED = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


@pytest.mark.parametrize(
    ("arguments", "env", "expected"),
    [
        ([], {}, ([*SHARED, "-m", "not slow and not bench"], False)),
        (["tests/unit"], {}, (["-m", "not slow and not bench", "tests/unit"], False)),
        (["--all", "-q"], {}, ([*SHARED, "-q"], True)),
        (["-q"], {"CI": "true"}, ([*SHARED, "-q"], True)),
        (["--all", "-n0"], {}, (["-n0"], True)),
        (["-m", "gui"], {}, (["-m", "gui"], False)),
    ],
)
def test_choice_of_tests(arguments: list[str], env: dict[str, str], expected: tuple[list[str], bool]) -> None:
    assert bousai.pytest_arguments(arguments, env) == expected


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["いぬ"], 2), (["--help"], 0)])
def test_usage(project_root: Path, arguments: list[str], status: int) -> None:
    command = [sys.executable, str(project_root / "bousai.py"), *arguments]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONUTF8"} | {"LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=env, check=False)
    assert done.returncode == status
    assert "python3 bousai.py test" in (done.stderr if status else done.stdout)
