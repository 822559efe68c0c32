"""図上訓練の紙: what was decided, what was drawn, and whether the decided people fit. No names."""

from __future__ import annotations

from itertools import groupby

from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.labels import label, need_sign, need_signs
from kurume_bousai.reports.capacity_tables import reason_counts
from kurume_bousai.reports.paper import (
    Answer,
    Block,
    Cell,
    Column,
    Facts,
    Notes,
    Paper,
    Table,
    clock_text,
    day_text,
    people,
)
from kurume_bousai.reports.small_counts import SMALLEST_SHOWN, count_text
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.ports import (
    DecisionFigures,
    ExerciseReport,
    FitFigures,
    LogLine,
    PaperStamp,
)

TOTALS_RULE = (
    "合計のつくり方: どの合計も、その表の行を足した数です。四捨五入はしません。"
    "施設の空きと不足は、差し引きしません。"
)


def exercise_paper(report: ExerciseReport, stamp: PaperStamp) -> Paper:
    """Return the anonymous report of a session."""
    blocks: list[Block] = [
        _answer(report),
        _facts(report),
        _undecided(report),
        _tables(report),
        _tasks(report),
        _sites(report),
    ]
    if report.needs:
        blocks.append(_needs(report))
    if report.fit is not None:
        blocks.append(_fit(report.fit))
    blocks += [_decisions(report), _drawn(report), _cards(report), _log(report)]
    marks = top_marks(stamp, None)
    return Paper(
        kind="exercise",
        title="図上訓練 記録",
        subtitle=f"久留米市 {report.district}校区 ・ {day_text(report.held_on)}",
        marks=("訓練", *(("練習",) if report.practice and "架空" not in marks else ()), *marks),
        blocks=tuple(blocks),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
    )


def _answer(report: ExerciseReport) -> Answer:
    open_rows = [row for row in report.decisions if row.undecided]
    shortage = sum(max(0, -row.balance) for row in report.sites)
    decided = len(report.decisions) - len(open_rows)
    lines = [_decided_line(len(report.decisions), decided)]
    if shortage:
        over = sum(1 for row in report.sites if row.balance < 0)
        lines.append(f"決めた行先では、{over}施設で {shortage:,}人分が不足しています。")
    elif any(row.assigned for row in report.sites):
        lines.append("決めた行先で、人数の上で定員を超えた施設はありません。")
    if report.fit is not None:
        lines.append(_fit_line(report.fit, report.others))
    return Answer(f"まだ決まっていない人 {people(len(open_rows))}", tuple(lines))


def _decided_line(people_count: int, decided: int) -> str:
    return (
        f"番号のある人 {people(people_count)} = 決まった人 {people(decided)}"
        f" + まだの人 {people(people_count - decided)}"
    )


def _fit_line(fit: FitFigures, others: int) -> str:
    if 0 < others < SMALLEST_SHOWN:
        # The sum would tell how many are shown to nobody.
        return f"入りきれますか: 入れない人 {people(fit.unplaced)}(番号のない人も数えています)"
    return (
        f"入りきれますか: 行く人 {people(fit.people)} = 入れる人 {people(fit.placed)}"
        f" + 入れない人 {people(fit.unplaced)}"
    )


def _facts(report: ExerciseReport) -> Facts:
    clock = "—"
    if report.started_at is not None:
        end = clock_text(report.finished_at) if report.finished_at is not None else "終わっていません"
        clock = f"{clock_text(report.started_at)} 〜 {end}"
    seats = sum(count for table in report.tables for _, count in table.participants)
    return Facts(
        "訓練",
        (
            ("日付・時刻", f"{day_text(report.held_on)} {clock}"),
            ("場所", report.place or "—"),
            ("ねらい", report.purpose or "—"),
            ("ひな形", report.preset),
            ("想定", _scenario(report.scenario)),
            ("参加者", f"{people(seats)} ・ {len(report.tables)}班"),
            ("番号のない人", _others(report.others)),
            ("支援措置対象者", "含みません"),
        ),
    )


