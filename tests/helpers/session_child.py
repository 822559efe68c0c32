"""A scripted 図上訓練 in a process of its own, to be killed."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path

from kurume_bousai import app
from kurume_bousai.domain import acts
from kurume_bousai.domain.acts import Act, Decision
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.exercises import Participant
from kurume_bousai.domain.ids import DistrictId, SiteId, SupporterId
from kurume_bousai.domain.injects import InjectEffect
from kurume_bousai.domain.operations import FeatureKind, LogEntry
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.fixtures.demo_city import DISTRICT, OPERATOR, PASSPHRASE
from tests.helpers.killed import Say


def line_of(entry: LogEntry) -> str:
    """One entry in one line, without a name (there is none in it)."""
    payload = json.dumps(entry.payload, ensure_ascii=False, sort_keys=True, default=str)
    print_ = hashlib.sha256(f"{entry.stamp} {entry.table_id} {payload}".encode()).hexdigest()[:16]
    return f"{entry.stamp.sequence} {entry.kind.value} {print_}"


def open_session(database: EncryptedCityDatabase) -> ExerciseSession:
    """The session that was left open, or a new one."""
    exercises = app.exercises(database)
    running = exercises.latest_running()
    if running is None:
        running = exercises.start(exercises.default_settings(DistrictId(DISTRICT), tables=2)).value
    return exercises.open(running)


def _decide(session: ExerciseSession, dice: random.Random) -> Act:
    person = dice.choice(session.shown())
    supporter = dice.choice(session.supporter_candidates(person.member_id))
    open_sites = [site for site in session.sites if session.board.is_open(site)]
    site = SiteId(dice.choice(open_sites)) if open_sites and dice.random() < 0.6 else None
    decision = Decision(SupporterId(supporter.key), site, "car", 3)
    return acts.decide(session, person.member_id, decision)


def _take_back(session: ExerciseSession, dice: random.Random) -> Act | None:
    decided = sorted(session.board.assignments)
    return acts.take_back(session, dice.choice(decided)) if decided else None


def _draw(session: ExerciseSession, dice: random.Random) -> Act:
    table = dice.choice(session.tables).table_id
    points = [LonLat(130.5 + dice.random() / 100, 33.29 + dice.random() / 100) for _ in range(2)]
    kind = dice.choice((FeatureKind.ASSEMBLY_POINT, FeatureKind.DANGER, FeatureKind.ROUTE))
    return acts.draw(kind, points if kind is FeatureKind.ROUTE else points[:1], table, "架空公園")


def _card(session: ExerciseSession, dice: random.Random) -> Act:
    card = dice.choice(session.operation.settings.preset.injects)
    subject = dice.choice(sorted(session.sites)) if card.effect is InjectEffect.CLOSE_SITE else ""
    return acts.play(session, card, subject)


def _reopen(session: ExerciseSession, dice: random.Random) -> Act | None:
    closed = sorted(session.board.closed_sites)
    return acts.reopen_site(SiteId(dice.choice(closed))) if closed else None


def _clock(session: ExerciseSession, dice: random.Random) -> Act | None:
    if dice.random() < 0.5:
        return acts.add_minutes(5)
    return acts.next_task(session)


def _table(session: ExerciseSession, dice: random.Random) -> Act:
    table = dice.choice(session.tables)
    if dice.random() < 0.5:
        return acts.mark_done(session, table.table_id, done=dice.random() < 0.5)
    return acts.seat(table.table_id, [Participant(Body.NEIGHBORHOOD_ASSOCIATION, dice.randint(1, 8))])


def _undo(session: ExerciseSession, dice: random.Random) -> Act | None:
    return acts.undo(session, dice.choice(session.tables).table_id)


SCRIPT: tuple[Callable[[ExerciseSession, random.Random], Act | None], ...] = (
    _decide, _decide, _draw, _decide, _card, _take_back, _table, _decide, _reopen, _undo, _clock,
)  # fmt: skip


def next_act(session: ExerciseSession, dice: random.Random) -> Act:
    """The next act of the script that is possible now."""
    for offset in range(len(SCRIPT)):
        act = SCRIPT[(len(session.board.entries) + offset) % len(SCRIPT)](session, dice)
        if act is not None:
            return act
    raise AssertionError("deciding is always possible")


def hold(say: Say, path: Path, seed: int) -> None:
    """Go on with the session for ever.

    Each line is said after the write returned: ``sequence kind fingerprint`` of one acknowledged entry.
    """
    database = open_database(path, OPERATOR, PASSPHRASE)
    session, log, dice = open_session(database), app.session_log(database), random.Random(seed)
    while True:
        for entry in log.perform(session, next_act(session, dice)):
            say(line_of(entry))
