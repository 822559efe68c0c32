"""施設の札の下半分: what is kept about a site besides its figures, each with who said it and when."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QLayout, QWidget

from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.members import AdmissionCategory
from kurume_bousai.domain.shelters import Unlimited, WelfareShelter
from kurume_bousai.domain.site_record import Equipment, EquipmentFact, FigureSource, SiteFigure, StockItem
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.widgets import Para, label, rule, vbox

_UNKNOWN = "不明"


def fact_rows(site: WelfareShelter) -> list[QWidget | QLayout]:
    """Caption, words and, where it is a figure of its own, its source."""
    record = site.record
    facts: tuple[tuple[str, str, SiteFigure | None], ...] = (
        ("受入対象", _accepts(site), SiteFigure.ACCEPTS),
        ("適否", _fitness(site), SiteFigure.FITNESS),
        ("指定・協定", _standing(site), SiteFigure.DESIGNATION),
        ("開く段階", f"警戒レベル{site.opens_at_level}{_order(site)}", None),
        ("電源", _power(site), SiteFigure.POWER),
        ("設備", _equipment(site), None),
        ("備蓄", "、".join(_stock(item) for item in record.stock), None),
        ("住所", site.address or _UNKNOWN, None),
        ("電話", _phones(site), None),
        ("確認", f"{word_of(site.verification)}・{_day(site.verified_on)}", None),
        ("出典", site.source or _UNKNOWN, None),
        ("備考", site.note, None),
    )
    made: list[QWidget | QLayout] = [rule()]
    made += [_fact(caption, words, source_words(site, figure)) for caption, words, figure in facts if words]
    return made


def source_words(site: WelfareShelter, figure: SiteFigure | None) -> str:
    """「出典 ○○・確認日 令和8年6月1日」; empty where the site's own source stands for it."""
    own = None if figure is None else site.figure_sources.get(figure)
    return "" if own is None else _source(own)


def _source(source: FigureSource) -> str:
    return f"出典 {source.source or _UNKNOWN}・{_day(source.confirmed_on)}"


def _day(on: date | None) -> str:
    return f"確認日 {format_wareki(on)}" if on else "確認日 なし"


def _fact(caption: str, words: str, source: str) -> QLayout:
    parts: list[QWidget] = [label(caption, "small"), Para(words, line=1.35)]
    if source:
        parts.append(Para(source, "small", line=1.2))
    return vbox(*parts, gap=0)


def _accepts(site: WelfareShelter) -> str:
    if site.accepts is None:
        return "不明(確認するまで誰も入れません)"
    if isinstance(site.accepts, Unlimited):
        return "全員"
    return "・".join(word_of(one) for one in AdmissionCategory if one in site.accepts) or "なし"


def _fitness(site: WelfareShelter) -> str:
    scenarios = [one for one in HazardScenario if one is not HazardScenario.NONE]
    return "、".join(f"{word_of(one)} {word_of(site.fitness_for(one))}" for one in scenarios)


def _order(site: WelfareShelter) -> str:
    return "" if site.opening_order is None else f"・{site.opening_order}番目に開く"


def _power(site: WelfareShelter) -> str:
    if site.power_kw is None and site.power_hours is None:
        return ""
    kw = _UNKNOWN if site.power_kw is None else f"{site.power_kw:g}kW"
    hours = _UNKNOWN if site.power_hours is None else f"{site.power_hours:g}時間"
    return f"{kw}・{hours}"


def _standing(site: WelfareShelter) -> str:
    record = site.record
    agreed = f"(協定日 {format_wareki(record.agreement_on)})" if record.agreement_on else ""
    announced = f"(公示日 {format_wareki(record.announced_on)})" if record.announced_on else ""
    return f"指定 {word_of(site.designation)}{announced}・協定 {word_of(site.agreement)}{agreed}"


def _equipment(site: WelfareShelter) -> str:
    kept = site.record.equipment
    return "、".join(f"{word_of(one)} {_has(kept.get(one))}" for one in Equipment) if kept else ""


def _has(fact: EquipmentFact | None) -> str:
    if fact is None:
        return _UNKNOWN
    return "あり" if fact.is_there else "なし"


def _stock(item: StockItem) -> str:
    amount = _UNKNOWN if item.amount is None else f"{item.amount.normalize():f}{item.unit}"
    return f"{item.name} {amount}"


def _phones(site: WelfareShelter) -> str:
    contacts = site.record.contacts
    lines = (
        site.phone and f"代表 {site.phone}",
        contacts.by_day and f"昼 {contacts.by_day}",
        contacts.by_night and f"夜 {contacts.by_night}",
    )
    return "・".join(line for line in lines if line) or _UNKNOWN
