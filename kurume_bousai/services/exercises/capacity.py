"""訓練の容量: what has been decided, checked at once; and 入りきれますか, answered exactly (D5).

Two questions, never mixed (RULEBOOK §4). The first sums the session's own decisions and may be negative.
The second places this 校区's people as well as possible and tells who is left, with the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kurume_bousai.domain.capacity import RATES_M2, floor_places, usable_places
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.decided import DecidedBalance, DecidedSite, Decision, decided_balances
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.operations import FrozenPerson
from kurume_bousai.domain.placement import (
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    standing_reason,
)
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.domain.shelters import Unlimited, WelfareShelter
from kurume_bousai.services.ports.capacity import Allocator

#: A person in a session waits for this answer with forty neighbours looking on.
FIT_TIME_LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class NeedBalance:
    """決めた行先の過不足 of one need over the open sites that limit it; ``need`` None = places in people.

    ``capacity`` sums the open sites' own limits; ``balance`` sums only what is over where any site is
    over, because a free unit elsewhere does not help a person who was sent there.
    """

    need: Need | None
    assigned: int
    capacity: int
    shortage: int

    @property
    def balance(self) -> int:
        """Negative when any site is over (the sum of those shortages), else the free units."""
        return -self.shortage if self.shortage else self.capacity - self.assigned

    @property
    def is_scarce(self) -> bool:
        """空きわずか: at most a tenth, or two."""
        return 0 <= self.balance <= max(2, self.capacity // 10)


@dataclass(frozen=True, slots=True)
class SiteBalance:
    """決めた行先の過不足 of one site, in people."""

    site_id: SiteId
    name: str
    usable: int
    assigned: int
    is_unknown: bool
    is_closed: bool

    @property
    def balance(self) -> int:
        """空き・不足: places minus people sent, negative when over."""
        return self.usable - self.assigned


@dataclass(frozen=True, slots=True)
class SessionBalance:
    """決めたことの容量 at one moment, ready to be shown."""

    sites: Mapping[SiteId, SiteBalance]
    needs: tuple[NeedBalance, ...]
    rule_words: str
    _placement_sites: tuple[PlacementSite, ...] = field(repr=False)
    _remaining: Mapping[SiteId, DecidedBalance] = field(repr=False)

    def words(self, site_id: SiteId) -> str:
        """「空き 2」「不足 4」「使えません」; nothing for a place whose capacity is not kept."""
        row = self.sites.get(site_id)
        if row is None:
            return ""
        if row.is_closed:
            return "使えません"
        if row.is_unknown:
            return "人数不明"
        return f"不足 {-row.balance}" if row.balance < 0 else f"空き {row.balance}"

    def assigned(self, site_id: SiteId) -> int:
        """People sent to a site so far."""
        row = self.sites.get(site_id)
        return row.assigned if row else 0

    def takes(self, person: FrozenPerson) -> dict[SiteId, bool]:
        """Which open sites could take this person's party now: 受入対象, needs, places and units left."""
        party = party_of(person)
        if party is None:
            return {row.site_id: not row.is_closed and not row.is_unknown for row in self.sites.values()}
        options = PlacementOptions()
        return {
            SiteId(site.id): standing_reason(site, party, options) is None and self._has_room(site, person)
            for site in self._placement_sites
        }

    def _has_room(self, site: PlacementSite, person: FrozenPerson) -> bool:
        left = self._remaining[SiteId(site.id)]
        needs_left = (left.by_need[need].balance for need in person.needs if need in left.by_need)
        return left.balance >= person.party_size and all(rest is None or rest >= 1 for rest in needs_left)

    def sites_worst_first(self) -> list[SiteBalance]:
        """Sites, the most over first."""
        return sorted(self.sites.values(), key=lambda row: (row.balance, row.name))

    def needs_worst_first(self) -> list[NeedBalance]:
        """Needs that somebody decided has, the most over first."""
        asked = [row for row in self.needs if row.assigned]
        return sorted(asked, key=lambda row: row.balance)


