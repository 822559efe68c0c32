"""効き目の言葉: the rows of 「何があれば減るか」, what each takes, and whether it can be tried here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.capacity_help import HelpAnswer, MorePlaces, WithoutSite
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import Improvement, SiteChange, SiteChangeKind
from kurume_bousai.domain.placement import REASON_CLOSED
from kurume_bousai.labels import change_words
from kurume_bousai.ui.figure_table import Cell, Column, Row
from kurume_bousai.ui.kit.painters import State

HELP_COLUMNS: Final = (
    Column("こうすると", stretches=True, at_least=200),
    Column("入れない人", is_figure=True),
    Column("減る人", is_figure=True),
    Column("要るもの", at_least=110, drop=1),
)
LOSS_COLUMNS: Final = (
    Column("この施設が開かないと", stretches=True, at_least=140),
    Column("入れない人", is_figure=True),
    Column("増える人", is_figure=True),
)

Named = Callable[[SiteId], str]


def improvement_row(found: Improvement, needed: MorePlaces | None, named: Named) -> Row:
    """「○○園に 場所を10人分増やす」, the new total, how many fewer, what it takes."""
    change = found.change
    after = f"{found.unplaced_after:,}人"
    total = f"{after}に減る" if found.proven else f"{after}以下に減る"
    fewer = f"{found.gain:,}人" if found.proven else f"{found.gain:,}人以上"
    words = change_words(change, named(change.site_id))
    return change, (
        Cell(words, spoken=f"{words}と、入れない人が{total}"),
        Cell(total),
        Cell(fewer),
        Cell(needed_words(needed) if change.kind is SiteChangeKind.PLACES else "", is_quiet=True),
    )


def loss_row(found: WithoutSite, named: Named) -> Row:
    """「○○園」, the new total if it stays shut, how many more."""
    total = f"{found.unplaced_people:,}人" if found.proven else f"{found.unplaced_people:,}人以下"
    more = f"{max(0, found.loss):,}人" if found.proven else f"{max(0, found.loss):,}人以下"
    state = State.SHORT if found.loss > 0 else None
    return found.site_id, (Cell(named(found.site_id)), Cell(total), Cell(more, state))


def needed_words(needed: MorePlaces | None) -> str:
    """「床 10人分・職員 1人」: what more usable places take."""
    if needed is None:
        return ""
    parts = [f"床 {needed.floor:,}人分"] if needed.floor else []
    parts += [f"職員 {needed.staff:,}人"] if needed.staff else []
    return "・".join(parts)


def head_words(answer: HelpAnswer) -> str:
    """What was looked at, and how far."""
    if answer.unplaced_people == 0:
        return "いまの条件では全員が入れます。右の表は、施設が一つ開かなかったときの人数です。"
    if not any(found.gain > 0 for found in answer.improvements):
        return f"入れない人 {answer.unplaced_people:,}人は、一つの施設を少し変えるだけでは減りません。"
    best = answer.improvements[0]
    ends = "" if answer.complete else "時間の中で調べたところまでです。"
    return (
        f"入れない人 {answer.unplaced_people:,}人を、一つの手で {best.unplaced_after:,}人まで減らせます。"
        f"どの数も、その手を打ったとして計算し直した全市の人数です。{ends}"
    )


def held(answer: CapacityAnswer) -> CapacityConditions:
    """The same question with the same sites open, each closed one by name.

    A trial of one site must not let the opening order, or the solver, choose others in its place.
    """
    now = answer.conditions
    if now.open_rate == 1 and now.open_at_most is None:
        return now
    shut = {site.site_id for site in answer.by_site if site.refusal == REASON_CLOSED}
    return replace(now, open_rate=Decimal(1), open_at_most=None, closed=now.closed | shut)


def tried_by_opening(change: SiteChange, answer: CapacityAnswer) -> CapacityConditions | None:
    """The conditions with the site open, where a name or the opening rate keeps it shut; else None."""
    conditions = held(answer)
    if change.kind is SiteChangeKind.OPEN and change.site_id in conditions.closed:
        return replace(conditions, closed=conditions.closed - {change.site_id})
    return None


def tried_by_closing(site_id: SiteId, answer: CapacityAnswer) -> CapacityConditions:
    """The conditions with one more site closed by name."""
    conditions = held(answer)
    return replace(conditions, closed=conditions.closed | {site_id})


def improvement_rows(answer: HelpAnswer, named: Named) -> Sequence[Row]:
    """The changes that help, best first; two that are said in the same words stand once."""
    said: dict[str, Row] = {}
    for found in answer.improvements:
        if found.gain > 0:
            row = improvement_row(found, answer.needed.get(found.change.site_id), named)
            said.setdefault(row[1][0].text, row)
    return list(said.values())
