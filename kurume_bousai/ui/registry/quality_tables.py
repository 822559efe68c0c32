"""名簿の点検の表: kinds with their counts, the 校区 of one kind, and its people."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.ports.quality import QualityKind, QualityPerson
from kurume_bousai.services.roster.data_quality import QualityOverview
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.privacy import HIDDEN_TEXT, Privacy
from kurume_bousai.ui.registry.words import number_words

#: Key of the row of the whole city, and of those whose 校区 is not known.
WHOLE_CITY, NOWHERE = "", "?"


class KindTable(FigureTable):
    """点検の種類: each with the people of the whole city."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            [Column("見るもの", stretches=True, at_least=150), Column("人数", is_figure=True, at_least=76)],
            name="点検の種類",
            parent=parent,
        )

    def show_overview(self, overview: QualityOverview) -> None:
        """Show every kind, those without anybody quietly."""
        rows: list[Row] = []
        for kind in QualityKind:
            total = overview.total(kind)
            rows.append((kind.value, (Cell(word_of(kind), is_quiet=not total), Cell(f"{total:,}人"))))
        self.set_rows(rows)


class PlaceTable(FigureTable):
    """校区ごとの人数 of one kind: only those that have any, the whole city first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            [
                Column("校区", stretches=True, at_least=104),
                Column("人数", is_figure=True, at_least=64),
                Column("名簿の人", is_figure=True, at_least=64, drop=1),
            ],
            name="校区ごとの人数",
            parent=parent,
        )

    def show_kind(self, overview: QualityOverview, kind: QualityKind) -> None:
        """Show the 校区 of one kind."""
        rows: list[Row] = [
            (WHOLE_CITY, (
                Cell("全市"), Cell(f"{overview.total(kind):,}"), Cell(f"{sum(overview.on_list.values()):,}"),
            ))
        ]  # fmt: skip
        for district_id in overview.rows:
            people = overview.count(kind, district_id)
            if people:
                key = NOWHERE if district_id is None else str(district_id)
                words = "わからない" if district_id is None else f"{district_id}校区"
                on_list = overview.on_list.get(district_id, 0)
                rows.append((key, (Cell(words), Cell(f"{people:,}"), Cell(f"{on_list:,}"))))
        self.set_rows(rows)
        self.choose(WHOLE_CITY if self.key() is None else self.key())

    def district(self) -> DistrictId | None:
        """The chosen 校区; None = the whole city or those without one."""
        key = self.key()
        return None if key in (None, WHOLE_CITY, NOWHERE) else DistrictId(str(key))

    def asks_for_nowhere(self) -> bool:
        """True where those whose 校区 is not known are asked for."""
        return self.key() == NOWHERE


class PeopleTable(FigureTable):
    """直す人の一覧; names are hidden with all others."""

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(
            [
                Column("番号", at_least=84),
                Column("氏名", stretches=True, at_least=130),
                Column("生年月日", at_least=96, drop=2),
                Column("校区", at_least=84),
                Column("自治会", at_least=84, drop=1),
            ],
            name="直す人の一覧",
            parent=parent,
        )
        self._privacy = privacy
        self._people: tuple[QualityPerson, ...] = ()
        privacy.changed.connect(self._on_privacy)

    @property
    def people(self) -> tuple[QualityPerson, ...]:
        """Who is shown."""
        return self._people

    def show_people(self, people: Sequence[QualityPerson], rows: Sequence[Row] | None = None) -> None:
        """Show other people; the row in force stays, or the next one comes in its place.

        ``rows``: ``people_rows`` of them, made where they were read; not used while names are hidden.
        """
        place = self.currentIndex().row()
        self._people = tuple(people)
        if rows is None or self._privacy.hidden:
            rows = people_rows(people, hidden=self._privacy.hidden)
        self.set_rows(rows)
        if self.key() is None and self._people:
            self.setCurrentIndex(self.model().index(max(0, min(place, len(self._people) - 1)), 0))

    def step(self, by: int) -> bool:
        """Go to the next or the one before; False at the end."""
        place = self.currentIndex().row() + by
        if not 0 <= place < len(self._people):
            return False
        self.setCurrentIndex(self.model().index(place, 0))
        return True

    def _on_privacy(self, _hidden: bool) -> None:
        self.show_people(self._people)


def people_rows(people: Sequence[QualityPerson], *, hidden: bool = False) -> list[Row]:
    """Rows of the table, on any thread."""
    return [(person.member_id, _cells(person, hidden=hidden)) for person in people]


def _cells(person: QualityPerson, *, hidden: bool) -> tuple[Cell, ...]:
    born = "" if person.born_on is None else format_wareki_short(person.born_on)
    return (
        Cell(number_words(person.number)),
        Cell(HIDDEN_TEXT if hidden else person.name),
        Cell(HIDDEN_TEXT if hidden and born else born),
        Cell(str(person.district_id or "わからない")),
        Cell(person.neighborhood),
    )
