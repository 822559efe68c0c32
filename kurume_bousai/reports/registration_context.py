"""登録率の報告: the city, the years, and the 校区 with what every other paper keeps back too."""

from __future__ import annotations

from datetime import date

from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.fiscal_years import fiscal_year_words
from kurume_bousai.domain.map_papers import ThemeMeasure
from kurume_bousai.domain.rates import Rate
from kurume_bousai.reports.maps.theme_table import PublicRow, PublicTable, public_table
from kurume_bousai.reports.paper import (
    Answer,
    Block,
    Cell,
    Column,
    Facts,
    Notes,
    Paper,
    Table,
    day_text,
    people,
)
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.ports_reports import PaperStamp
from kurume_bousai.services.ports_theme_maps import ThemeContent, ThemeRow
from kurume_bousai.services.registration_paper import RegistrationReport, ShareRow
from kurume_bousai.services.registration_rates import year_rates

_RULE = "登録率 = 申込済の人 ÷ 対象者。市の率は、校区の合計どうしの割り算です。"


def registration_paper(content: RegistrationReport, stamp: PaperStamp) -> Paper:
    """Return the paper; raises ``too_few_people`` where no hiding is enough."""
    public = public_table(_theme(content))
    blocks: list[Block] = [_answer(content.city, public), _facts(content), _years(content), _table(public)]
    blocks.append(Notes("読むときの注意", tuple(_notes(content, public))))
    return Paper(
        kind="registration",
        title="名簿の登録率",
        subtitle=f"久留米市 ・ {day_text(in_japan(stamp.made_at).date())}",
        marks=top_marks(stamp, None),
        blocks=tuple(blocks),
        footer=footer_lines(stamp, "合計は、載せた行の和です。"),
        made_at=stamp.made_at,
        figures=(
            ("applied", content.city.part),
            ("eligible", content.city.whole or 0),
            ("percent", content.city.percent),
        ),
    )


def _theme(content: RegistrationReport) -> ThemeContent:
    """The same numbers as the map of them, so that both keep the same back."""

    def rows(shares: tuple[ShareRow, ...]) -> tuple[ThemeRow, ...]:
        return tuple(ThemeRow(one.district_id, one.part, one.whole) for one in shares)

    kin = tuple(rows(one) for one in content.kin)
    return ThemeContent(ThemeMeasure.REGISTRATION, rows(content.rows), kin, (), ())


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
    items.append(("同じ指標", "要援護者名簿登録 ÷ 対象者(熊本市の指標と同じ割り算)"))
    return Facts("この数について", tuple(items))


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
                _percent(one.rate),
                day_text(one.counted_on),
                one.source,
            )
            for one in year_rates(content.years)
        ),
        empty="控えた年度がありません。",
        key="years",
    )


def _percent(rate: Rate | None) -> Cell:
    return None if rate is None or not rate.whole else rate.percent


def _table(public: PublicTable) -> Table:
    rows = [_row(one) for one in public.rows if one.whole or one.part or one.district_id != UNKNOWN_DISTRICT]
    if public.kept_back is not None:
        rows.append(_row(public.kept_back))
    total = public.total
    return Table(
        heading="校区ごと",
        columns=(
            Column("校区", 1.6),
            Column("登録者(人)", 1, is_count=True, adds_up=True),
            Column("対象者(人)", 1, is_count=True, adds_up=True),
            Column("登録率(%)", 0.9, is_count=True),
        ),
        rows=tuple(rows),
        total=_row(total),
        basis=_RULE,
        key="districts",
    )


def _row(one: PublicRow) -> tuple[Cell, ...]:
    return (one.words, one.part, one.whole, _percent(one.rate))


def _notes(content: RegistrationReport, public: PublicTable) -> list[str]:
    notes = ["支援措置対象者は含まない数です。"]
    if public.kept_back is not None:
        notes.append(
            "5人未満の数のある校区は「少人数」として、まとめて一行に出しました。見えている行と合わせると計になります。"
        )
    if public.unknown:
        notes.append("対象者がわからない校区は「—」とし、計に入れていません。")
    if not content.is_from_list:
        notes.append("対象者は市が別に数えた数で、登録者と日付が違うことがあります。")
    return notes
