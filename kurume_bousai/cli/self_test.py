"""``self-test``: the installed program tests itself on a fictional city in a temporary folder."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.ports.sessions import CityDatabase

_MEMBERS = 200
Check = Callable[[Path], str]


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser("self-test", help="このコンピューターで正しく動くかを確かめます")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:  # noqa: ARG001 - the shape of every command
    """Open an encrypted database, migrate, load each layer, draw a map, write a report."""
    checks: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="kurume-self-test-") as name:
        folder = Path(name)
        for title, check in _checks(context):
            checks.append(_one(title, check, folder))
            mark = "よし" if checks[-1]["ok"] else "だめ"
            context.tell(f"{mark}　{title}　{checks[-1]['detail']}")
    return {"ok": all(check["ok"] for check in checks), "checks": checks}


def _one(title: str, check: Check, folder: Path) -> dict[str, object]:
    try:
        detail = check(folder)
    except KnownProblem as problem:
        return {"name": title, "ok": False, "detail": problem.message}
    except Exception as error:  # noqa: BLE001 - a self-test reports whatever fails and goes on
        return {"name": title, "ok": False, "detail": type(error).__name__}
    return {"name": title, "ok": True, "detail": detail}


def _checks(context: CliContext) -> list[tuple[str, Check]]:
    return [
        ("暗号化されたデータベースをつくる", _make_city),
        ("合言葉の違いを断る", _refuse_wrong_passphrase),
        ("監査記録がそろっている", _audit),
        ("地図の層を読む", _layers),
        ("容量を計算する", _capacity),
        ("報告を書く", _report),
        ("日本語の書体がある", _font),
        ("地図を描く", lambda folder: _map(folder, context)),
        ("ディスクに名前が読めない", _scan),
    ]


def _path(folder: Path) -> Path:
    from kurume_bousai import app

    return app.demo_database_path(folder)


def _open(folder: Path) -> CityDatabase:
    from kurume_bousai import app

    return app.open_city(_path(folder), app.DEMO_OPERATOR, app.DEMO_PASSPHRASE)


def _make_city(folder: Path) -> str:
    from kurume_bousai.cli.demo_database import prepare_demo

    summary = prepare_demo(
        _path(folder), members=_MEMBERS, seed=1, fresh=False, progress=lambda _done, _total, _text: None
    )
    return f"架空の市 {summary.members}人、福祉避難所 {summary.welfare_shelters}"


def _refuse_wrong_passphrase(folder: Path) -> str:
    from kurume_bousai import app

    try:
        app.open_city(_path(folder), app.DEMO_OPERATOR, "wrong passphrase").close()
    except KnownProblem as problem:
        if problem.code == "wrong_passphrase":
            return "断りました"
        raise
    raise KnownProblem("opened_wrongly", "違う合言葉で開いてしまいました。")


def _audit(folder: Path) -> str:
    database = _open(folder)
    try:
        with database.reading() as session:
            faults = session.audit.verify()
            head = session.audit.head()
    finally:
        database.close()
    if faults:
        raise KnownProblem("audit_faults", faults[0])
    return head


def _layers(folder: Path) -> str:  # noqa: ARG001 - the shape of every check
    from kurume_bousai import app

    return f"{len(app.map_page().layers)}層"


def _capacity(folder: Path) -> str:
    from kurume_bousai import app
    from kurume_bousai.domain.capacity_conditions import CapacityConditions

    database = _open(folder)
    try:
        answer = app.capacity(database).answer(CapacityConditions())
    finally:
        database.close()
    return (
        f"行く人 {answer.demand_people} = 入れる {answer.placed_people} + 入れない {answer.unplaced_people}"
    )


def _report(folder: Path) -> str:
    from kurume_bousai import app
    from kurume_bousai.domain.capacity_conditions import CapacityConditions

    database = _open(folder)
    try:
        reporting = app.reporting(database)
        content = reporting.capacity_content(app.capacity(database).answer(CapacityConditions()))
        pages = [
            reporting.write(content, folder / f"report{ending}").value.pages for ending in (".pdf", ".xlsx")
        ]
    finally:
        database.close()
    return f"PDF {pages[0]}ページと表計算"


def _font(folder: Path) -> str:  # noqa: ARG001 - the shape of every check
    from importlib.resources import files

    names = sorted(entry.name for entry in files("matplotlib_fontja").joinpath("fonts").iterdir())
    fonts = [name for name in names if name.endswith(".ttf")]
    if not fonts:
        raise KnownProblem("font_missing", "日本語の書体が見つかりません。")
    return "、".join(fonts)


def _map(folder: Path, context: CliContext) -> str:
    from kurume_bousai import app

    app.prepare_headless(context.tell)
    from kurume_bousai.ui.headless import draw_city_map

    database = _open(folder)
    try:
        drawn = draw_city_map(app.wiring(_path(folder), app.DEMO_OPERATOR), app.scenes(database))
    finally:
        database.close()
    if drawn.blocked_requests:
        raise KnownProblem("network_tried", "地図が外への通信をしようとしました。")
    if drawn.colours < 2:
        raise KnownProblem("map_empty", "地図が描けませんでした。")
    return f"{drawn.kind}、外への通信 0件"


def _scan(folder: Path) -> str:
    """No name of the fictional people stands in clear in any file of the folder."""
    database = _open(folder)
    try:
        with database.reading() as session:
            members = session.members.in_district(database.access, None)
    finally:
        database.close()
    names = {member.name.encode() for member in members[:50]} | {
        member.name.encode("utf-16-le") for member in members[:50]
    }
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes()
        if any(name in content for name in names):
            raise KnownProblem("name_in_clear", "暗号化されていない名前が見つかりました。", where=path.suffix)
    return f"{len(files)}ファイル"