def _scenario(code: str) -> str:
    try:
        return label(HazardScenario(code))
    except ValueError:
        return code or "—"


def _others(count: int) -> str:
    return f"ほかに {count_text(count)}(同意がないなどのため、班には見せていません)" if count else "いません"


def _numbers(rows: list[DecisionFigures]) -> str:
    parts = [
        f"{table} " + "・".join(str(row.number) for row in group)
        for table, group in groupby(rows, key=lambda row: row.table)
    ]
    return "、".join(parts)


def _undecided(report: ExerciseReport) -> Notes:
    rows = [row for row in report.decisions if row.undecided]
    if not rows:
        return Notes("まだ決まっていない人(番号)", ("番号のある人は、全員決まりました。",))
    return Notes("まだ決まっていない人(番号)", (f"{people(len(rows))}: {_numbers(rows)}",))


def _tables(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            table.name,
            label(table.level),
            "、".join(table.neighborhoods) or "校区全体",
            "、".join(f"{label(body)} {count}" for body, count in table.participants) or "記録なし",
            sum(count for _, count in table.participants),
            table.people,
            table.decided,
        )
        for table in report.tables
    )
    return Table(
        heading="班と参加者",
        columns=(
            Column("班", 1.1),
            Column("見せた水準", 1.1),
            Column("受け持ち", 2),
            Column("団体ごとの参加者", 2.8),
            Column("参加者", 0.8, is_count=True, adds_up=True),
            Column("話し合う人", 1.1, is_count=True, adds_up=True),
            Column("決まった人", 1.1, is_count=True, adds_up=True),
        ),
        rows=rows,
        total=_total(rows, f"合計 {len(rows)}班", "", "", "") if rows else None,
        basis="見せた水準は、その班に座った人で決まります。決まった人は、支援者と行先の両方が決まった人です。",
    )


def _total(rows: tuple[tuple[Cell, ...], ...], *texts: Cell) -> tuple[Cell, ...]:
    """Return texts for the first columns and the sums of the others."""
    sums = (
        sum(cell for row in rows if isinstance(cell := row[index], int))
        for index in range(len(texts), len(rows[0]))
    )
    return (*texts, *sums)


def _tasks(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            task.heading,
            task.question,
            task.planned_min,
            "始めていない" if task.used_min is None else f"{task.used_min:.1f}",
            task.tables_done,
        )
        for task in report.tasks
    )
    planned = sum(task.planned_min for task in report.tasks)
    return Table(
        heading="問いと時間",
        columns=(
            Column("問い", 2),
            Column("投げかけ", 3.4),
            Column("予定(分)", 0.9, is_count=True, adds_up=True),
            Column("使った(分)", 1.3, is_count=True),
            Column("できた班", 0.9, is_count=True),
        ),
        rows=rows,
        total=(f"合計 {len(rows)}問", "", planned, None, None) if rows else None,
        basis="使った時間は、次の問いを始めるまでの時間です。",
    )


def _sites(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            site.name,
            site.usable,
            site.assigned,
            max(0, site.balance),
            max(0, -site.balance),
            "、".join(
                words
                for words, applies in (
                    ("使えない", not site.is_open),
                    ("床面積が不明(要確認)", site.is_unknown),
                    ("不足", site.balance < 0),
                )
                if applies
            ),
        )
        for site in report.sites
    )
    return Table(
        heading="施設ごとの突合(人分)",
        columns=(
            Column("施設", 3),
            Column("使える人数", 1, is_count=True, adds_up=True),
            Column("決めた人数", 1, is_count=True, adds_up=True),
            Column("空き", 0.8, is_count=True, adds_up=True),
            Column("不足", 0.8, is_count=True, adds_up=True),
            Column("状態", 1.8),
        ),
        rows=rows,
        total=(*_total(rows, f"合計 {len(rows)}施設")[:5], "") if rows else None,
        basis="使える人数 = 床面積 ÷ 4㎡(室ごとに端数切り捨て)− 使えない分、昼の職員1人に10人まで。"
        "決めた人数は、本人と同行者の数です。空きと不足は別々に足し、差し引きしません。"
        "だれの行先にもなっていない施設は、載せていません。",
        empty="福祉避難所を行先に決めた人はいません。",
    )


