"""手の言葉: changes of a site in a list, the nearest one, and what has to be done for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from kurume_bousai.domain.improvements import NearestChange, SiteChange, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory
from kurume_bousai.labels.words import label as word_of

_ROUND_M: Final = 100


def rounded_m(metres: float) -> str:
    """「900m」「1.3km」, rounded up to 100 m: an exact distance would tell where a home is."""
    up = math.ceil(metres / _ROUND_M) * _ROUND_M
    return f"{up}m" if up < 1000 else f"{up / 1000:.1f}km"


def change_phrase(change: SiteChange) -> str:
    """「電源の枠を1組分増やす」: a change without its site, as it stands in a list of a site's changes."""
    made = {
        SiteChangeKind.PLACES: f"場所を{change.amount:,}人分増やす",
        SiteChangeKind.UNITS: f"{_units(change)}増やす",
        SiteChangeKind.CONFIRM_NEED: f"「{_need(change)}」を受け入れられると確かめる",
        SiteChangeKind.CONFIRM_CAPACITY: _confirm_capacity(change.amount),
        SiteChangeKind.ACCEPT: f"{_categories(change.categories)}の人を受け入れる",
        SiteChangeKind.OPEN: "開く",
        SiteChangeKind.REACH: f"あと{rounded_m(change.amount)}遠くを送る",
    }
    return made[change.kind]


#: How a site stands before what is done there: 「○○園に」, 「○○園を」.
_AT_SITE: Final = {
    SiteChangeKind.PLACES: "{site}に{change}",
    SiteChangeKind.UNITS: "{site}に{change}",
    SiteChangeKind.CONFIRM_NEED: "{site}で{change}",
    SiteChangeKind.CONFIRM_CAPACITY: "{site}の{change}",
    SiteChangeKind.ACCEPT: "{site}が{change}",
    SiteChangeKind.OPEN: "{site}を{change}",
    SiteChangeKind.REACH: "{site}まで、{change}",
}


def change_words(change: SiteChange, site: str) -> str:
    """「○○園に場所を10人分増やす」: one change of a site; the same words as on the papers."""
    return _AT_SITE[change.kind].format(site=site, change=change_phrase(change))


def nearest_words(nearest: NearestChange | None, site: str) -> str:
    """「○○園で電源の枠を1組分増やす」; several changes of the one site are joined."""
    if nearest is None:
        return "施設を変えても入れません"
    first, *rest = nearest.changes
    more = f"・{changes_words(rest)}" if rest else ""
    return f"{change_words(first, site)}{more}"


def changes_words(changes: Sequence[SiteChange]) -> str:
    """Several changes of one site in one line."""
    return "・".join(change_phrase(change) for change in changes)


def how_to_do(change: SiteChange, site: str) -> str:
    """What somebody has to do so that the change becomes true; the screen cannot pretend it."""
    made = {
        SiteChangeKind.PLACES: f"{site}の使える室を増やすか、職員を増やす必要があります。",
        SiteChangeKind.UNITS: f"{site}に {_units(change)}用意する必要があります。",
        SiteChangeKind.CONFIRM_NEED: f"{site}に{_need(change)}の枠がいくつあるか問い合わせます。",
        SiteChangeKind.CONFIRM_CAPACITY: f"{site}に問い合わせて、使える室の床面積を確かめます。",
        SiteChangeKind.ACCEPT: f"{site}と、{_categories(change.categories)}の人の受け入れを話し合います。",
        SiteChangeKind.OPEN: f"{site}を開ける段階や順番を見直します。",
        SiteChangeKind.REACH: f"{site}まで車などで送る手だてを用意します。",
    }
    return f"{made[change.kind]}決まったら「福祉避難所」の画面でその施設を直すと、ここの答えも変わります。"


def _units(change: SiteChange) -> str:
    return f"{_need(change)}の枠を{change.amount:,}組分"


def _need(change: SiteChange) -> str:
    return word_of(change.need) if change.need is not None else "支援"


def _categories(categories: frozenset[AdmissionCategory]) -> str:
    if not categories:
        return "すべて"
    return "・".join(word_of(one) for one in AdmissionCategory if one in categories)


def _confirm_capacity(people: int) -> str:
    return f"床面積を確かめる({people:,}人分以上のとき)" if people else "床面積を確かめる"
