"""What the set-up has to know about a computer; tests describe others than the one they run on."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath, PureWindowsPath

VENV = ".venv"
OLDEST, TOO_NEW = (3, 11), (3, 15)
LONGEST_INSIDE = 190  # characters of the longest path below .venv (PySide6), measured
WINDOWS_PATH_LIMIT = 259

# What Qt WebEngine needs on a bare Debian 12, tested as a set: library the linker must find -> package.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libgbm.so.1": "libgbm1",
    "libnss3.so": "libnss3",
    "libasound.so.2": "libasound2",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXtst.so.6": "libxtst6",
    "libxkbfile.so.1": "libxkbfile1",
}
# What a window on an X11 screen needs besides.
SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
}


@dataclass(frozen=True)
class Machine:
    """What the set-up has to know about the computer; tests make up their own."""

    system: str
    python: tuple[int, int] = OLDEST
    is_64bit: bool = True
    is_root: bool = False
    has_screen: bool = False
    has_apt: bool = False
    has_ensurepip: bool = True
    libraries: frozenset[str] = frozenset()
    long_paths: bool = True


def this_machine(env: Mapping[str, str]) -> Machine:
    """Describe the computer this runs on."""
    system = platform.system()
    return Machine(
        system=system,
        python=sys.version_info[:2],
        is_64bit=sys.maxsize > 2**32,
        is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
        has_screen=screen_present(system, env),
        has_apt=system == "Linux" and shutil.which("apt-get") is not None,
        has_ensurepip=importlib.util.find_spec("ensurepip") is not None,
        libraries=linker_libraries() if system == "Linux" else frozenset(),
        long_paths=windows_long_paths() if system == "Windows" else True,
    )


def screen_present(system: str, env: Mapping[str, str]) -> bool:
    """Tell whether a window can be shown; only Linux is used without a screen."""
    return system != "Linux" or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def linker_libraries() -> frozenset[str]:
    """Return the names of all libraries in the linker's cache."""
    ldconfig = shutil.which("ldconfig") or "/sbin/ldconfig"  # not on the path of ordinary accounts
    try:
        listing = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return frozenset()
    return parse_linker_cache(listing)


def parse_linker_cache(listing: str) -> frozenset[str]:
    """Take the library names out of the output of ``ldconfig -p``."""
    lines = (line for line in listing.splitlines() if "=>" in line)
    return frozenset(line.split()[0] for line in lines)


def windows_long_paths() -> bool:
    """Tell whether this Windows allows paths over 260 characters."""
    allowed = True
    if sys.platform == "win32":
        import winreg

        place = r"SYSTEM\CurrentControlSet\Control\FileSystem"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
                allowed = bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
        except OSError:
            allowed = False
    return allowed


def machine_problem(machine: Machine, root: PurePath) -> str | None:
    """Return why this computer cannot be used as it is, as a sentence, or nothing."""
    if machine.python >= TOO_NEW:
        found = ".".join(map(str, machine.python))
        return (
            f"このプログラムは Python 3.11〜3.14 で動きます(いまは {found} です)。"
            "3.14 までの Python で実行してください。"
        )
    if not machine.is_64bit:
        return "32 ビットの Python では動きません。64 ビットの Python を入れて、もう一度実行してください。"
    too_long = len(str(root)) + 1 + len(VENV) + 1 + LONGEST_INSIDE > WINDOWS_PATH_LIMIT
    if machine.system == "Windows" and not machine.long_paths and too_long:
        return (
            f"フォルダーの場所が深すぎます({root})。"
            "C:\\bousai のような短い場所に移してから、もう一度実行してください。"
        )
    return None


def pure_path(machine: Machine, path: PurePath | str) -> PurePath:
    """Return the path in the manner of the machine described, whichever one this is."""
    return PureWindowsPath(path) if machine.system == "Windows" else PurePosixPath(path)


def venv_python(machine: Machine, venv: PurePath | str) -> PurePath:
    """Return the interpreter of a virtual environment."""
    inside = "Scripts/python.exe" if machine.system == "Windows" else "bin/python"
    return pure_path(machine, venv) / inside


def font_file(machine: Machine, venv: PurePath | str) -> PurePath:
    """Return the Japanese font (IPAexGothic) that the package matplotlib-fontja carries."""
    major, minor = machine.python
    packages = "Lib" if machine.system == "Windows" else f"lib/python{major}.{minor}"
    return pure_path(machine, venv) / packages / "site-packages/matplotlib_fontja/fonts/ipaexg.ttf"


def missing_libraries(machine: Machine) -> dict[str, str]:
    """Return what Qt will not find: library -> Debian package."""
    if machine.system != "Linux":
        return {}
    wanted = QT_LIBRARIES | (SCREEN_LIBRARIES if machine.has_screen else {})
    return {library: package for library, package in wanted.items() if library not in machine.libraries}


def missing_packages(machine: Machine) -> list[str]:
    """Return the Debian packages to install, the ones for Python first."""
    python = ["python3-venv"] if machine.has_apt and not machine.has_ensurepip else []
    return python + list(missing_libraries(machine).values())
