"""施設・連絡先・指定と協定・確認: what a site is, who answers, what was agreed and who said so."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.shelters import Ownership, Verification, WelfareShelter, YesNoUnknown
from kurume_bousai.domain.site_record import SiteContacts, SiteFigure
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, field, holder, vbox
from kurume_bousai.ui.shelters.site_section import Section
from kurume_bousai.ui.shelters.site_source import day_of


class BasicsSection(Section):
    """施設の欄."""

    title = "施設"
    names = ("施設名",)

    def build(self) -> QWidget:
        """Make the fields."""
        site = self.site
        self.name, self.short_name = QLineEdit(site.name), QLineEdit(site.short_name)
        self.address, self.phone = QLineEdit(site.address), QLineEdit(site.phone)
        self.ownership = ChipRow([(one, word_of(one)) for one in Ownership], site.ownership, name="区分")
        return vbox_of(
            two_by_two(
                field("施設名", self.name), field("短い名前(10文字まで)", self.short_name),
                field("住所", self.address), field("電話", self.phone),
            ),
            field("区分", self.ownership),
        )  # fmt: skip

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed."""
        return replace(
            site,
            name=self.name.text().strip(),
            short_name=self.short_name.text().strip(),
            address=self.address.text().strip(),
            phone=self.phone.text().strip(),
            ownership=self.ownership.value() or site.ownership,
        )

    def summary(self, site: WelfareShelter) -> str:
        """Say what kind of place it is."""
        return word_of(site.ownership)


class ContactsSection(Section):
    """連絡先の欄."""

    title = "連絡先"
    names = ("管理者",)

    def build(self) -> QWidget:
        """Make the fields."""
        contacts = self.site.record.contacts
        self.in_charge = QLineEdit(contacts.in_charge)
        self.by_day, self.by_night = QLineEdit(contacts.by_day), QLineEdit(contacts.by_night)
        return two_by_two(
            field("管理者(責任者)", self.in_charge), QWidget(),
            field("連絡先 昼", self.by_day), field("連絡先 夜と休日", self.by_night),
        )  # fmt: skip

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed."""
        contacts = SiteContacts(
            self.in_charge.text().strip(), self.by_day.text().strip(), self.by_night.text().strip()
        )
        return replace(site, record=replace(site.record, contacts=contacts))

    def summary(self, site: WelfareShelter) -> str:
        """Say whether somebody can be reached; no name on a line that anybody reads."""
        contacts = site.record.contacts
        day, night = ("あり" if one else "不明" for one in (contacts.by_day, contacts.by_night))
        return f"昼 {day}・夜 {night}"


class AgreementSection(Section):
    """指定と協定の欄."""

    title = "指定と協定"
    names = ("公示日", "協定日")
    figures = (SiteFigure.DESIGNATION,)

    def build(self) -> QWidget:
        """Make the fields."""
        record = self.site.record
        answers = [(one, word_of(one)) for one in YesNoUnknown]
        self.designation = ChipRow(answers, self.site.designation, name="指定")
        self.agreement = ChipRow(answers, self.site.agreement, name="協定")
        self.announced_on = DateEdit("公示日", record.announced_on)
        self.agreement_on = DateEdit("協定日", record.agreement_on)
        for edit in (self.announced_on, self.agreement_on):
            edit.line.setPlaceholderText("例 R8.4.1")
        return vbox_of(
            two_by_two(
                field("指定福祉避難所", self.designation), field("公示日", self.announced_on),
                field("協定", self.agreement), field("協定日", self.agreement_on),
            ),
            self.asks[SiteFigure.DESIGNATION],
        )  # fmt: skip

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed."""
        record = replace(
            site.record,
            announced_on=day_of(self.announced_on, "公示日"),
            agreement_on=day_of(self.agreement_on, "協定日"),
        )
        return replace(
            site,
            designation=self.designation.value() or YesNoUnknown.UNKNOWN,
            agreement=self.agreement.value() or YesNoUnknown.UNKNOWN,
            record=record,
        )

    def summary(self, site: WelfareShelter) -> str:
        """Say both answers."""
        return f"指定 {word_of(site.designation)}・協定 {word_of(site.agreement)}"


class ChecksSection(Section):
    """確認の欄: what stands for every figure that has no source of its own."""

    title = "施設全体の確認"
    names = ("確認日",)

    def build(self) -> QWidget:
        """Make the fields."""
        site = self.site
        self.verification = QComboBox()
        for one in Verification:
            self.verification.addItem(word_of(one), one.value)
        self.verification.setCurrentIndex(self.verification.findData(site.verification.value))
        self.verified_on = DateEdit("施設全体の確認日", site.verified_on)
        self.verified_on.line.setPlaceholderText("例 R8.4.1")
        self.source, self.note = QLineEdit(site.source), QLineEdit(site.note)
        return two_by_two(
            field("確認状態", self.verification), field("確認日", self.verified_on),
            field("出典", self.source), field("備考", self.note),
        )  # fmt: skip

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed."""
        return replace(
            site,
            verification=Verification(self.verification.currentData()),
            verified_on=day_of(self.verified_on, "確認日"),
            source=self.source.text().strip(),
            note=self.note.text().strip(),
        )

    def summary(self, site: WelfareShelter) -> str:
        """Say the state and the day."""
        day = "なし" if site.verified_on is None else format_wareki_short(site.verified_on)
        return f"{word_of(site.verification)}・確認日 {day}"


def two_by_two(*fields: QWidget) -> QWidget:
    """Lay fields out two by two, read line by line."""
    place = QGridLayout()
    grid(place, gap=1.5)
    for number, one in enumerate(fields):
        place.addWidget(one, number // 2, number % 2)
    place.setColumnStretch(0, 1)
    place.setColumnStretch(1, 1)
    return holder(place)


def vbox_of(*parts: QWidget) -> QWidget:
    """Lay parts out below each other."""
    return holder(vbox(*parts, gap=1.5))
