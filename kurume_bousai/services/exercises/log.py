"""訓練の行いを書く: from an act to the disk, and the live look at consents and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.acts import Act, require_running
from kurume_bousai.domain.consents import SharingMode, may_share
from kurume_bousai.domain.ids import MemberId, OperationId, SupporterId, TableId
from kurume_bousai.domain.operations import FrozenPerson, LogEntry
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.services.exercises.sessions import ExerciseService
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase


@dataclass(frozen=True, slots=True)
class RevealedNames:
    """見せているあいだの名前. Held only while the button is pressed."""

    members: Mapping[MemberId, str] = field(repr=False)
    supporters: Mapping[SupporterId, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LiveView:
    """いまの見え方: the people and who of them is hidden, as consents and flags say now."""

    people: dict[MemberId, FrozenPerson]
    hidden: set[MemberId]


@dataclass(frozen=True, slots=True)
class SessionLog:
    """クロノロジー of one database. Safe to call from the writer thread: it changes no session."""

    database: CityDatabase
    clock: Clock
    exercises: ExerciseService

    def write(self, operation_id: OperationId, act: Act) -> list[LogEntry]:
        """Append the entries of an act in one transaction; they stand on the disk when this returns."""
        with self.database.writing() as writing:
            return [
                writing.operations.append(
                    self.database.access,
                    operation_id,
                    kind,
                    payload,
                    table_id=act.table_id,
                    at=self.clock.now(),
                )
                for kind, payload in act.entries
            ]

    def perform(self, session: ExerciseSession, act: Act) -> list[LogEntry]:
        """Write an act and apply it: for scripts and tests, which have one thread."""
        require_running(session)
        entries = self.write(session.operation.operation_id, act)
        session.apply(entries)
        return entries

    def look(self, session: ExerciseSession) -> LiveView:
        """Evaluate consents and flags as they are now: a withdrawal takes effect at once."""
        access = self.database.access
        operation_id = session.operation.operation_id
        with self.database.reading() as reading:
            people = reading.operations.frozen_people(access, operation_id)
            members = reading.members.get_many(access, [person.member_id for person in people])
        return LiveView(
            {person.member_id: person for person in people},
            self.exercises.hidden_now(session, members),
        )

    def names(self, session: ExerciseSession, table_id: TableId) -> RevealedNames:
        """Names of the people shown at one table, and of supporters who agreed. Log ``show_names`` first."""
        access = self.database.access
        access.require(Right.SEE_PEOPLE)
        view = self.look(session)
        wanted = [
            person.member_id
            for person in session.shown(table_id)
            if person.member_id in view.people and person.member_id not in view.hidden
        ]
        with self.database.reading() as reading:
            members = reading.members.get_many(access, wanted)
            supporters = reading.supporters.all(access, session.district_id)
        return RevealedNames(
            {member.member_id: member.shown_name for member in members},
            {
                supporter.supporter_id: supporter.name
                for supporter in supporters
                if supporter.supporter_id in session.supporters
                # A supporter's own consent is asked too; no answer is not consent.
                and may_share(supporter.consent, SharingMode.OPT_IN, protected_address=False)
            },
        )
