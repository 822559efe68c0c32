"""福祉避難所を直す: one site's kept fields, checked whole before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.opening import refuse_transition
from kurume_bousai.domain.shelters import OpeningState, WelfareShelter
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.shelters.reception import occupied_people

#: More than any hall: a slip of the keyboard, such as ㎡ typed as ㎠.
MOST_ROOM_M2 = 20_000

_Check = tuple[bool, str, str]  # what must hold, the field it is about, the message where it does not


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

    def set_state(self, site_id: SiteId, to: OpeningState) -> Outcome[WelfareShelter]:
        """Open or close a site, audited with what it was and how many were inside.

        Who is inside is read from the reception ledger in the same transaction, so that nobody can come in
        between.

        Raises
        ------
        KnownProblem
            ``no_right``, ``site_gone``, ``still_occupied``, ``never_opened``, ``state_same``.
        """
        access = self._database.access
        access.require(Right.EDIT_SITES)
        with self._database.writing() as session:
            before = next((one for one in session.shelters.welfare() if one.site_id == site_id), None)
            if before is None:
                raise KnownProblem(
                    "site_gone",
                    "この施設の記録がありません。",
                    advice="一覧を新しくして、もう一度選んでください。",
                )
            occupied = occupied_people(session, access, site_id)
            refuse_transition(before, to, occupied=occupied)
            after = replace(before, state=to)
            session.shelters.save_welfare(access, [after])
            session.audit.record(
                access,
                "site_state_changed",
                [site_id],
                {"before": before.state.value, "after": to.value, "occupied": occupied},
            )
        return Outcome(after, frozenset({Topic.SHELTERS}))


def refuse_bad_site(site: WelfareShelter, *, today: date) -> None:
    """Raise ``KnownProblem`` ``site_invalid`` for figures that cannot be computed with."""
    for holds, where, message in (*_figure_checks(site), *_day_checks(site, today)):
        if not holds:
            raise KnownProblem(
                "site_invalid", message, where=where, advice="直してから、もう一度保存してください。"
            )


def _figure_checks(site: WelfareShelter) -> Iterator[_Check]:
    rooms_fit = all(room.floor_m2 is None or 0 < room.floor_m2 <= MOST_ROOM_M2 for room in site.rooms)
    counts = (site.staff_by_day, site.staff_by_night, site.declared_capacity)
    power = (site.power_kw, site.power_hours)
    rates = "・".join(f"{rate}㎡" for rate in RATES_M2)
    yield bool(site.name.strip()), "施設名", "施設名を入れてください。"
    yield rooms_fit, "室の面積", f"室の面積は、0より大きく{MOST_ROOM_M2:,}㎡までにしてください。"
    yield site.blocked_places >= 0, "使えない人数", "使えない人数は0以上にしてください。"
    yield _not_negative(counts), "職員・定員", "人数は0以上にしてください。"
    yield _not_negative(power), "発電", "発電の出力と時間は0以上にしてください。"
    yield _not_negative(item.amount for item in site.record.stock), "備蓄", "備蓄の数は0以上にしてください。"
    yield all(item.name for item in site.record.stock), "備蓄", "備蓄の品目の名前を入れてください。"
    yield site.rate_m2 in (None, *RATES_M2), "1人の面積", f"1人の面積は、{rates}から選んでください。"
    yield site.opens_at_level in (3, 4), "開く段階", "開く段階は警戒レベル3か4にしてください。"


def _day_checks(site: WelfareShelter, today: date) -> Iterator[_Check]:
    """No day of something done may lie ahead."""
    record = site.record
    figures = [kept.confirmed_on for kept in site.figure_sources.values()]
    facts = [fact.confirmed_on for fact in record.equipment.values()]
    days = (
        ("確認日", [site.verified_on, *figures]),
        ("設備の確認日", facts),
        ("備蓄の確認日", [item.confirmed_on for item in record.stock]),
        ("協定日", [record.agreement_on]),
        ("公示日", [record.announced_on]),
    )
    for name, found in days:
        yield all(day is None or day <= today for day in found), name, f"{name}が今日より後です。"


def _not_negative(numbers: Iterable[float | Decimal | None]) -> bool:
    return all(number is None or number >= 0 for number in numbers)
