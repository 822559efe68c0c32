"""図上訓練を準備し、始め、開き直す: from the list to a session that no crash can lose."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import ConsentState, SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExercisePreset, ExerciseSettings, ExerciseTable, Participant
from kurume_bousai.domain.gazetteer import HomePlace
from kurume_bousai.domain.ids import DistrictId, MemberId, OperationId, SupporterId, TableId, new_id
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.operations import (
    Board,
    EntryKind,
    FrozenPerson,
    Operation,
    OperationKind,
    OperationState,
)
from kurume_bousai.domain.plans import DestinationKind, IndividualEvacuationPlan, priority_band
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.domain.session import (
    DistanceM,
    ExerciseSession,
    SupporterSpot,
    may_appear,
    number_people,
    seat_people,
)
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: A table of eight to ten neighbours talks about this many people in an hour and no more.
COMFORTABLE_PEOPLE_PER_TABLE = 30
LEAST_TABLES, MOST_TABLES = 1, 24

#: Who usually sits at a table of a 校区 (KURUME.md §4.3): for practice only, where nobody real is shown.
USUAL_PARTICIPANTS = (
    Participant(Body.NEIGHBORHOOD_ASSOCIATION, 4),
    Participant(Body.WELFARE_COMMISSIONER, 2),
    Participant(Body.DISTRICT_ORGANIZATION, 2),
)


@dataclass(frozen=True, slots=True)
class ExerciseService:
    """図上訓練の用件, on one open database."""

    database: CityDatabase
    clock: Clock
    distance_m: DistanceM
    mode: SharingMode = SharingMode.OPT_IN

    # -- preparing -----------------------------------------------------------------------------

    def suggest_tables(
        self,
        district_id: DistrictId,
        count: int | None = None,
        participants: tuple[Participant, ...] = (),
    ) -> tuple[ExerciseTable, ...]:
        """Tables over the 自治会 of a 校区, with about the same number of people each.

        Nobody is assumed to sit there: an empty table is 記号, until somebody says who came.
        """
        with self.database.reading() as session:
            members = session.members.in_district(self.database.access, district_id)
        sizes = Counter(member.neighborhood for member in members)
        # About half of the people on the list have agreed to be shown.
        wanted = count or math.ceil(sum(sizes.values()) / 2 / COMFORTABLE_PEOPLE_PER_TABLE)
        shares = share_out(sizes, min(max(wanted, LEAST_TABLES), MOST_TABLES))
        return tuple(
            ExerciseTable(TableId(str(index + 1)), f"{index + 1}班", tuple(names), participants)
            for index, names in enumerate(shares)
        )

    def default_settings(
        self, district_id: DistrictId, preset: ExercisePreset = KURUME_60, tables: int | None = None
    ) -> ExerciseSettings:
        """A session that can be started at once: a stranger changes nothing and it works."""
        with self.database.reading() as session:
            practice = is_fictional(session)
        return ExerciseSettings(
            district_id=district_id,
            preset=preset,
            tables=self.suggest_tables(district_id, tables, USUAL_PARTICIPANTS if practice else ()),
            place=f"{district_id}校区コミュニティセンター",
            purpose="安否確認と避難支援を確かにする",
            practice=practice,
        )

    # -- starting ------------------------------------------------------------------------------

    def start(self, settings: ExerciseSettings) -> Outcome[OperationId]:
        """Freeze the people and sites of this moment, number them, and start the clock of the first task.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_district``, ``no_tables``, ``no_people`` or ``too_many_for_table``.
        """
        access = self.database.access
        access.require(Right.RUN_EXERCISE)
        if not access.sees_district(settings.district_id):
            raise KnownProblem(
                "no_district", "担当していない校区の訓練は始められません。", where=settings.district_id
            )
        if not settings.tables:
            raise KnownProblem("no_tables", "班がありません。", advice="班を一つ以上つくってください。")
        now = self.clock.now()
        operation = Operation(
            OperationId(new_id()),
            OperationKind.EXERCISE,
            OperationState.RUNNING,
            settings,
            started_at=now,
            held_on=now.date(),
        )
        with self.database.writing() as session:
            people = self._freeze(session, settings)
            session.operations.save(access, operation)
            session.operations.freeze(operation.operation_id, people, session.shelters.welfare())
            supporters = sorted(
                supporter.supporter_id for supporter in self._usable_supporters(session, settings.district_id)
            )
            first = settings.preset.tasks[0]
            append = session.operations.append
            append(
                access,
                operation.operation_id,
                EntryKind.SESSION_STARTED,
                {"people": len(people), "supporters": supporters},
                table_id=None,
                at=now,
            )
            append(
                access,
                operation.operation_id,
                EntryKind.TASK_STARTED,
                {"task_id": first.task_id, "minutes": first.minutes},
                table_id=None,
                at=now,
            )
            session.audit.record(
                access,
                "exercise_started",
                (operation.operation_id,),
                {"district": settings.district_id, "people": len(people), "tables": len(settings.tables)},
            )
        return Outcome(operation.operation_id, frozenset({Topic.OPERATIONS}))

    def _freeze(self, session: ReadSession, settings: ExerciseSettings) -> list[FrozenPerson]:
        access = self.database.access
        members = [
            member
            for member in session.members.in_district(access, settings.district_id)
            if not member.has_protected_address
        ]
        if not members:
            raise KnownProblem(
                "no_people",
                "この校区には、名簿の人がいません。",
                where=f"{settings.district_id}校区",
                advice="名簿を取り込むか、ほかの校区を選んでください。",
            )
        plans = session.plans.by_member(access, [member.member_id for member in members])
        places = session.gazetteer.places(access, [member.member_id for member in members])
        people = [
            freeze_person(member, plans.get(member.member_id), places.get(member.member_id))
            for member in members
        ]
        seated = seat_people(people, settings.tables)
        return number_people(seated, settings.tables, self._shown_ids(members, seated, settings))

    def _shown_ids(
        self, members: Sequence[RosterMember], seated: Sequence[FrozenPerson], settings: ExerciseSettings
    ) -> set[MemberId]:
        tables = {table.table_id: table for table in settings.tables}
        table_of = {person.member_id: tables[person.table_id] for person in seated if person.table_id}
        shown: set[MemberId] = set()
        for member in members:
            table = table_of.get(member.member_id)
            if table is None:
                continue
            level = table.level(settings.district_id, practice=settings.practice)
            if may_appear(member, table, level, self.mode):
                shown.add(member.member_id)
        return shown

    def _usable_supporters(self, session: ReadSession, district_id: DistrictId) -> list[Supporter]:
        refused = {ConsentState.REFUSED, ConsentState.WITHDRAWN}
        return [
            supporter
            for supporter in session.supporters.all(self.database.access, district_id)
            if supporter.consent not in refused
        ]

    # -- opening -------------------------------------------------------------------------------

    def open(self, operation_id: OperationId) -> ExerciseSession:
        """A session as its log says, also after a crash; consents and flags as they are now."""
        access = self.database.access
        access.require(Right.RUN_EXERCISE)
        with self.database.reading() as session:
            operation = session.operations.get(operation_id)
            if operation is None:
                raise KnownProblem("no_operation", "この訓練の記録が見つかりません。")
            people = {
                person.member_id: person for person in session.operations.frozen_people(access, operation_id)
            }
            # What was decided for somebody who is hidden now was never decided, for whoever looks.
            entries = [
                entry
                for entry in session.operations.entries(operation_id)
                if entry.payload.get("member_id", "") in ("", *people)
            ]
            members = session.members.get_many(access, list(people))
            supporters = {
                supporter.supporter_id: supporter
                for supporter in self._usable_supporters(session, operation.settings.district_id)
            }
            opened = ExerciseSession(
                operation=operation,
                people=people,
                sites={site.site_id: site for site in session.operations.frozen_sites(operation_id)},
                shelters={shelter.site_id: shelter for shelter in session.shelters.designated()},
                supporters={},
                board=Board(entries),
                distance_m=self.distance_m,
            )
        numbers: list[str] = next(
            (entry.payload["supporters"] for entry in entries if entry.kind is EntryKind.SESSION_STARTED), []
        )
        for index, supporter_id in enumerate(numbers):
            if supporter := supporters.get(SupporterId(supporter_id)):
                opened.supporters[supporter.supporter_id] = spot(supporter, index + 1)
        opened.hidden_now = self.hidden_now(opened, members)
        return opened

    def hidden_now(self, session: ExerciseSession, members: Sequence[RosterMember]) -> set[MemberId]:
        """People numbered at the start who may no longer appear: a withdrawal or a late arrival."""
        by_id = {member.member_id: member for member in members}
        hidden: set[MemberId] = set()
        for person in session.people.values():
            if not person.number or person.table_id is None:
                continue
            member = by_id.get(person.member_id)
            level = session.level(person.table_id)
            if member is None or not may_appear(member, session.table(person.table_id), level, self.mode):
                hidden.add(person.member_id)
        return hidden

    def latest_running(self) -> OperationId | None:
        """The session to offer again after a crash or a pause; None where nothing is open."""
        with self.database.reading() as session:
            running = [
                operation
                for operation in session.operations.all()
                if operation.state is OperationState.RUNNING and operation.kind is OperationKind.EXERCISE
            ]
        if not running:
            return None
        return max(running, key=lambda operation: str(operation.started_at)).operation_id

    def finish(self, session: ExerciseSession) -> Outcome[None]:
        """Close the session; its log stays."""
        access = self.database.access
        now = self.clock.now()
        operation_id = session.operation.operation_id
        finished = replace(session.operation, state=OperationState.FINISHED, finished_at=now)
        with self.database.writing() as writing:
            entry = writing.operations.append(
                access, operation_id, EntryKind.SESSION_FINISHED, {}, table_id=None, at=now
            )
            writing.operations.save(access, finished)
            writing.audit.record(access, "exercise_finished", (operation_id,), {})
        session.board.apply(entry)
        session.operation = finished
        return Outcome(None, frozenset({Topic.OPERATIONS}))


def freeze_person(
    member: RosterMember, plan: IndividualEvacuationPlan | None, place: HomePlace | None = None
) -> FrozenPerson:
    """What a session keeps of a person from its start: needs, home, party, plan. No name."""
    to_welfare = plan is not None and plan.destination_kind is DestinationKind.WELFARE_SHELTER
    return FrozenPerson(
        member_id=member.member_id,
        table_id=None,
        number=0,
        district_id=member.district_id or DistrictId(""),
        neighborhood=member.neighborhood,
        home=member.home,
        needs=member.needs,
        categories=member.categories,
        party_size=member.party_size,
        band=priority_band(plan.priority_score if plan else None),
        flood_rank=member.flood_rank,
        planned_supporter=plan.supporter_ids[0] if plan and plan.supporter_ids else None,
        planned_site=plan.destination_id if plan and to_welfare else None,
        is_home_rough=place is not None and place.is_rough and place.point == member.home,
    )


def spot(supporter: Supporter, number: int) -> SupporterSpot:
    """A supporter as the session shows one: number and place, no name."""
    return SupporterSpot(
        supporter.supporter_id,
        number,
        supporter.home,
        supporter.has_vehicle,
        supporter.can_help_by_day,
        supporter.can_help_by_night,
    )


def share_out(sizes: Mapping[str, int], tables: int) -> list[list[str]]:
    """The 自治会 over the tables, with about the same number of people each.

    As long as there are more 自治会 than tables, a table works for several: the largest first, each to
    the table with the fewest people. With more tables than 自治会 the largest are shared by several tables.
    """
    if not sizes:
        return [[] for _ in range(tables)]
    if tables <= len(sizes):
        shares: list[list[str]] = [[] for _ in range(tables)]
        loads = [0] * tables
        for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
            lightest = loads.index(min(loads))
            shares[lightest].append(name)
            loads[lightest] += size
        return [sorted(names) for names in shares]
    pieces = dict.fromkeys(sorted(sizes), 1)
    for _ in range(tables - len(sizes)):
        fullest = max(pieces, key=lambda name: (sizes[name] / pieces[name], name))
        pieces[fullest] += 1
    return [[name] for name, count in pieces.items() for _ in range(count)]
