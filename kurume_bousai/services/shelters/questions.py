"""要確認: what is unknown or out of date about a site, as questions somebody has to ask it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.dates import years_before
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import WelfareShelter, YesNoUnknown
from kurume_bousai.domain.site_figures import known_figures
from kurume_bousai.domain.site_record import SiteFigure

#: A figure confirmed longer ago than this is asked again (FEATURES E1: 確認日).
MONTHS_UNTIL_STALE: Final = 12


class QuestionKind(StrEnum):
    """要確認の種類, the ones that keep people out first."""

    FLOOR = "floor"
    ACCEPTS = "accepts"
    FLOOR_PARTLY = "floor_partly"
    POSITION = "position"
    NEEDS = "needs"
    POWER = "power"
    STAFF = "staff"
    FITNESS = "fitness"
    DESIGNATION = "designation"
    UNDATED = "undated"
    STALE = "stale"


#: Because of these nobody is placed at the site until somebody has asked (RULEBOOK §2).
BLOCKING: Final = frozenset({QuestionKind.FLOOR, QuestionKind.ACCEPTS})

_TEXTS: Final[Mapping[QuestionKind, str]] = {
    QuestionKind.FLOOR: "床面積がわかりません。確認するまで、誰も入れません。",
    QuestionKind.ACCEPTS: "受入対象がわかりません。確認するまで、誰も入れません。",
    QuestionKind.FLOOR_PARTLY: "床面積のわからない室があります。その室は、確認するまで数えません。",
    QuestionKind.POSITION: "位置がわかりません。近い順に数えられません。",
    QuestionKind.NEEDS: "受け入れ数のわからない支援があります。その支援の人は、確認するまで入れません。",
    QuestionKind.POWER: "電源が必要な人を受け入れるのに、発電の出力か時間がわかりません。",
    QuestionKind.STAFF: "職員の数がわかりません。職員による制限をしていません。",
    QuestionKind.FITNESS: "災害ごとの適否に、未確認のものがあります。",
    QuestionKind.DESIGNATION: "指定か協定が、ありかなしかわかりません。",
    QuestionKind.UNDATED: "確認日のない値があります。",
    QuestionKind.STALE: "確認してから12か月を過ぎた値があります。",
}


@dataclass(frozen=True, slots=True)
class SiteQuestion:
    """要確認の一件. ``needs``, ``hazards`` and ``figures`` say which of them are meant, where several may be.

    ``confirmed_on``: the oldest day among ``figures`` of a ``STALE`` question.
    """

    kind: QuestionKind
    needs: tuple[Need, ...] = ()
    hazards: tuple[HazardScenario, ...] = ()
    figures: tuple[SiteFigure, ...] = ()
    confirmed_on: date | None = None

    @property
    def text(self) -> str:
        """Return the question as a sentence for the person who will ask."""
        return _TEXTS[self.kind]

    @property
    def is_blocking(self) -> bool:
        """True where nobody is placed at the site until it is answered."""
        return self.kind in BLOCKING


def open_questions(site: WelfareShelter, today: date) -> tuple[SiteQuestion, ...]:
    """Return what is unknown or out of date about a site, what keeps people out first."""
    return (*_unknown(site), *_dates(site, today))


def count_questions(sites: Iterable[WelfareShelter], today: date) -> Mapping[QuestionKind, int]:
    """Return the number of sites per kind of question, every kind named, in order."""
    counts = dict.fromkeys(QuestionKind, 0)
    for site in sites:
        for question in open_questions(site, today):
            counts[question.kind] += 1
    return counts


def is_stale(confirmed_on: date, today: date) -> bool:
    """Return whether a day of confirmation lies more than 12 months back."""
    return confirmed_on < years_before(today, MONTHS_UNTIL_STALE // 12)


def _unknown(site: WelfareShelter) -> Iterator[SiteQuestion]:
    known = known_figures(site)
    if SiteFigure.ROOMS not in known:
        yield SiteQuestion(QuestionKind.FLOOR)
    if SiteFigure.ACCEPTS not in known:
        yield SiteQuestion(QuestionKind.ACCEPTS)
    if SiteFigure.ROOMS in known and any(room.floor_m2 is None for room in site.rooms):
        yield SiteQuestion(QuestionKind.FLOOR_PARTLY)
    if site.point is None:
        yield SiteQuestion(QuestionKind.POSITION)
    if needs := tuple(need for need in Need if site.need_capacity.get(need) is None):
        yield SiteQuestion(QuestionKind.NEEDS, needs=needs)
    if site.need_capacity.get(Need.POWER) and SiteFigure.POWER not in known:
        yield SiteQuestion(QuestionKind.POWER)
    if site.staff_by_day is None or site.staff_by_night is None:
        yield SiteQuestion(QuestionKind.STAFF)
    if hazards := tuple(one for one in _HAZARDS if site.fitness_for(one) is Fitness.UNCONFIRMED):
        yield SiteQuestion(QuestionKind.FITNESS, hazards=hazards)
    if YesNoUnknown.UNKNOWN in (site.designation, site.agreement):
        yield SiteQuestion(QuestionKind.DESIGNATION)


def _dates(site: WelfareShelter, today: date) -> Iterator[SiteQuestion]:
    """Only figures that are known can be out of date; the rest is asked for above."""
    days = {figure: site.source_of(figure).confirmed_on for figure in known_figures(site)}
    if undated := tuple(figure for figure, day in days.items() if day is None):
        yield SiteQuestion(QuestionKind.UNDATED, figures=undated)
    stale = {figure: day for figure, day in days.items() if day is not None and is_stale(day, today)}
    if stale:
        yield SiteQuestion(QuestionKind.STALE, figures=tuple(stale), confirmed_on=min(stale.values()))


_HAZARDS: Final = tuple(hazard for hazard in HazardScenario if hazard is not HazardScenario.NONE)
