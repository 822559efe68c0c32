"""通し稽古: one whole 図上訓練 run by the program itself, through the same acts as the screens.

It is a program and not a recording: whom it decides for, where they go and what the closed site
changes follow from the data. ``demo --headless``, ``exercise run`` and the tests use it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kurume_bousai.domain import acts
from kurume_bousai.domain.acts import Decision
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import MemberId, OperationId, SiteId, SupporterId
from kurume_bousai.domain.injects import InjectEffect
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.operations import FeatureKind, FrozenPerson
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.session import ExerciseSession, PersonState
from kurume_bousai.services.exercises.capacity import FitAnswer, SessionCapacity
from kurume_bousai.services.exercises.log import SessionLog
from kurume_bousai.services.exercises.sessions import ExerciseService

#: A supporter is asked to go with this many people at most while somebody else is free.
MOST_PER_SUPPORTER = 2


@dataclass(frozen=True, slots=True)
class RehearsalSummary:
    """通し稽古の結果, in numbers only."""

    operation_id: OperationId
    district: str
    tables: int
    people_in_demand: int
    people_shown: int
    decided: int
    undecided: int
    drawn: int
    closed_sites: int
    entries: int
    demand_people: int
    placed_people: int
    unplaced_people: int


@dataclass(slots=True)
class Rehearsal:
    """通し稽古 on one database."""

    exercises: ExerciseService
    log: SessionLog
    capacity: SessionCapacity
    tell: Callable[[str], None]

    def run(self, settings: ExerciseSettings) -> tuple[RehearsalSummary, ExerciseSession, FitAnswer]:
        """Start, hold and finish one session."""
        operation_id = self.exercises.start(settings).value
        session = self.exercises.open(operation_id)
        self.tell(f"{session.district_id}校区で訓練をはじめました({len(session.tables)}班)。")
        for number, task in enumerate(settings.preset.tasks):
            if number:
                self.log.perform(session, acts.start_task(task))
            self._work(session, task.task_id)
            for table in session.tables:
                self.log.perform(session, acts.mark_done(session, table.table_id))
        fit = self.capacity.answer(self.capacity.fit_question(session))
        summary = self._summary(session, fit)
        self.exercises.finish(session)
        self.tell("訓練を終えました。")
        return summary, session, fit

    def _work(self, session: ExerciseSession, task_id: str) -> None:
        if task_id in ("assembly", "town"):
            self._draw_assembly_points(session)
        elif task_id in ("routes", "nature"):
            self._play(session, InjectEffect.RAISE_LEVEL)
            self._draw_dangers(session)
        elif task_id == "support":
            self._decide_everybody(session)
            self._close_the_busiest(session)
            self._decide_everybody(session)

    # -- the map -------------------------------------------------------------------------------

    def _draw_assembly_points(self, session: ExerciseSession) -> None:
        """集合場所 of each table: the middle of the homes it works for."""
        for table in session.tables:
            homes = [person.home for person in session.shown(table.table_id) if person.home is not None]
            if homes:
                name = f"{table.name} 集合場所"
                self.log.perform(
                    session, acts.draw(FeatureKind.ASSEMBLY_POINT, [_middle(homes)], table.table_id, name)
                )

    def _draw_dangers(self, session: ExerciseSession) -> None:
        """危険: the deepest home of each table; a blocked road beside it."""
        for table in session.tables:
            people = [person for person in session.shown(table.table_id) if person.home is not None]
            if not people:
                continue
            deepest = max(people, key=lambda person: person.flood_rank or 0)
            if deepest.home is None or not deepest.flood_rank:
                continue
            beside = LonLat(deepest.home.lon + 0.0006, deepest.home.lat)
            self.log.perform(
                session, acts.draw(FeatureKind.DANGER, [deepest.home], table.table_id, "水が深い")
            )
            self.log.perform(session, acts.draw(FeatureKind.BLOCKED_ROAD, [beside], table.table_id))

    # -- people --------------------------------------------------------------------------------

    def _decide_everybody(self, session: ExerciseSession) -> None:
        for person in session.undecided():
            decision = self._decision(session, person)
            if not decision.is_empty:
                self.log.perform(session, acts.decide(session, person.member_id, decision))

    def _decision(self, session: ExerciseSession, person: FrozenPerson) -> Decision:
        assignment = session.board.assignment(person.member_id)
        supporter = assignment.supporter_id or self._supporter(session, person.member_id)
        decided = assignment.site_id
        site = decided if decided is not None and session.board.is_open(decided) else None
        return Decision(
            supporter_id=supporter,
            site_id=self._site(session, person) if site is None else site,
            travel_mode=_mode(person).value,
            level=3,
        )

    def _supporter(self, session: ExerciseSession, member_id: MemberId) -> SupporterId | None:
        candidates = session.supporter_candidates(member_id, 8)
        free = [c for c in candidates if session.supporter_load(SupporterId(c.key)) < MOST_PER_SUPPORTER]
        return SupporterId(free[0].key) if free else None

    def _site(self, session: ExerciseSession, person: FrozenPerson) -> SiteId | None:
        """A 福祉避難所 for those who need one and are taken, else the nearest 指定避難所."""
        if person.planned_site is not None or person.needs - {Need.CARE}:
            takes = self.capacity.balance(session).takes(person)
            if fitting := session.site_candidates(person.member_id, takes, 1):
                return SiteId(fitting[0].key)
            if person.planned_site is not None:
                return None
        nearest = session.shelter_candidates(person.member_id, 1)
        return SiteId(nearest[0].key) if nearest else None

    # -- situations ----------------------------------------------------------------------------

    def _play(self, session: ExerciseSession, effect: InjectEffect, subject: str = "") -> None:
        for inject in session.operation.settings.preset.injects:
            if inject.effect is effect and inject.inject_id not in session.board.injects_played:
                self.log.perform(session, acts.play(session, inject, subject))
                return

    def _close_the_busiest(self, session: ExerciseSession) -> None:
        """The card closes the site most people were sent to; they are undecided again."""
        balance = self.capacity.balance(session)
        busiest = max(balance.sites.values(), key=lambda row: (row.assigned, row.site_id), default=None)
        if busiest is None:
            return
        self._play(session, InjectEffect.CLOSE_SITE, busiest.site_id)

    def _summary(self, session: ExerciseSession, fit: FitAnswer) -> RehearsalSummary:
        shown = session.shown()
        decided = [p for p in shown if session.state(p.member_id) is PersonState.DECIDED]
        return RehearsalSummary(
            operation_id=session.operation.operation_id,
            district=session.district_id,
            tables=len(session.tables),
            people_in_demand=len(session.people),
            people_shown=len(shown),
            decided=len(decided),
            undecided=len(shown) - len(decided),
            drawn=len(session.board.features),
            closed_sites=len(session.board.closed_sites),
            entries=len(session.board.entries),
            demand_people=fit.demand_people,
            placed_people=fit.placed_people,
            unplaced_people=fit.unplaced_people,
        )


def _middle(points: list[LonLat]) -> LonLat:
    return LonLat(sum(p.lon for p in points) / len(points), sum(p.lat for p in points) / len(points))


def _mode(person: FrozenPerson) -> TravelMode:
    if Need.STRETCHER in person.needs:
        return TravelMode.STRETCHER
    return TravelMode.WHEELCHAIR if Need.WHEELCHAIR in person.needs else TravelMode.CAR
