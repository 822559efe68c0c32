"""福祉避難所を直す: one site's kept fields, checked whole before anything is written."""

from __future__ import annotations

from datetime import date

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.ports import CityDatabase

#: More than any hall: a slip of the keyboard, such as ㎡ typed as ㎠.
MOST_ROOM_M2 = 20_000


class SiteEditing:
    """施設を直す人."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    def save(self, before: WelfareShelter, after: WelfareShelter, *, today: date) -> Outcome[WelfareShelter]:
        """Store the changed site, audited.

        Raises ``KnownProblem`` ``no_right``, ``site_invalid``, and ``changed_meanwhile`` where the stored
        site is no longer the one that was opened.
        """
        access = self._database.access
        access.require(Right.EDIT_SITES)
        refuse_bad_site(after, today=today)
        with self._database.writing() as session:
            stored = {site.site_id: site for site in session.shelters.welfare()}
            if stored.get(before.site_id) != before:
                raise KnownProblem(
                    "changed_meanwhile",
                    "開いている間に、この施設の記録が変わりました。",
                    where=before.name,
                    advice="一度閉じて、いまの内容を確かめてから、もう一度入れてください。",
                )
            session.shelters.save_welfare(access, [after])
        return Outcome(after, frozenset({Topic.SHELTERS}))


def refuse_bad_site(site: WelfareShelter, *, today: date) -> None:
    """Raise ``KnownProblem`` for figures that cannot be computed with."""
    rooms_fit = all(room.floor_m2 is None or 0 < room.floor_m2 <= MOST_ROOM_M2 for room in site.rooms)
    counts = (site.staff_by_day, site.staff_by_night, site.declared_capacity)
    checks = (
        (bool(site.name.strip()), "施設名", "施設名を入れてください。"),
        (rooms_fit, "室の面積", f"室の面積は、0より大きく{MOST_ROOM_M2:,}㎡までにしてください。"),
        (site.blocked_places >= 0, "使えない人数", "使えない人数は0以上にしてください。"),
        (all(count is None or count >= 0 for count in counts), "職員・定員", "人数は0以上にしてください。"),
        (site.opens_at_level in (3, 4), "開く段階", "開く段階は警戒レベル3か4にしてください。"),
        (site.verified_on is None or site.verified_on <= today, "確認日", "確認日が今日より後です。"),
    )
    for holds, where, message in checks:
        if not holds:
            raise KnownProblem(
                "site_invalid", message, where=where, advice="直してから、もう一度保存してください。"
            )
