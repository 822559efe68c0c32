"""図上訓練のようす: one running session as pure state, for the screens, the papers and the rehearsal.

A session joins what was frozen at its start (people, sites), what is evaluated live (who may be shown
to which table) and the board folded from the log. It holds no names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.consents import ConsentKind, SharingMode, shares_with
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import NUMBERS_PER_TABLE, ExerciseTable, ExerciseTask, Participant
from kurume_bousai.domain.ids import DistrictId, MemberId, SiteId, SupporterId, TableId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.operations import Board, FrozenPerson, LogEntry, Operation
from kurume_bousai.domain.shelters import DesignatedShelter, WelfareShelter

DistanceM = Callable[[LonLat, LonLat], float]


class PersonState(StrEnum):
    """訓練での人の状態, each with its own shape on map, list and paper."""

    DECIDED = "decided"  # ● 支援者も行先も決まった
    PARTLY = "partly"  # ◆ どちらかがまだ
    NO_SUPPORTER = "no_supporter"  # ▲ 支援者がいない
    UNKNOWN = "unknown"  # ○ わからない: the home is not known


@dataclass(frozen=True, slots=True)
class SupporterSpot:
    """支援者 as a table sees it: a number (S07) and a home; the name is fetched only to be shown."""

    supporter_id: SupporterId
    number: int
    home: LonLat | None = field(repr=False)
    has_vehicle: bool = False
    by_day: bool = True
    by_night: bool = True

    @property
    def label(self) -> str:
        """S07: how a supporter is called while names are hidden."""
        return f"S{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """候補 for a person: a supporter or a site with its distance in metres (None = not known)."""

    key: str
    distance_m: float | None


def roster_consent_covers(member: RosterMember, bodies: Iterable[Body], mode: SharingMode) -> bool:
    """True where the person's 名簿 consent is live and covers every one of ``bodies`` (RULEBOOK §1)."""
    return shares_with(
        member.consent(ConsentKind.ROSTER), bodies, mode, protected_address=member.has_protected_address
    )


def may_appear(
    member: RosterMember, table: ExerciseTable, level: DataLevel, mode: SharingMode = SharingMode.OPT_IN
) -> bool:
    """May this person be shown at this table at all? The rule of RULEBOOK §1 per level.

    実名: consent covers every body at the table. 記号: consent covers the 校区コミュニティ組織. 架空: the
    people are fictional, but the same consent rule is practised. A 支援措置対象者 never appears.
    """
    if level is DataLevel.REAL:
        return roster_consent_covers(member, table.bodies(), mode)
    return roster_consent_covers(member, (Body.DISTRICT_ORGANIZATION,), mode)


