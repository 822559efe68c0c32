"""A whole working day with people whose names can be recognised, in a process of its own.

``python -m tests.helpers.sentinel_day DATABASE LIST OUT``: imports the list, holds a 図上訓練 with names
shown, writes the papers (also the encrypted one and a backup), draws every screen, lets a worker and the Qt
thread fail with a name in the exception. It says ``open`` on stdout while everything is still open, waits
for a line on stdin, closes and ends.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from kurume_bousai import app
from kurume_bousai.domain import acts
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.services.exercise_report import exercise_report
from kurume_bousai.services.exercises import USUAL_PARTICIPANTS
from kurume_bousai.services.rehearsal import Rehearsal
from kurume_bousai.services.report_rules import NamedRequest, Recipient
from kurume_bousai.services.roster_import import Confirmations, ImportOrder
from kurume_bousai.storage import EncryptedCityDatabase, create_database
from kurume_bousai.storage.backup import backup

OPERATOR, PASSPHRASE = "架空 係長", "架空の長い合言葉です"
DISTRICT = DistrictId("津福")
SENTINELS = ("見張番太郎", "ミハリバンタロウ", "津福架空町9999-77", "0942-00-7777", "見張備考文")


def bring_in(database: EncryptedCityDatabase, list_file: Path) -> None:
    """Import, take back, import again."""
    service = app.roster_import(database)
    order = ImportOrder("架空の窓口", is_whole=False)
    for _ in range(2):
        roster = service.read(list_file)
        done = service.commit(roster, order, Confirmations(), service.preview(roster, order)).value
        assert done.counts["added"] > 0, "the sentinels must come in"
        assert repr(roster).count(SENTINELS[0]) == 0
        if not service.past()[1:]:
            service.undo(done.import_id)


def hold(database: EncryptedCityDatabase, out: Path) -> OperationId:
    """One exercise with names shown, and its papers."""
    exercises, log = app.exercises(database), app.session_log(database)
    tables = exercises.suggest_tables(DISTRICT, 1, USUAL_PARTICIPANTS)  # who may see real names
    settings = replace(exercises.default_settings(DISTRICT), tables=tables)
    rehearsal = Rehearsal(exercises, log, app.session_capacity(), lambda _text: None)
    _, finished, fit = rehearsal.run(settings)
    reporting = app.reporting(database)
    for ending in ("pdf", "xlsx", "csv", "html", "json"):
        reporting.write(exercise_report(finished, fit), out / f"exercise.{ending}")
    running = exercises.open(exercises.start(settings).value)
    table = running.tables[0].table_id
    log.perform(running, acts.show_names(running, table))
    assert SENTINELS[0] in log.names(running, table).members.values()
    return running.operation.operation_id


def papers(database: EncryptedCityDatabase, out: Path) -> None:
    """Capacity in every form, the named list encrypted and for the printer, a backup."""
    reporting = app.reporting(database)
    content = reporting.capacity_content(app.capacity(database).answer(CapacityConditions()))
    for ending in ("pdf", "xlsx", "csv", "html", "json"):
        reporting.write(content, out / f"capacity.{ending}")
    recipient = Recipient(Body.DISTRICT_ORGANIZATION, "架空の校区コミュニティ組織", DISTRICT)
    request = NamedRequest(recipient, "図上訓練")
    for ending in ("pdf", "xlsx"):
        reporting.write_roster(DISTRICT, request, out / f"roster.{ending}", lambda: PASSPHRASE)
    assert reporting.print_roster(DISTRICT, request).value[0].pdf_bytes
    backup(database, out / "city.backup")


def screens(database: EncryptedCityDatabase, path: Path, out: Path, operation_id: OperationId) -> None:
    """Every screen drawn; the map page with its own process and caches."""
    app.prepare_headless(lambda _text: None)
    from kurume_bousai.ui.headless import take_pictures

    taken = take_pictures(app.wiring(path, OPERATOR), database, out, operation_id)
    assert taken.files
    assert taken.blocked_requests == 0


def crash() -> None:
    """A worker and the Qt thread fail with a name in the exception; both are written into the log."""
    from PySide6.QtCore import QCoreApplication

    from kurume_bousai.ui import crash as crash_module
    from kurume_bousai.ui.tasks import TaskRunner

    def broken() -> NoReturn:
        raise ValueError(f"cannot read {SENTINELS[0]} {SENTINELS[2]}")

    log = app.log_path()
    log.parent.mkdir(parents=True, exist_ok=True)
    reporter = crash_module.install_excepthook(log, show_dialog=lambda _report: None)
    runner = TaskRunner()
    failed: list[BaseException] = []
    runner.crashed.connect(failed.append)
    runner.crashed.connect(reporter.report)
    runner.read(broken)
    while not failed:
        QCoreApplication.processEvents()
    runner.close()
    app.log_bug(failed[0])
    assert log.stat().st_size > 0


def main(database_path: Path, list_file: Path, out: Path) -> None:
    """The whole day."""
    from kurume_bousai.domain.access import Role
    from kurume_bousai.exchange.seed_files import SeedFiles
    from kurume_bousai.services.seeding import seed_city

    out.mkdir(parents=True, exist_ok=True)
    roles = (Role.ADMINISTRATOR, Role.CLERK, Role.FACILITATOR)
    database, _ = create_database(database_path, OPERATOR, PASSPHRASE, roles=roles)
    seed_city(database, SeedFiles().read())
    bring_in(database, list_file)
    operation_id = hold(database, out)
    papers(database, out)
    screens(database, database_path, out, operation_id)
    crash()
    sys.stdout.write("open\n")
    sys.stdout.flush()
    sys.stdin.readline()
    database.close()


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:4]))
