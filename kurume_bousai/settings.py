"""Settings of this installation, declared once as data: name, type, default, range, description.

No Qt, and never personal data: only how the program looks and behaves on this machine. What the city
decides (the marks in the RULEBOOK: rates, consent, limits) stands in the database, or papers of two laptops
would disagree.
Kept as JSON in the user's configuration folder; `KURUME_BOUSAI_HOME` moves configuration and data.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

import platformdirs

from kurume_bousai.domain.errors import KnownProblem

APP_NAME: Final = "kurume_bousai"
HOME_VARIABLE: Final = "KURUME_BOUSAI_HOME"
FILE_NAME: Final = "settings.json"
VERSION: Final = 2

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Setting:
    """設定の項目: one declared setting.

    `least` and `most` bound numbers (inclusive); `choices` bounds texts. The type is the default's.
    """

    name: str
    default: Value
    description: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: object) -> Value:
        """Return the value in the declared type; KnownProblem when it does not fit."""
        typed = self._typed(value)
        if typed is None or not self._in_range(typed):
            raise KnownProblem(
                "setting_invalid",
                f"設定「{self.description}」に使えない値です。",
                where=self.name,
                advice=self._advice(),
            )
        return typed

    def _typed(self, value: object) -> Value | None:
        if isinstance(self.default, bool) or isinstance(value, bool):
            return value if isinstance(self.default, bool) and isinstance(value, bool) else None
        if isinstance(self.default, float):
            return float(value) if isinstance(value, (int, float)) else None
        if isinstance(self.default, int):
            return value if isinstance(value, int) else None
        return value if isinstance(value, str) else None

    def _in_range(self, value: Value) -> bool:
        if isinstance(value, str):
            return not self.choices or value in self.choices
        above = self.least is None or value >= self.least
        return above and (self.most is None or value <= self.most)

    def _advice(self) -> str:
        if self.choices:
            return f"次のどれかにしてください: {'、'.join(self.choices)}"
        if self.least is not None and self.most is not None:
            return f"{self.least:g}から{self.most:g}までの数にしてください。"
        return "設定の画面でもう一度選んでください。"


DECLARED: Final = (
    Setting("text_scale", 1.0, "文字の大きさ(倍)", 1.0, 1.75),
    Setting("theme", "standard", "配色", choices=("standard", "black_on_white", "white_on_black")),
    Setting("text_scale_asked", False, "文字の大きさを最初に尋ねた"),
    Setting("last_district", "", "前に選んでいた校区の番号"),
    Setting("map_layers", "", "地図にのせるものの見え方"),
    Setting("last_database", "", "前に開いたデータベースの場所"),
    Setting("solver_time_limit_s", 60, "割り当ての計算をやめるまでの秒数", 1, 3600),
    Setting("session_minutes", 60, "図上訓練の長さ(分)", 10, 480),
)
BY_NAME: Final[Mapping[str, Setting]] = MappingProxyType({setting.name: setting for setting in DECLARED})


def _from_1(stored: dict[str, object]) -> dict[str, object]:
    """Version 1 kept the text scale in percent under `scale`."""
    percent = stored.pop("scale", None)
    if isinstance(percent, (int, float)) and "text_scale" not in stored:
        stored["text_scale"] = percent / 100
    return stored


_MIGRATIONS: Final[Mapping[int, Callable[[dict[str, object]], dict[str, object]]]] = MappingProxyType(
    {1: _from_1}
)


@dataclass(frozen=True, slots=True)
class Settings:
    """設定: checked values of every declared setting."""

    values: Mapping[str, Value]

    @classmethod
    def defaults(cls) -> Settings:
        """Return the values a fresh installation starts with."""
        return cls(MappingProxyType({setting.name: setting.default for setting in DECLARED}))

    def get(self, name: str) -> Value:
        """Value of a declared setting; KeyError for an undeclared name."""
        return self.values[name]

    def number(self, name: str) -> float:
        """Value of a setting that is a number; TypeError for another kind."""
        value = self.values[name]
        if isinstance(value, (bool, str)):
            raise TypeError(f"{name} is not a number")
        return value

    def text(self, name: str) -> str:
        """Value of a setting that is a text; TypeError for another kind."""
        value = self.values[name]
        if not isinstance(value, str):
            raise TypeError(f"{name} is not a text")
        return value

    def flag(self, name: str) -> bool:
        """Value of a setting that is yes or no; TypeError for another kind."""
        value = self.values[name]
        if not isinstance(value, bool):
            raise TypeError(f"{name} is not a flag")
        return value

    def changed(self, **new: Value) -> Settings:
        """Return settings with other values; KeyError for an undeclared name, KnownProblem for a bad one."""
        checked = {name: BY_NAME[name].check(value) for name, value in new.items()}
        return replace(self, values=MappingProxyType({**self.values, **checked}))


@dataclass(frozen=True, slots=True)
class Loaded:
    """読んだ設定: the settings, and the copy kept aside when the file could not be used (else None)."""

    settings: Settings
    kept_aside: Path | None = None


def config_dir() -> Path:
    """Folder of the settings; not created here."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "config" if home else platformdirs.user_config_path(APP_NAME, appauthor=False)