def _needs(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row.site,
            f"{need_sign(row.need)} {label(row.need)}",
            "上限なし" if row.units is None else row.units,
            row.assigned,
            "—" if row.balance is None else max(0, row.balance),
            "—" if row.balance is None else max(0, -row.balance),
        )
        for row in report.needs
    )
    return Table(
        heading="施設と必要な支援ごとの突合(組)",
        columns=(
            Column("施設", 3),
            Column("必要な支援", 2),
            Column("受け入れ", 0.9, is_count=True),
            Column("決めた組", 0.9, is_count=True),
            Column("空き", 0.8, is_count=True),
            Column("不足", 0.8, is_count=True),
        ),
        rows=rows,
        basis="一つの組が二つ以上の支援を要ることがあるため、たて方向には足しません。",
    )


def _fit(fit: FitFigures) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row.number,
            row.people,
            reason_counts(row),
        )
        for row in fit.unplaced_rows
    )
    return Table(
        heading="入りきれますか: 入れない人と理由",
        columns=(
            Column("番号", 1.6),
            Column("人数", 0.8, is_count=True, adds_up=True),
            Column("施設が受け入れられない理由と施設の数", 6),
        ),
        rows=rows,
        total=("合計", fit.unplaced, "") if rows else None,
        basis=fit.rule_words
        + ("" if fit.is_proven else "計算の時間内に、最良であることを確かめられませんでした。"),
        empty="全員が入れます。",
    )


def _decisions(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row.table,
            str(row.number),
            need_signs(row.needs) or "—",
            row.supporter or "まだ",
            row.destination or "まだ",
            label(row.travel_mode) if row.travel_mode is not None else "—",
            f"レベル{row.level}" if row.level is not None else "—",
        )
        for row in report.decisions
    )
    return Table(
        heading="一人ずつ決めたこと",
        columns=(
            Column("班", 0.7),
            Column("番号", 0.6),
            Column("支援", 0.9),
            Column("支援者", 1.1),
            Column("行先", 3),
            Column("手段", 1.3),
            Column("出る時", 0.9),
        ),
        rows=rows,
        basis="番号と支援者のしるし(S01など)は、この訓練の中だけのものです。名前はこの紙にありません。",
        empty="番号のある人はいません。",
    )


def _drawn(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (drawn.table, label(drawn.kind), drawn.text or "(書きこみなし)") for drawn in report.drawn
    )
    return Table(
        heading="地図に描いたもの",
        columns=(Column("班", 1), Column("種類", 1.4), Column("書きこみ", 5)),
        rows=rows,
        basis="書きこみは、班が書いたままです。渡す前に、名前が書かれていないか確かめてください。",
    )


def _cards(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (clock_text(card.at), card.title, card.about or "—") for card in report.cards
    )
    return Table(
        heading="出した状況カード",
        columns=(Column("時刻", 1), Column("カード", 3), Column("対象", 3)),
        rows=rows,
    )


def _log(report: ExerciseReport) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (clock_text(line.at), line.table or "全体", _act(line), _detail(line)) for line in report.log
    )
    return Table(
        heading="クロノロジー",
        columns=(Column("時刻", 1), Column("班", 0.8), Column("したこと", 1.7), Column("内容", 6.9)),
        rows=rows,
    )


def _act(line: LogLine) -> str:
    return f"{label(line.kind)}(あとで戻した)" if line.undone else label(line.kind)


def _detail(line: LogLine) -> str:
    parts = (
        line.about,
        f"支援者 {line.supporter}" if line.supporter else "",
        f"行先 {line.site}" if line.site else "",
        label(line.feature) if line.feature is not None else "",
        label(line.travel_mode) if line.travel_mode is not None else "",
        f"レベル{line.level}" if line.level is not None else "",
        f"{line.minutes}分" if line.minutes is not None else "",
    )
    return "、".join(part for part in parts if part) or "—"
