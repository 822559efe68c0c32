"""A fresh fictional city per test: built once, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.storage import EncryptedCityDatabase, create_database, open_database

OPERATOR, PASSPHRASE = "架空", "demo"


@pytest.fixture(scope="session")
def empty_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed file with the schema, one operator with every role and the flag."""
    path = tmp_path_factory.mktemp("city") / "city.db"
    database, _ = create_database(
        path, OPERATOR, PASSPHRASE, roles=list(Role), handles_protected=True, fictional=True
    )
    database.close()
    return path


@pytest.fixture
def city_path(empty_city: Path, tmp_path: Path) -> Path:
    path = tmp_path / "city.db"
    shutil.copy(empty_city, path)
    shutil.copy(empty_city.with_name("city.db.keys"), path.with_name("city.db.keys"))
    return path


@pytest.fixture
def city(city_path: Path) -> Iterator[EncryptedCityDatabase]:
    database = open_database(city_path, OPERATOR, PASSPHRASE)
    yield database
    database.close()