def data_dir() -> Path:
    """Folder of databases and logs; not created here."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) if home else platformdirs.user_data_path(APP_NAME, appauthor=False)


def settings_path() -> Path:
    """File of the settings."""
    return config_dir() / FILE_NAME


def load(path: Path | None = None) -> Loaded:
    """Read the settings; a missing file means defaults, an unusable one is kept aside.

    A single bad value falls back to its default, the others stay. A file of a newer version is kept
    aside too, since its meaning is unknown.
    """
    file = path or settings_path()
    try:
        stored = _migrated(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Loaded(Settings.defaults())
    except (OSError, ValueError, RecursionError):
        return Loaded(Settings.defaults(), _keep_aside(file))
    settings, has_bad_value = _checked(stored)
    return Loaded(settings, _keep_aside(file, leave=True) if has_bad_value else None)


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings whole or not at all; KnownProblem when the folder refuses."""
    file = path or settings_path()
    text = json.dumps({"version": VERSION, "values": dict(settings.values)}, ensure_ascii=False, indent=2)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8") as out:
            out.write(text + "\n")
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise KnownProblem(
            "settings_not_saved",
            "設定を保存できませんでした。",
            where=FILE_NAME,
            advice="設定のフォルダーに書き込めるか、ディスクに空きがあるかを確かめてください。",
        ) from error


def _migrated(raw: object) -> dict[str, object]:
    """Return the stored values in this version's form; ValueError for anything that is not one of ours."""
    if not isinstance(raw, dict):
        raise ValueError("settings are not an object")  # noqa: TRY004 - a bad file, not a bad call
    version, values = raw.get("version"), raw.get("values")
    if not isinstance(version, int) or not isinstance(values, dict) or not 1 <= version <= VERSION:
        raise ValueError("unknown form of settings")
    stored = {str(name): value for name, value in values.items()}
    for step in range(version, VERSION):
        stored = _MIGRATIONS[step](stored)
    return stored


def _checked(stored: Mapping[str, object]) -> tuple[Settings, bool]:
    values: dict[str, Value] = {}
    has_bad_value = False
    for setting in DECLARED:
        try:
            values[setting.name] = setting.check(stored.get(setting.name, setting.default))
        except KnownProblem:
            values[setting.name] = setting.default
            has_bad_value = True
    return Settings(MappingProxyType(values)), has_bad_value


def _keep_aside(file: Path, *, leave: bool = False) -> Path | None:
    """Copy or move an unusable file aside; None when even that is refused."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside = file.with_name(f"{file.stem}-kept-{stamp}{file.suffix}")
    try:
        if leave:
            aside.write_bytes(file.read_bytes())
        else:
            file.replace(aside)
    except OSError:
        return None
    return aside