@dataclass(frozen=True, slots=True)
class FitQuestion:
    """入りきれますか as asked at one moment."""

    parties: tuple[PlacementParty, ...] = field(repr=False)
    sites: tuple[PlacementSite, ...] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    uncounted: int = 0
    rule_words: str = ""


@dataclass(frozen=True, slots=True)
class FitUnplaced:
    """入れない組: how the hall calls the person, people, and the reasons with their number of sites."""

    words: str
    people: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FitAnswer:
    """入りきれますかの答え, exact."""

    demand_people: int
    placed_people: int
    unplaced: tuple[FitUnplaced, ...]
    is_proven: bool
    uncounted: int  # people without a destination or without a known home
    rule_words: str
    placement: Placement = field(repr=False)

    @property
    def unplaced_people(self) -> int:
        """入れない人."""
        return self.demand_people - self.placed_people

    @property
    def sum_words(self) -> str:
        """The sum written out."""
        return f"行く人 {self.demand_people} = 入れる {self.placed_people} + 入れない {self.unplaced_people}"


_RULE = (
    "床面積 ÷ 4㎡(室ごとに端数切り捨て)から使えない分を引き、昼の職員1人に10人までで数えています。"
    "同行する人も数えます。この校区の訓練で決めた人だけの数で、ほかの校区の人と支援措置対象者は含みません。"
)


@dataclass(frozen=True, slots=True)
class SessionCapacity:
    """訓練の容量の用件."""

    allocator: Allocator

    def balance(self, session: ExerciseSession) -> SessionBalance:
        """What the decisions so far leave at each site and need."""
        remaining = {row.site_id: row for row in decided_now(session)}
        usable = {site_id: row.usable for site_id, row in remaining.items()}
        rows = {
            site.site_id: SiteBalance(
                site.site_id,
                site.name,
                usable[site.site_id] or 0,
                remaining[site.site_id].assigned,
                is_unknown=usable[site.site_id] is None,
                is_closed=not session.board.is_open(site.site_id),
            )
            for site in session.sites.values()
        }
        sites = tuple(placement_site(session, site, usable[site.site_id]) for site in session.sites.values())
        return SessionBalance(rows, _needs(remaining.values(), rows), _RULE, sites, remaining)

    def fit_question(self, session: ExerciseSession) -> FitQuestion:
        """Everybody of this 校区 who is to go to a 福祉避難所.

        Decided so here, or planned and not yet decided. Nobody's destination binds the answer: it asks
        whether *any* placement takes them all.
        """
        parties: list[PlacementParty] = []
        words: dict[str, str] = {}
        uncounted = 0
        for index, person in enumerate(session.people.values()):
            destination = session.board.assignment(person.member_id).site_id or person.planned_site
            if destination is None:
                uncounted += 1
                continue
            if destination not in session.sites:
                continue
            if (party := party_of(person)) is None:
                uncounted += 1
                continue
            parties.append(party)
            words[party.id] = _spoken(session, person, index)
        sites = tuple(
            placement_site(session, site, usable_now(session, site)) for site in session.sites.values()
        )
        rule = f"{_RULE} 行先が決まっていない人・家の位置がわからない人 {uncounted}人は数えていません。"
        return FitQuestion(tuple(parties), sites, words, uncounted, rule)

    def answer(self, question: FitQuestion, should_stop: Callable[[], bool] | None = None) -> FitAnswer:
        """Place them exactly. Safe on any thread: the question holds no live state."""
        options = PlacementOptions(time_limit_s=FIT_TIME_LIMIT_S)
        if should_stop is None:
            placement = self.allocator.place(question.parties, question.sites, options)
        else:
            placement = self.allocator.place(question.parties, question.sites, options, should_stop)
        size = {party.id: party.size for party in question.parties}
        unplaced = tuple(
            FitUnplaced(
                question.words[row.party_id],
                size[row.party_id],
                tuple(Counter(reason.reason for reason in row.reasons).most_common()),
            )
            for row in placement.unplaced
        )
        return FitAnswer(
            demand_people=sum(size.values()),
            placed_people=sum(size[row.party_id] for row in placement.assignments),
            unplaced=unplaced,
            is_proven=all(phase.proven for phase in placement.phases),
            uncounted=question.uncounted,
            rule_words=question.rule_words,
            placement=placement,
        )