def seat_people(people: Sequence[FrozenPerson], tables: Sequence[ExerciseTable]) -> list[FrozenPerson]:
    """Give everybody the table of their 自治会, in walking order: 自治会, then north to south.

    A 自治会 that several tables share is cut into as many stretches of neighbours, so that a large one
    can be talked through. Somebody of a 自治会 that no table has sits at the first.
    """
    shared: dict[str, list[TableId]] = {}
    for table in tables:
        for name in table.neighborhoods:
            shared.setdefault(name, []).append(table.table_id)
    fallback = [table.table_id for table in tables[:1]]
    ordered = sorted(people, key=_walking_order)
    sizes = Counter(person.neighborhood for person in ordered)
    nth: Counter[str] = Counter()
    seated: list[FrozenPerson] = []
    for person in ordered:
        name = person.neighborhood
        places = shared.get(name, fallback)
        table_id = places[nth[name] * len(places) // sizes[name]] if places else None
        nth[name] += 1
        seated.append(replace(person, table_id=table_id))
    return seated


def number_people(
    seated: Sequence[FrozenPerson], tables: Sequence[ExerciseTable], shown: Collection[MemberId]
) -> list[FrozenPerson]:
    """Give those in ``shown`` a number 1–99 at their table, in walking order; the others keep 0.

    Raises
    ------
    KnownProblem
        ``too_many_for_table`` where more than 99 people would be shown at one table.
    """
    used: Counter[TableId] = Counter()
    numbered: list[FrozenPerson] = []
    for person in sorted(seated, key=_walking_order):
        number = 0
        if person.table_id is not None and person.member_id in shown:
            used[person.table_id] += 1
            number = used[person.table_id]
        numbered.append(replace(person, number=number))
    if crowded := [table for table in tables if used[table.table_id] > NUMBERS_PER_TABLE]:
        raise KnownProblem(
            "too_many_for_table",
            f"{crowded[0].name}で話し合う人が{NUMBERS_PER_TABLE}人を超えます。",
            where=f"{used[crowded[0].table_id]}人",
            advice="班の数を増やしてください。大きな自治会は、いくつかの班に分かれます。",
        )
    return numbered


def _walking_order(person: FrozenPerson) -> tuple[str, float, float, str]:
    if person.home is None:
        return (person.neighborhood, 0.0, 0.0, person.member_id)
    return (person.neighborhood, -person.home.lat, person.home.lon, person.member_id)


@dataclass(slots=True)
class ExerciseSession:
    """図上訓練 while it runs. ``hidden_now`` are people whose consent fell away since the start.

    ``supporters`` carry the numbers of the start; ``distance_m`` measures in metres of EPSG:6670.
    """

    operation: Operation
    people: dict[MemberId, FrozenPerson]
    sites: dict[SiteId, WelfareShelter]
    shelters: dict[SiteId, DesignatedShelter]
    supporters: dict[SupporterId, SupporterSpot]
    board: Board
    distance_m: DistanceM
    hidden_now: set[MemberId] = field(default_factory=set)

    @property
    def district_id(self) -> DistrictId:
        """The 校区 that exercises."""
        return self.operation.settings.district_id

    @property
    def tables(self) -> tuple[ExerciseTable, ...]:
        """The tables with whoever sits there now."""
        settings = self.operation.settings
        return tuple(
            replace(table, participants=participants_from(self.board.participants[table.table_id]))
            if table.table_id in self.board.participants
            else table
            for table in settings.tables
        )

    def table(self, table_id: TableId) -> ExerciseTable:
        """One table by id."""
        return next(table for table in self.tables if table.table_id == table_id)

    def level(self, table_id: TableId) -> DataLevel:
        """データ水準 of a table as it sits now."""
        return self.table(table_id).level(self.district_id, practice=self.operation.settings.practice)

    def projector_level(self) -> DataLevel:
        """What everybody in the hall can see: 記号 at most."""
        return min([DataLevel.SYMBOL, *(self.level(table.table_id) for table in self.tables)])

    def shown(self, table_id: TableId | None = None) -> list[FrozenPerson]:
        """People a table may see, in order of their numbers."""
        found = [
            person
            for person in self.people.values()
            if person.number
            and person.member_id not in self.hidden_now
            and (table_id is None or person.table_id == table_id)
        ]
        return sorted(found, key=lambda person: (str(person.table_id), person.number))

    def others_count(self) -> int:
        """「ほかに N人」: people of the 校区 who count in demand but are shown to nobody."""
        return len(self.people) - len(self.shown())

    def state(self, member_id: MemberId) -> PersonState:
        """The state of one person; ▲ wins, because nobody may be left without a supporter."""
        assignment = self.board.assignment(member_id)
        person = self.people[member_id]
        if assignment.supporter_id is None:
            return PersonState.UNKNOWN if person.home is None else PersonState.NO_SUPPORTER
        if assignment.site_id is None or not self.board.is_open(assignment.site_id):
            return PersonState.PARTLY  # a destination that was closed is none
        return PersonState.DECIDED

    def undecided(self, table_id: TableId | None = None) -> list[FrozenPerson]:
        """People not yet decided, those without a supporter and with the power need first."""
        urgent = {PersonState.NO_SUPPORTER: 0, PersonState.UNKNOWN: 1, PersonState.PARTLY: 2}
        waiting = [
            person
            for person in self.shown(table_id)
            if self.state(person.member_id) is not PersonState.DECIDED
        ]
        return sorted(
            waiting,
            key=lambda person: (
                urgent[self.state(person.member_id)],
                person.band,
                "power" not in person.needs,
                str(person.table_id),
                person.number,
            ),
        )

    def supporter_candidates(self, member_id: MemberId, count: int = 3) -> list[Candidate]:
        """The planned supporter first, then the nearest of the 校区."""
        person = self.people[member_id]
        ranked = sorted(
            (
                Candidate(spot.supporter_id, self._metres(person.home, spot.home))
                for spot in self.supporters.values()
            ),
            key=lambda candidate: (
                candidate.key != person.planned_supporter,
                candidate.distance_m is None,
                candidate.distance_m or 0.0,
            ),
        )
        return ranked[:count]

    def supporter_load(self, supporter_id: SupporterId) -> int:
        """How many people this session has already given a supporter; nobody who was hidden since."""
        return sum(
            assignment.supporter_id == supporter_id and member_id in self.people
            for member_id, assignment in self.board.assignments.items()
        )

    def _metres(self, start: LonLat | None, end: LonLat | None) -> float | None:
        return None if start is None or end is None else self.distance_m(start, end)

    def site_candidates(
        self, member_id: MemberId, takes: Mapping[SiteId, bool], count: int = 2
    ) -> list[Candidate]:
        """Open welfare shelters that could take the person, the planned one first, then the nearest."""
        person = self.people[member_id]
        ranked = sorted(
            (
                Candidate(site.site_id, self._metres(person.home, site.point))
                for site in self.sites.values()
                if takes.get(site.site_id, False) and self.board.is_open(site.site_id)
            ),
            key=lambda candidate: (
                candidate.key != person.planned_site,
                candidate.distance_m is None,
                candidate.distance_m or 0.0,
            ),
        )
        return ranked[:count]

    def shelter_candidates(self, member_id: MemberId, count: int = 1) -> list[Candidate]:
        """The nearest 指定避難所."""
        person = self.people[member_id]
        ranked = sorted(
            (
                Candidate(shelter.site_id, self._metres(person.home, shelter.point))
                for shelter in self.shelters.values()
            ),
            key=lambda candidate: (candidate.distance_m is None, candidate.distance_m or 0.0),
        )
        return ranked[:count]

    def point_of(self, site_id: SiteId) -> LonLat | None:
        """Where a destination lies; None where it is not known."""
        place = self.sites.get(site_id) or self.shelters.get(site_id)
        return place.point if place else None

    def current_task(self) -> ExerciseTask:
        """The question on the projector."""
        tasks = self.operation.settings.preset.tasks
        clock = self.board.clock
        return next((task for task in tasks if clock and task.task_id == clock.task_id), tasks[0])

    def apply(self, entries: Iterable[LogEntry]) -> None:
        """Take entries that stand on the disk into the board."""
        for entry in entries:
            self.board.apply(entry)

    def tables_done(self, task_id: str) -> set[TableId]:
        """Tables that said できた for a task."""
        return self.board.tasks_done.get(task_id, set())


def participants_from(rows: Sequence[Mapping[str, object]]) -> tuple[Participant, ...]:
    """Participants from a log entry's plain values."""
    return tuple(
        Participant(
            Body(str(row["body"])),
            int(str(row.get("count", 1))),
            str(row.get("role", "")),
            DistrictId(str(row["district_id"])) if row.get("district_id") else None,
        )
        for row in rows
    )


def participants_payload(participants: Sequence[Participant]) -> list[dict[str, object]]:
    """Participants as plain values for a log entry."""
    return [
        {
            "body": participant.body.value,
            "count": participant.count,
            "role": participant.role,
            "district_id": participant.district_id,
        }
        for participant in participants
    ]


def count_in_public(count: int) -> str:
    """「5人未満」 for a small count told to a table; 0 stays 0 (RULEBOOK §1)."""
    if 0 < count < 5:
        return "5人未満"
    return f"{count}人"
