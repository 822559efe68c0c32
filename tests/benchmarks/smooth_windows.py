"""The windows of the list's life, as a person opens them one after the other: what ``bench_smooth`` walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from kurume_bousai.ui.desktop import Desktop
    from kurume_bousai.ui.registry.roster_page import RosterPage
    from kurume_bousai.ui.reports.papers_page import PapersPage

Act = Callable[[], object]


def acts(desktop: Desktop) -> Iterator[tuple[str, Act]]:
    """Name and opening of each; what one has opened is put away (``put_away``) before the next."""
    yield from _of_the_list(desktop)
    yield from _of_letters(desktop)
    yield from _of_papers(desktop)
    yield from _of_the_office(desktop)


def put_away() -> None:
    """Close the dialogs that are open."""
    from PySide6.QtWidgets import QApplication, QDialog

    for one in QApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible():
            one.reject()


def _of_the_list(desktop: Desktop) -> Iterator[tuple[str, Act]]:
    page = cast("RosterPage", desktop.window.show_page("roster"))
    member_id = page.table.roster.rows[0].member_id

    def choose() -> None:
        page.table.choose(member_id)
        page.table.person_rested.emit(member_id)

    yield "open_person", choose
    yield "edit_person", page.edit_person
    yield "add_person", page.add_person
    yield "supporters", page.acts.supporters
    yield "compare_versions", page.acts.compare
    yield "narrowing", page.narrowing.open
    yield "import_page", page.open_import
    yield "leave_import", page.close_import


def _of_letters(desktop: Desktop) -> Iterator[tuple[str, Act]]:
    from kurume_bousai.ui.letters.criteria_dialog import CriteriaDialog
    from kurume_bousai.ui.letters.opening import windows_of

    for name, opens in windows_of(desktop).items():
        yield name.replace(".", "_"), opens
    yield (
        "criteria",
        lambda: CriteriaDialog(desktop, desktop.services.letters.eligibility(), desktop.window).open(),
    )


def _of_papers(desktop: Desktop) -> Iterator[tuple[str, Act]]:
    yield "open_papers", lambda: desktop.window.show_page("papers")
    page = cast("PapersPage", desktop.window.show_page("papers"))
    yield "ledger", lambda: page.show_copies("out")
    yield "hand_out", page.open_hand_out
    yield "partners", page.open_partners
    yield "person_map", page.open_person
    yield "print_map", page.open_map


def _of_the_office(desktop: Desktop) -> Iterator[tuple[str, Act]]:
    from kurume_bousai.ui.activities.activities_dialog import open_activities
    from kurume_bousai.ui.emergency.emergency_dialog import open_emergency
    from kurume_bousai.ui.office_cards import open_quality_with_places
    from kurume_bousai.ui.registry.duplicates import DuplicatesDialog
    from kurume_bousai.ui.yearly.yearly_dialog import open_yearly

    window = desktop.window
    yield "activities", lambda: open_activities(desktop, window)
    yield "yearly", lambda: open_yearly(desktop, window)
    yield "emergency", lambda: open_emergency(desktop, window)
    yield "pairs", lambda: DuplicatesDialog(desktop, window).open()
    yield "quality", lambda: open_quality_with_places(desktop, window)
