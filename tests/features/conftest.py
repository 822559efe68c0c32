"""Steps that more than one feature uses, on a real encrypted file with the real services."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from kurume_bousai import app
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.fixtures.demo_city import DISTRICT, OPERATOR, PASSPHRASE
from tests.fixtures.windows import desk, dressed, runner

__all__ = ["desk", "dressed", "runner"]


class Office:
    """庁舎: one city file, opened by one person at a time, and what the last refused try said."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder
        self.problem: KnownProblem | None = None
        self._open: EncryptedCityDatabase | None = None
        self._session: ExerciseSession | None = None

    @property
    def city(self) -> EncryptedCityDatabase:
        """The open city."""
        assert self._open is not None, "nobody has opened the file"
        return self._open

    @property
    def session(self) -> ExerciseSession:
        """The exercise that runs."""
        assert self._session is not None, "no exercise was begun"
        return self._session

    @session.setter
    def session(self, session: ExerciseSession) -> None:
        self._session = session

    def open(self, operator: str = OPERATOR, passphrase: str = PASSPHRASE) -> EncryptedCityDatabase:
        """Open the file for somebody else; whoever had it open leaves."""
        self.close()
        self._open = open_database(self.path, operator, passphrase)
        return self._open

    def close(self) -> None:
        """Leave."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def begin(self) -> ExerciseSession:
        """Start an exercise of the fictional 校区."""
        exercises = app.exercises(self.city)
        self.session = exercises.open(
            exercises.start(exercises.default_settings(DistrictId(DISTRICT), tables=2)).value
        )
        return self.session

    def fingerprint(self) -> dict[str, str]:
        """Each file of the city by its content."""
        return {
            place.name: hashlib.sha256(place.read_bytes()).hexdigest()
            for place in self.path.parent.glob(self.path.name + "*")
            if place.suffix != ".lock"
        }


@pytest.fixture
def office(demo_path: Path, tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "papers"
    folder.mkdir()
    made = Office(demo_path, folder)
    yield made
    made.close()


@given("架空の市を開いている")
def open_city(office: Office) -> None:
    office.open()


@when("津福校区で訓練をはじめる")
def begin(office: Office) -> None:
    office.begin()


@then(parsers.parse("「{code}」とことわられる"))
def refused(office: Office, code: str) -> None:
    assert office.problem is not None, "nothing was refused"
    assert office.problem.code == code
    assert office.problem.message.endswith("。")
