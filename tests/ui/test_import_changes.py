"""変わる人の前と後: every field that a file changes, old and new; links to hidden people are never told."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.person_details import Contact, HouseholdPerson, MedicalDevice, PersonDetails
from kurume_bousai.services.roster_import.merge import field_changes
from kurume_bousai.services.roster_import.results import ClassifiedRow, RowKind
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.import_changes import ImportChangesWindow, pairs_of
from tests.helpers.roster_desktop import fictional

BEFORE = fictional(1, "架空 花子", details=PersonDetails(
    devices=frozenset({MedicalDevice.OXYGEN}), household=(HouseholdPerson(link=MemberId("hidden")),)
))  # fmt: skip
AFTER = replace(
    BEFORE, phone="0942-00-7777",
    details=replace(BEFORE.details, contacts=(Contact("架空 次郎", "長男", phone="0942-00-0002"),),
                    devices=frozenset({MedicalDevice.SUCTION})),
)  # fmt: skip
ROW = ClassifiedRow(
    3, RowKind.CHANGED, "A-1", BEFORE.name, field_changes(BEFORE, AFTER), before=BEFORE, after=AFTER
)


def test_the_changes_name_every_field_of_the_details() -> None:
    assert [one.field_name for one in ROW.changes] == ["phone", "details.devices", "details.contacts"]
    assert ROW.changes[2].after == "1件"


def test_before_and_after_are_told_in_words() -> None:
    told = {pair.caption: (pair.before, pair.after) for pair in pairs_of(ROW)}
    assert told == {
        "電話1": ("0942-00-0001", "0942-00-7777"),
        "医療機器": ("在宅酸素", "たんの吸引"),
        "緊急連絡先": ("", "1　架空 次郎(長男)　0942-00-0002"),
    }


def test_a_clerk_goes_through_the_changed_people(qtbot: QtBot) -> None:
    rows = [ROW, ClassifiedRow(4, RowKind.ADDED, "A-2", "架空 新人"), replace(ROW, row=5, name="架空 次男")]
    privacy = Privacy()
    window = ImportChangesWindow(rows, privacy)
    qtbot.addWidget(window)
    assert window.people.count() == 2
    assert dict(window.facts.facts())["医療機器"] == "在宅酸素\n→ たんの吸引"
    window.search.setText("次男")
    assert window.people.count() == 1
    window.search.setText("どこにもない")
    assert (window.people.count(), window.facts.facts()) == (0, [])
    window.search.clear()
    privacy.hide()
    assert "花子" not in window.people.item(0).text()
    assert not any("0942" in text for _caption, text in window.facts.facts())
