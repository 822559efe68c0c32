"""One fictional city for the whole folder: the commands follow one another as in an office."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fixtures.demo_city import OPERATOR, PASSPHRASE
from tests.helpers.command_line import CommandLine


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person's home."""
    return tmp_path_factory.mktemp("person")


@pytest.fixture(scope="session")
def city_file(demo_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the fictional city for this folder's tests together; they add, none takes away."""
    folder = tmp_path_factory.mktemp("shared_city")
    for file in demo_master.parent.glob(demo_master.name + "*"):
        shutil.copy2(file, folder / file.name)
    return folder / demo_master.name


@pytest.fixture(scope="session")
def clerk(home: Path, city_file: Path) -> CommandLine:
    """Somebody at the desk with the fictional city."""
    return CommandLine.of(
        home,
        DB=str(city_file),
        OPERATOR=OPERATOR,
        PASSPHRASE=PASSPHRASE,
        OUTPUT_PASSWORD="架空の長い合言葉です",
    )
