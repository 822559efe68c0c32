"""RULEBOOK §1 on a file with a life behind it: whatever is asked by whomever, nobody hidden is in the answer.

The paths are not listed here: ``tests.helpers.asking`` finds every service and repository by reading the
program. What the answers of a city with hidden people say more than those of one without is listed below, and
nothing else may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kurume_bousai.app import SystemClock
from tests.helpers.asking import (
    Asked,
    UnkeptDatabase,
    ask_repositories,
    ask_services,
    leaks,
    plain,
    services_on,
)
from tests.helpers.hidden_city import FLAGGED, OTHERS, HiddenCity, make_city, never_there
from tests.helpers.hidden_kit import kit_for, makers

pytestmark = pytest.mark.slow  # some hundred questions of each, papers among them: 3 s of work a role

#: What a flag that arrives late may change for others, and why (RULEBOOK §1).
TOLD = {
    "HandOutCopies.ledger": "a flag that arrives late recalls what is out",
    "hand_outs.to_recall": "the same",
    "ReceptionService.board": "a party that is at a site stays as people without a name: 名簿外",
    "ReceptionService.entries": "the same",
    "ReceptionService.parties": "the same",
    "ReceptionBoards.read": "the same",
    "reception.entries": "the same",
    "HandOutService.order": "no 差分 is made to a list that must come back",
    "HandOutService.preview": "the same",
    "RosterImportService.preview": "whoever holds the office's file has its rows; ours shows none of them",
}
_HEAD = re.compile(r"[A-Z]-\d{4}[- ]?[0-9A-F# ]{0,12}")


@pytest.fixture(scope="module")
def hidden_city(tmp_path_factory: pytest.TempPathFactory) -> HiddenCity:
    return make_city(tmp_path_factory.mktemp("hidden"))


def everything(city: HiddenCity, path: Path, role: str) -> Iterator[Asked]:
    database = city.open(OTHERS.get(role, role), path)
    database.__class__ = UnkeptDatabase
    try:
        kit = kit_for(city, database)
        yield from ask_services(services_on(database, makers(database)), kit)
        yield from ask_repositories(database, database.access, kit)
    finally:
        database.close()


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_is_told_of_the_hidden(hidden_city: HiddenCity, tmp_path: Path, role: str) -> None:
    secrets = (*hidden_city.secrets, *map(str, hidden_city.numbers))
    path = hidden_city.copy_to(tmp_path)
    found, asked = [], 0
    for one in everything(hidden_city, path, role):
        asked += 1
        if told := leaks(one, secrets):
            found.append((one.label, one.given, told))
    assert found == []
    assert asked > 400, "the paths are found by reading the program: so few means that it was not read"


def test_the_flagged_clerk_is_told(hidden_city: HiddenCity, tmp_path: Path) -> None:
    """The same questions find them where they may be found: the net has no holes of its own."""
    path = hidden_city.copy_to(tmp_path)
    telling = {one.label for one in everything(hidden_city, path, FLAGGED) if leaks(one, hidden_city.secrets)}
    assert {
        "RosterService.find", "RosterService.open", "HandOutCopies.open", "ReplyService.echo",
        "members.versions", "MailingService.status", "HomePlacing.case", "ScreeningService.history",
    } <= telling  # fmt: skip


@pytest.mark.parametrize("role", ["clerk", "facilitator", "viewer", "administrator"])
def test_a_file_answers_as_if_they_had_never_been_there(
    hidden_city: HiddenCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """Stronger than names: no number, no order and no refusal is another."""
    moment = datetime.now().astimezone()
    monkeypatch.setattr(SystemClock, "now", lambda _self: moment)
    places = [tmp_path / "with", tmp_path / "without"]
    for place in places:
        place.mkdir()
    full, bare = (hidden_city.copy_to(place) for place in places)
    never_there(hidden_city, bare)
    pairs = zip(everything(hidden_city, full, role), everything(hidden_city, bare, role), strict=True)
    differ = [
        (one.label, one.given)
        for one, other in pairs
        if one.label not in TOLD and _comparable(one) != _comparable(other)
    ]
    assert differ == []


def _comparable(asked: Asked) -> list[str]:
    return [_HEAD.sub("", text) for text in plain(asked.answer)]
