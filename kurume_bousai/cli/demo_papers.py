"""What the headless demo does with the fictional city: list, map, session, papers, pictures."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId

if TYPE_CHECKING:
    from kurume_bousai.services.ports.sessions import CityDatabase

Tell = Callable[[str], None]


@dataclass(slots=True)
class DemoPapers:
    """What was made."""

    files: list[Path] = field(default_factory=list)
    exercise: dict[str, object] = field(default_factory=dict)
    roster_import: dict[str, object] = field(default_factory=dict)
    blocked_requests: int = 0


def make_papers(database: CityDatabase, out: Path, district: str, tell: Tell) -> DemoPapers:
    """Import a few people and take them back, hold one session, write every paper, draw every screen."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise KnownProblem(
            "out_folder",
            "書き出し先のフォルダーを作れません。",
            where=str(out),
            advice="別の場所を指定してください。",
        ) from None
    made = DemoPapers()
    made.roster_import = _import_and_undo(database, out, made, tell)
    operation_id = _session(database, district, out, made, tell)
    _capacity(database, district, out, made, tell)
    _pictures(database, operation_id, out, made, tell)
    return made


def _import_and_undo(database: CityDatabase, out: Path, made: DemoPapers, tell: Tell) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder

    file = out / "roster_sample.csv"
    _write_sample(file)
    made.files.append(file)
    service = app.roster_import(database)
    order = ImportOrder("架空の窓口", is_whole=False)
    roster = service.read(file)
    preview = service.preview(roster, order)
    done = service.commit(roster, order, Confirmations(), preview).value
    undone = service.undo(done.import_id).value
    tell(f"名簿の取込を試しました(新規 {done.added}人、不採用 {done.rejected}行)。取り消して元に戻しました。")
    return {**done.counts, **undone.as_json()}


def _write_sample(file: Path) -> None:
    from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS

    headings = [column.name for column in ROSTER_COLUMNS]
    shared = {"校区": "津福", "性別": "女"}
    rows = [
        {
            "ID": "架空-1",
            "氏名": "架空 花子",
            "フリガナ": "カクウ ハナコ",
            "生年月日": "昭和10年4月1日",
            "住所": "久留米市津福本町9999-1(架空)",
            "支援の必要": "車いす;電源",
            "受入対象": "高齢",
        },
        {
            "ID": "架空-2",
            "氏名": "架空 良子",
            "フリガナ": "カクウ ヨシコ",
            "生年月日": "S15.12.3",
            "住所": "久留米市津福本町9999-2(架空)",
        },
        # A date that never was: the preview must refuse this row and say why.
        {"ID": "架空-3", "氏名": "架空 読めず", "生年月日": "昭和75年1月1日"},
    ]
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, headings)
        writer.writeheader()
        writer.writerows({**shared, **row} for row in rows)


def _session(database: CityDatabase, district: str, out: Path, made: DemoPapers, tell: Tell) -> OperationId:
    from kurume_bousai import app
    from kurume_bousai.services.exercises.rehearsal import Rehearsal
    from kurume_bousai.services.exercises.report import exercise_report

    exercises = app.exercises(database)
    rehearsal = Rehearsal(exercises, app.session_log(database), app.session_capacity(), tell)
    summary, session, fit = rehearsal.run(exercises.default_settings(DistrictId(district)))
    made.exercise = asdict(summary)
    reporting = app.reporting(database)
    content = exercise_report(session, fit)
    for ending in (".pdf", ".xlsx"):
        place = out / f"exercise_report{ending}"
        reporting.write(content, place)
        made.files.append(place)
    tell("訓練の報告を書き出しました。")
    return summary.operation_id


def _capacity(database: CityDatabase, district: str, out: Path, made: DemoPapers, tell: Tell) -> None:
    from kurume_bousai import app
    from kurume_bousai.domain.capacity_conditions import CapacityConditions
    from kurume_bousai.services.capacity.figures import CapacityForm
    from kurume_bousai.services.reporting.capacity_papers import CapacityPaperOrder

    reporting, service = app.reporting(database), app.capacity(database)
    for name, conditions in (
        ("capacity_report", CapacityConditions()),
        ("capacity_district", CapacityConditions(district_id=DistrictId(district))),
    ):
        content = reporting.capacity_content(service.answer(conditions))
        for ending in (".pdf", ".xlsx", ".json"):
            place = out / f"{name}{ending}"
            reporting.write(content, place)
            made.files.append(place)
    papers = app.capacity_papers(database)
    for form, name in ((CapacityForm.SUMMARY, "capacity_summary"), (CapacityForm.PLANS, "capacity_plans")):
        place = out / f"{name}.pdf"
        reporting.write(papers.collect(CapacityPaperOrder(form, CapacityConditions())), place)
        made.files.append(place)
    tell("容量の報告を書き出しました。")


def _pictures(
    database: CityDatabase, operation_id: OperationId, out: Path, made: DemoPapers, tell: Tell
) -> None:
    """The real window without a screen; where Qt cannot start the papers stand without pictures."""
    from kurume_bousai import app

    app.prepare_headless(tell)
    try:
        from kurume_bousai.ui.headless import take_pictures
    except ImportError:
        tell("画面の部品(Qt)を読み込めないので、画面の図は作りません。書類はできています。")
        return
    pictures = take_pictures(app.wiring(out, app.DEMO_OPERATOR), database, out, operation_id)
    made.files += pictures.files
    made.blocked_requests = pictures.blocked_requests
    if pictures.problems:
        tell(f"画面の図を作るあいだに問題がありました: {'、'.join(sorted(set(pictures.problems)))}")
    tell(f"画面の図を{len(pictures.files)}枚作りました。外への通信は{pictures.blocked_requests}件です。")
