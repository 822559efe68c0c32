"""欄のならび: the statutory fields first and open, everything else folded with its answer on the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QWidget

from kurume_bousai.ui.kit.widgets import card, field, grid, holder, vbox
from kurume_bousai.ui.registry.fold_card import FoldCard
from kurume_bousai.ui.registry.person_form_details import DetailFields


@dataclass(frozen=True, slots=True)
class FormParts:
    """欄のそろい: what the form is laid out of. ``line`` gives a typed line with its caption."""

    line: Callable[[str], QWidget]
    details: DetailFields
    editors: Mapping[str, QWidget]
    consents: Sequence[QWidget]


def folded_sections(form: FormParts, *, handles_protected: bool) -> Iterator[tuple[str, FoldCard]]:
    """Make the sections below the statutory fields one by one, each with its key."""
    making: tuple[tuple[str, str, Callable[[FormParts], QWidget]], ...] = (
        ("grades", "事由の記録と等級", _grades), ("support", "必要な支援と配慮", _support),
        ("telling", "伝え方・知らせ方", _telling), ("district", "校区・自治会・民生委員", _district_side),
        ("family", "家族・緊急連絡先", _family), ("body", "医療・服薬・持出品", _body),
        ("house", "在宅・家のつくり", _house), ("agreed", "申込と同意", _agreed),
        ("rest", "備考と支援措置" if handles_protected else "備考", _rest),
    )  # fmt: skip
    for key, title, make in making:
        yield key, FoldCard(title, make(form))


def statutory_card(form: FormParts) -> QWidget:
    """法律で決まった項目: enough to put somebody on the list."""
    line = form.line
    return card(
        pairs(line("name"), line("kana")),
        form.editors["unusual"], form.editors["shown_name"],
        pairs(
            field("生年月日", form.editors["born"], hint="わからないときは空けておきます"),
            field("性別", form.editors["sex"]),
            line("address"), line("building"), line("phone"), line("phone_second"),
        ),
        form.editors["moved_field"],
        field("事由（1つ以上）", form.editors["reasons"]),
        form.editors["statutory"],
        title="法律で決まった項目", gap=1.5,
    )  # fmt: skip


def _grades(form: FormParts) -> QWidget:
    names = ("care_level", "physical_grade", "intellectual_grade", "mental_grade", "disease")
    detail = form.details
    return _column(
        pairs(*map(form.line, names), detail.line("support_class"), detail.line("disability")),
        form.editors["reasons_note"],
        detail.labelled("reason_records"),
    )


def _support(form: FormParts) -> QWidget:
    detail = form.details
    return _column(
        field("必要な支援", form.editors["needs"]), field("受入対象", form.editors["categories"]),
        detail.labelled("considerations"), detail.line("consideration_note"), detail.labelled("devices"),
        detail.labelled("mobility"), pairs(detail.line("helpers_needed"), form.line("power_hours")),
    )  # fmt: skip


def _telling(form: FormParts) -> QWidget:
    detail = form.details
    return _column(
        detail.labelled("communication"), detail.labelled("delivery"),
        pairs(
            form.line("information_means"), detail.line("language"), detail.line("communication_note"),
            form.line("mail_or_fax"),
        ),
    )  # fmt: skip


def _district_side(form: FormParts) -> QWidget:
    line = form.line
    return pairs(
        field("校区", form.editors["district"]),
        line("neighborhood"),
        line("commissioner"),
        line("postal_code"),
    )


def _family(form: FormParts) -> QWidget:
    detail = form.details
    return _column(
        pairs(
            field("同居している人（本人を入れて）", form.editors["household"]),
            field("一緒に避難する人（本人は入れない）", form.editors["companions"]),
        ),
        form.editors["companions_note"],
        detail.labelled("is_alone_by_day"), detail.labelled("household"), detail.labelled("contacts"),
    )  # fmt: skip


def _body(form: FormParts) -> QWidget:
    names = (
        "allergies", "medicine", "clinic", "care_manager", "services_used", "belongings", "pets",
    )  # fmt: skip
    return pairs(*map(form.details.line, names))


def _house(form: FormParts) -> QWidget:
    names = ("usual_room", "bedroom", "house_structure", "built_year")
    return _column(
        form.details.labelled("residence"), pairs(form.line("home_story"), *map(form.details.line, names))
    )


def _agreed(form: FormParts) -> QWidget:
    return _column(
        pairs(
            field("登録（申込）", form.editors["registration"]), field("登録日", form.editors["registered"])
        ),
        *form.consents,
    )


def _rest(form: FormParts) -> QWidget:
    return _column(form.line("note"), form.editors["protected"])


def _column(*parts: QWidget) -> QWidget:
    return holder(vbox(*parts, gap=1.5))


def pairs(*fields: QWidget) -> QWidget:
    """Fields two by two, read line by line."""
    layout = QGridLayout()
    grid(layout, gap=1.5)
    for place, one in enumerate(fields):
        layout.addWidget(one, place // 2, place % 2)
    layout.setColumnStretch(0, 1)
    layout.setColumnStretch(1, 1)
    return holder(layout)
