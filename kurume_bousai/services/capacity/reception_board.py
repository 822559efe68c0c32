"""いまの受入: the board of who is at each welfare shelter now, from the reception ledger.

The same board as for plans, so that the disaster desk reads what it knows from peacetime. Nobody has said
anything about a site yet = nobody has counted, which is not 0.
"""

from __future__ import annotations

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.services.capacity.plan_board import BoardRule, BoardSubject, SiteBoard, board_site
from kurume_bousai.services.city_settings import city_settings_of
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.shelters.reception import ReceptionService


class ReceptionBoards:
    """いまの受入を読む人. Needs ``SEE_COUNTS`` only."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._reception = ReceptionService(database, clock)

    def read(self, shift: StaffShift = StaffShift.DAY) -> SiteBoard:
        """Derive what is free at each site from who is there and who is on the way."""
        self._database.access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            rule = BoardRule(city_settings_of(session), shift)
            sites = session.shelters.welfare()
        occupied = self._reception.board()
        today = self._clock.now().date()
        rows = []
        for site in sites:
            there = occupied.get(site.site_id)
            people = there.occupied_people if there else 0
            rows.append(board_site(site, people, {}, rule, today, there, BoardSubject.RECEPTION))
        return SiteBoard(tuple(rows), rule=rule, subject=BoardSubject.RECEPTION)