def _spoken(session: ExerciseSession, person: FrozenPerson, index: int) -> str:
    """「2班 12番」 for people who are shown; a neutral word for those who may not be."""
    if person.number and person.table_id and person.member_id not in session.hidden_now:
        return f"{session.table(person.table_id).name} {person.number}番"
    return f"出ていない人({index + 1})"


def decided_now(session: ExerciseSession) -> list[DecidedBalance]:
    """What the decisions so far leave at each site of the session, in the sites' order."""
    sites = (
        DecidedSite(site.site_id, usable_now(session, site), open_units(session, site))
        for site in session.sites.values()
    )
    return decided_balances(sites, _decisions(session))


def _decisions(session: ExerciseSession) -> Iterator[Decision]:
    for member_id, assignment in session.board.assignments.items():
        person = session.people.get(member_id)
        if person is not None and assignment.site_id is not None and assignment.site_id in session.sites:
            yield Decision(assignment.site_id, person.party_size, person.needs)


def usable_now(session: ExerciseSession, site: WelfareShelter) -> int | None:
    """使える人数 as the session stands: rate 4 ㎡, day staff, cards played.

    A closed site has 0; None where the floor is unknown.
    """
    if not session.board.is_open(site.site_id):
        return 0
    percent = session.board.staff_percent.get(site.site_id, session.board.staff_percent.get("", 100))
    staff = None if site.staff_by_day is None else site.staff_by_day * percent // 100
    return usable_places(floor_places(site.rooms, RATES_M2[0]), site.blocked_places, staff)


def open_units(session: ExerciseSession, site: WelfareShelter) -> Mapping[Need, int | Unlimited | None]:
    """Units per need; a closed site has none."""
    if session.board.is_open(site.site_id):
        return site.need_capacity
    return dict.fromkeys(Need, 0)


def placement_site(session: ExerciseSession, site: WelfareShelter, usable: int | None) -> PlacementSite:
    """A site as the solver sees it."""
    return PlacementSite(
        id=site.site_id,
        position=site.point or _middle(session),
        capacity=usable,
        accepts=site.accepts,
        need_capacity=site.need_capacity,
        power_first=site.is_power_first,
        closed=not session.board.is_open(site.site_id),
    )


def _middle(session: ExerciseSession) -> LonLat:
    """Where no point is kept for a site: the middle of the others, for distances only, never on a map."""
    points = [site.point for site in session.sites.values() if site.point is not None]
    if not points:
        return LonLat()
    return LonLat(sum(p.lon for p in points) / len(points), sum(p.lat for p in points) / len(points))


def party_of(person: FrozenPerson) -> PlacementParty | None:
    """A person with companions as the solver sees them; None without a home."""
    if person.home is None:
        return None
    return PlacementParty(
        id=person.member_id,
        position=person.home,
        size=person.party_size,
        needs=person.needs,
        categories=person.categories,
        band=person.band,
    )


def _needs(balances: Iterable[DecidedBalance], rows: Mapping[SiteId, SiteBalance]) -> tuple[NeedBalance, ...]:
    remaining = list(balances)
    found = [
        NeedBalance(
            None,
            sum(row.assigned for row in rows.values()),
            sum(row.usable for row in rows.values()),
            sum(max(0, -row.balance) for row in rows.values()),
        )
    ]
    for need in Need:
        parts = [row.by_need[need] for row in remaining if need in row.by_need]
        limited = [part for part in parts if not isinstance(part.capacity, Unlimited)]
        found.append(
            NeedBalance(
                need,
                sum(part.assigned for part in limited),
                sum(int(part.capacity or 0) for part in limited),
                sum(max(0, part.assigned - int(part.capacity or 0)) for part in limited),
            )
        )
    return tuple(found)
