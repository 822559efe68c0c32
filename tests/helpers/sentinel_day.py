"""A whole working day with people whose names can be recognised, in a process of its own.

``python -m tests.helpers.sentinel_day DATABASE LIST OUT``: imports the list, holds a 図上訓練 with names
shown, writes the papers (also the encrypted one and a backup), draws every screen, lets a worker and the Qt
thread fail with a name in the exception. It says ``open`` on stdout while everything is still open, waits
for a line on stdin, closes and ends.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

from kurume_bousai import app
from kurume_bousai.app.letters import eligibility, mailings
from kurume_bousai.domain import acts
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyEventKind
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.recipients import Handler
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.drafts import KeptDrafts
from kurume_bousai.services.exercises.rehearsal import Rehearsal
from kurume_bousai.services.exercises.report import exercise_report
from kurume_bousai.services.exercises.sessions import USUAL_PARTICIPANTS
from kurume_bousai.services.hand_outs.service import HandOutDraft
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from kurume_bousai.services.ports.drafts import Draft
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from kurume_bousai.storage import EncryptedCityDatabase, create_database
from kurume_bousai.storage.backup import backup

OPERATOR, PASSPHRASE = "架空 係長", "架空の長い合言葉です"
DISTRICT = DistrictId("津福")
SECOND = "架空 二人目"
RECIPIENT = Recipient(Body.DISTRICT_ORGANIZATION, "架空の校区コミュニティ組織", DISTRICT)
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
    request = NamedRequest(RECIPIENT, "図上訓練")
    for ending in ("pdf", "xlsx"):
        reporting.write_roster(DISTRICT, request, out / f"roster.{ending}", lambda: PASSPHRASE)
    assert reporting.print_roster(DISTRICT, request).value[0].pdf_bytes
    backup(database, out / "city.backup")


def lists(database: EncryptedCityDatabase, out: Path) -> None:
    """What a clerk does besides: an order to a recipient, its loss, letters as a file, a draft, a refusal."""
    recipients, reporting = app.recipients(database), app.reporting(database)
    blank = recipients.blank(Body.WELFARE_COMMISSIONER)
    handlers = (Handler("架空 取扱者", recipients.today),)
    partner = recipients.save(
        replace(
            blank, name="架空の民生委員", district_id=DISTRICT, responsible="架空 責任者",
            agreed_on=recipients.today, handlers=handlers,
        )
    ).value  # fmt: skip
    database.add_operator(SECOND, PASSPHRASE, roles=(Role.CLERK,))
    signed = Confirmation(SECOND, PASSPHRASE)
    hand_outs, copies = app.hand_outs(database, reporting), app.hand_out_copies(database)
    order = hand_outs.order(HandOutDraft(partner.partner_id, "見守り")).value
    secret = out / "handed.pdf"
    [number] = hand_outs.write_copies(order.order_id, secret, lambda: PASSPHRASE, signed).value.copies
    copies.record([number], CopyEventKind.LOST, copies.today)
    reporting.write(copies.loss_report(number), out / "loss.pdf")
    eligibility(database).run()
    letters = mailings(database)
    mailing = letters.create(MailingOrder("案内", letters.today + timedelta(days=30))).value.number
    letters.write(mailing, out / "letters.pdf", lambda: PASSPHRASE, confirmation=signed)
    KeptDrafts(database).keep(Draft("person", copies_at(), {"name": SENTINELS[0], "note": SENTINELS[4]}))
    try:
        reporting.write_roster(DISTRICT, NamedRequest(RECIPIENT, SENTINELS[0]), out / "x.csv", lambda: "x")
    except KnownProblem as problem:
        app.log_bug(problem)


def copies_at() -> datetime:
    """Say the moment of the draft."""
    return app.SystemClock().now()


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
    from kurume_bousai.exchange.seed_files import SeedFiles
    from kurume_bousai.services.fictional.seeding import seed_city

    out.mkdir(parents=True, exist_ok=True)
    roles = (Role.ADMINISTRATOR, Role.CLERK, Role.FACILITATOR)
    database, _ = create_database(database_path, OPERATOR, PASSPHRASE, roles=roles)
    seed_city(database, SeedFiles().read())
    bring_in(database, list_file)
    operation_id = hold(database, out)
    papers(database, out)
    lists(database, out)
    screens(database, database_path, out, operation_id)
    crash()
    sys.stdout.write("open\n")
    sys.stdout.flush()
    sys.stdin.readline()
    database.close()


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:4]))
