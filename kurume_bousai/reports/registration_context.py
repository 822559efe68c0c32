"""登録率の報告: the city, the years, and the 校区 with what every other paper keeps back too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_words
from kurume_bousai.domain.map_papers import ThemeMeasure
from kurume_bousai.domain.rates import Rate
from kurume_bousai.labels.letters import (
    PEER_RATE_CAUTION,
    PEER_RATE_NAME,
    PEER_RATE_PUBLISHED,
    PEER_RATE_RULE,
    PEER_RATE_SOURCE,
)
from kurume_bousai.reports.capacity_checks import Check, checks_table, faults_of, totals_table
from kurume_bousai.reports.maps.theme_table import PublicRow, PublicTable, public_table
from kurume_bousai.reports.paper import (
    Answer,
    Block,
    Cell,
    Column,
    Facts,
    Formula,
    Notes,
    Paper,
    Ref,
    ShareBar,
    ShareBars,
    Table,
    Withheld,
    day_text,
    people,
)
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.office.registration_rates import year_rates
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.papers.registration import RegistrationReport, ShareRow
from kurume_bousai.services.papers.theme_ports import ThemeContent, ThemeRow

_RULE = "登録率 = 申込済の人 ÷ 対象者。市の率は、校区の合計どうしの割り算です。"
_DISTRICTS: Final = "districts"
_YEARS: Final = "years"


def registration_paper(content: RegistrationReport, stamp: PaperStamp) -> Paper:
    """Return the paper; raises ``too_few_people`` where no hiding is enough, ``not_reconciled``."""
    public = public_table(theme_of(content))
    blocks: tuple[Block, ...] = (
        _answer(content.city, public),
        _facts(content),
        _peer(content.city),
        _years(content),
        Notes("読むときの注意", tuple(_notes(content, public))),
        *_bars(content, public),
        _table(public),
        *_checked(content, public),
    )
    return Paper(
        kind="registration",
        title="名簿の登録率",
        subtitle=f"久留米市 ・ {day_text(in_japan(stamp.made_at).date())}",
        marks=top_marks(stamp, None),
        blocks=blocks,
        footer=footer_lines(stamp, "合計は、載せた行の和です。"),
        made_at=stamp.made_at,
        figures=(
            ("applied", content.city.part),
            ("eligible", content.city.whole or 0),
            ("percent", content.city.percent),
        ),
    )


def theme_of(content: RegistrationReport) -> ThemeContent:
    """The same numbers as the map of them, so that both keep the same back."""

    def rows(shares: tuple[ShareRow, ...]) -> tuple[ThemeRow, ...]:
        return tuple(ThemeRow(one.district_id, one.part, one.whole) for one in shares)

    kin = tuple(rows(one) for one in content.kin)
    return ThemeContent(
        ThemeMeasure.REGISTRATION, rows(content.rows), kin, content.districts, content.outlines
    )


# ---------------------------------------------------------------- the first page
def _answer(city: Rate, public: PublicTable) -> Answer:
    if not city.whole:
        return Answer("登録率 —", ("対象者の数がわからないため、率を出せません。",))
    lines = [f"登録率 {city.percent}% = 登録者 {people(city.part)} ÷ 対象者 {people(city.whole)}"]
    if public.unknown:
        lines.append(f"対象者がわからない{public.unknown}校区は、登録者も対象者も入れていません。")
    return Answer(f"登録率 {city.percent}%", tuple(lines))


def _facts(content: RegistrationReport) -> Facts:
    source = "名簿の人数(名簿に全員がそろっている)" if content.is_from_list else "打ちこんだ数"
    items = [("対象者の数え方", source)]
    if not content.is_from_list:
        items.append(("いつの数か", _days(content.stated_on)))
    if content.target_percent:
        items.append(("目標", f"{content.target_percent}%"))
    return Facts("この数について", tuple(items))


def _peer(city: Rate) -> Facts:
    """The indicator Kumamoto has, from the same two numbers, with its own published ones beside."""
    ours = "対象者の数がわからないため、出せません。"
    if city.whole:
        ours = f"{city.percent}%(登録者 {people(city.part)} ÷ 対象者 {people(city.whole)})"
    return Facts(
        PEER_RATE_NAME,
        (
            ("割り算", PEER_RATE_RULE),
            ("久留米市の数では", ours),
            ("熊本市の数", PEER_RATE_PUBLISHED),
            ("出典", PEER_RATE_SOURCE),
            ("読み方", PEER_RATE_CAUTION),
        ),
    )


def _days(days: tuple[date, ...]) -> str:
    known = sorted(days)
    if not known:
        return "日付なし"
    first, last = day_text(known[0]), day_text(known[-1])
    return first if first == last else f"{first} から {last}"


def _years(content: RegistrationReport) -> Table:
    return Table(
        heading="年度ごと",
        columns=(
            Column("年度", 1.2),
            Column("登録者(人)", 1, is_count=True),
            Column("対象者(人)", 1, is_count=True),
            Column("登録率(%)", 0.9, is_count=True),
            Column("いつの数か", 1.4),
            Column("出典", 1.8),
        ),
        rows=tuple(
            (
                fiscal_year_words(one.fiscal_year),
                one.rate.part,
                one.rate.whole,
                _percent(one.rate, _YEARS, row),
                day_text(one.counted_on),
                one.source,
            )
            for row, one in enumerate(year_rates(content.years))
        ),
        empty="控えた年度がありません。",
        key=_YEARS,
    )


# ---------------------------------------------------------------- the 校区
def _rows(public: PublicTable) -> list[PublicRow]:
    rows = [one for one in public.rows if one.whole or one.part or one.district_id != UNKNOWN_DISTRICT]
    return [*rows, *([public.kept_back] if public.kept_back is not None else [])]


def _table(public: PublicTable) -> Table:
    rows = _rows(public)
    return Table(
        heading="校区ごと",
        columns=(
            Column("校区", 1.6),
            Column("登録者(人)", 1, is_count=True, adds_up=True),
            Column("対象者(人)", 1, is_count=True, adds_up=True),
            Column("登録率(%)", 0.9, is_count=True),
        ),
        rows=tuple(
            (one.words, one.part, one.whole, _percent(one.rate, _DISTRICTS, row))
            for row, one in enumerate(rows)
        ),
        total=(
            public.total.words,
            public.total.part,
            public.total.whole,
            _percent(public.total.rate, _DISTRICTS, None),
        ),
        basis=_RULE,
        key=_DISTRICTS,
    )


def _percent(rate: Rate | None, key: str, row: int | None) -> Cell:
    """登録率 of a row (None = the total), computed again in a workbook; — where there is none."""

    def at(column: int) -> Ref:
        return Ref(key, column, row, is_total=row is None)

    told = "—" if rate is None or not rate.whole else rate.percent
    shown = ("AND(ISNUMBER(", at(1), "),ISNUMBER(", at(2), "))")
    share = ("IF(", at(2), ">0,TEXT(ROUND(100*", at(1), "/", at(2), ',1),"0.0"),"—")')
    return Formula(told, ("IF(", *shown, ",", *share, ',"—")'))


def _bars(content: RegistrationReport, public: PublicTable) -> tuple[ShareBars, ...]:
    """The city and its 校区, the highest share first; what is kept back or unknown last, hatched."""
    if not content.city.whole:
        return ()
    rows = [one for one in public.rows if one.district_id != UNKNOWN_DISTRICT]
    told = sorted((one for one in rows if one.rate is not None), key=_share, reverse=True)
    untold = sorted((one for one in rows if one.rate is None), key=lambda one: one.part is None)
    bars = [_bar(PublicRow("久留米市 全体", public.total.part, public.total.whole), is_whole=True)]
    bars += [_bar(one) for one in (*told, *untold)]
    basis = "登録率の高い順。斜線は、少人数のため載せない校区と、対象者がわからない校区です。"
    target = Decimal(content.target_percent) if content.target_percent else None
    if target is not None:
        basis += f"点線は目標の{content.target_percent}%です。"
    return (ShareBars("校区ごとの登録率", tuple(bars), basis, target),)


def _share(row: PublicRow) -> float:
    return -1.0 if row.rate is None or row.rate.ratio is None else row.rate.ratio


def _bar(row: PublicRow, *, is_whole: bool = False) -> ShareBar:
    rate = row.rate
    if rate is not None:
        return ShareBar(row.words, Decimal(rate.percent), f"{rate.percent}%", is_whole)
    return ShareBar(row.words, None, row.part.words if isinstance(row.part, Withheld) else "—", is_whole)


# ---------------------------------------------------------------- computed again
def _checked(content: RegistrationReport, public: PublicTable) -> tuple[Table, ...]:
    """The sums of the list against those of the table; for the workbook and JSON."""
    city, total = content.city, public.total
    if not city.whole or not isinstance(total.part, int) or not isinstance(total.whole, int):
        return ()
    checks = [
        Check(
            words,
            Formula(answer, (Ref("totals", 1, row),)),
            Formula(again, (Ref(_DISTRICTS, row + 1, is_total=True),)),
        )
        for row, (words, answer, again) in enumerate(
            (
                ("登録者 = 校区ごとの計", city.part, total.part),
                ("対象者 = 校区ごとの計", city.whole, total.whole),
            )
        )
    ]
    if faults := faults_of(checks):
        raise KnownProblem(
            "not_reconciled",
            "登録率の数が合わないため、書類をつくれません。",
            where="、".join(faults),
            advice="もう一度つくり、同じ知らせが出るときは管理者に伝えてください。",
        )
    return (totals_table((("登録者", city.part), ("対象者", city.whole))), checks_table(checks))


def _notes(content: RegistrationReport, public: PublicTable) -> list[str]:
    notes = ["支援措置対象者は含まない数です。"]
    if public.kept_back is not None:
        notes.append(
            "5人未満の数のある校区は「少人数」として、まとめて一行に出しました。見えている行と合わせると計になります。"
        )
    if public.unknown:
        notes.append("対象者がわからない校区は「—」とし、計に入れていません。")
    if overfull := sum(_share(row) > 1 for row in public.rows):
        notes.append(f"登録者が対象者より多い校区が{overfull}あります。対象者の数が古いおそれがあります。")
    if not content.is_from_list:
        notes.append("対象者は市が別に数えた数で、登録者と日付が違うことがあります。")
    return notes
