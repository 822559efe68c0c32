from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai import settings
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.settings import DECLARED, Settings, load, save


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path / "settings.json")
    assert loaded.settings == Settings.defaults()
    assert loaded.kept_aside is None


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    chosen = Settings.defaults().changed(text_scale=1.5, theme="white_on_black", last_district="tsubuku")
    save(chosen, file)
    assert load(file).settings == chosen
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@given(junk=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode())))
def test_an_unreadable_file_is_kept_aside_and_defaults_hold(
    junk: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("s") / "settings.json"
    file.write_bytes(junk)
    loaded = load(file)
    assert loaded.settings == Settings.defaults()
    assert loaded.kept_aside is not None
    assert loaded.kept_aside.read_bytes() == junk
    save(loaded.settings, file)


def test_one_bad_value_does_not_cost_the_others(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    stored = {"version": settings.VERSION, "values": {"text_scale": 99, "theme": "black_on_white", "gone": 1}}
    file.write_text(json.dumps(stored), encoding="utf-8")
    loaded = load(file)
    assert loaded.settings.number("text_scale") == 1.0
    assert loaded.settings.text("theme") == "black_on_white"
    assert loaded.kept_aside is not None


def test_an_older_file_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"version": 1, "values": {"scale": 150}}), encoding="utf-8")
    assert load(file).settings.number("text_scale") == 1.5


def test_a_newer_file_is_kept_aside(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"version": 999, "values": {}}), encoding="utf-8")
    loaded = load(file)
    assert loaded.kept_aside is not None
    assert loaded.settings == Settings.defaults()


def test_a_folder_that_refuses_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(KnownProblem) as caught:
        save(Settings.defaults(), tmp_path / "file" / "settings.json")
    assert caught.value.code == "settings_not_saved"
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize(
    ("name", "value"),
    [("text_scale", 0.5), ("text_scale", True), ("theme", "pink"), ("text_scale_asked", 1), ("theme", 3)],
)
def test_values_out_of_range_or_of_another_type_are_refused(name: str, value: object) -> None:
    with pytest.raises(KnownProblem) as caught:
        Settings.defaults().changed(**{name: value})  # type: ignore[arg-type]  # the point of the test
    assert caught.value.advice


def test_an_undeclared_setting_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        Settings.defaults().changed(nonsense=1)
    with pytest.raises(TypeError):
        Settings.defaults().flag("theme")


def test_every_setting_is_described_and_its_default_fits() -> None:
    for setting in DECLARED:
        assert setting.description
        assert setting.check(setting.default) == setting.default
    assert len({setting.name for setting in DECLARED}) == len(DECLARED)


def test_the_home_variable_moves_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))
    assert settings.settings_path() == tmp_path / "config" / "settings.json"
    assert settings.data_dir() == tmp_path
    monkeypatch.delenv(settings.HOME_VARIABLE)
    assert settings.APP_NAME in str(settings.data_dir())
