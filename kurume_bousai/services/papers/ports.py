"""Papers: what each one says (values of the domain, no Japanese), and the port that makes files of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.map_papers import MapHazard
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.operations import EntryKind, FeatureKind
from kurume_bousai.domain.paper_order import PaperOrder
from kurume_bousai.domain.plans import DestinationKind, TravelMode
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.route_answers import WayAnswer
from kurume_bousai.services.capacity.figures import CapacityContent, UnplacedFigures
from kurume_bousai.services.papers.hand_outs import LossReport, PartnerDifference, PartnerRoster, ReceiptForm
from kurume_bousai.services.papers.map_content import MapPaperContent
from kurume_bousai.services.papers.registration import RegistrationReport
from kurume_bousai.services.ports.office_papers import OfficePaper

#: Fewest characters of a password for a named file (RULEBOOK §6).
PASSWORD_LENGTH = 10


class ReportFormat(StrEnum):
    """書き出しの形式, by the ending of the file."""

    PDF = ".pdf"
    XLSX = ".xlsx"
    CSV = ".csv"
    HTML = ".html"
    JSON = ".json"


#: Forms in which a named paper may be saved: those that can be encrypted.
ENCRYPTED_FORMATS = frozenset({ReportFormat.PDF, ReportFormat.XLSX})


# ---------------------------------------------------------------- 図上訓練
@dataclass(frozen=True, slots=True)
class TableFigures:
    """班 with its data level and who sat there."""

    name: str
    level: DataLevel
    neighborhoods: tuple[str, ...]
    participants: tuple[tuple[Body, int], ...]
    people: int  # people this table talks about, by number
    decided: int


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """問い with planned and used time in minutes; used None = never started."""

    heading: str
    question: str
    planned_min: int
    used_min: float | None
    tables_done: int


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """決めたこと for one person by session number. ``supporter``: a mark (S07), never a name."""

    table: str
    number: int
    needs: frozenset[Need] = field(repr=False)
    supporter: str
    destination: str
    travel_mode: TravelMode | None
    level: int | None
    undecided: bool


@dataclass(frozen=True, slots=True)
class DrawnFigures:
    """地図に描いたもの with its text."""

    table: str
    kind: FeatureKind
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlayedCard:
    """出した状況カード."""

    at: datetime
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class BoardSiteFigures:
    """計画と定員の突合 per site: ``balance`` = usable − assigned, negative when over, never netted."""

    name: str
    usable: int
    assigned: int
    is_open: bool = True
    is_unknown: bool = False

    @property
    def balance(self) -> int:
        """Places left; negative = 不足."""
        return self.usable - self.assigned


@dataclass(frozen=True, slots=True)
class BoardNeedFigures:
    """計画と定員の突合 per site and need, in parties; ``units`` None = no limit of its own."""

    site: str
    need: Need
    units: int | None
    assigned: int

    @property
    def balance(self) -> int | None:
        """Units left; negative = 不足; None without a limit."""
        return None if self.units is None else self.units - self.assigned


@dataclass(frozen=True, slots=True)
class FitFigures:
    """「入りきれますか」 as answered in the hall, with the unplaced by session number and their reasons."""

    people: int
    placed: int
    unplaced: int
    rule_words: str
    is_proven: bool
    unplaced_rows: tuple[UnplacedFigures, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogLine:
    """クロノロジーの一行; ids already turned into numbers, marks and site names."""

    at: datetime
    table: str
    kind: EntryKind
    about: str = field(default="", repr=False)
    supporter: str = ""
    site: str = ""
    travel_mode: TravelMode | None = None
    level: int | None = None
    feature: FeatureKind | None = None
    minutes: int | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """図上訓練の報告, anonymous: numbers, marks and site names only.

    ``others`` = people of the 校区 shown to nobody (「ほかに N人」). ``people_counted`` = shown + others.
    """

    district: str
    held_on: date | None
    place: str
    purpose: str
    preset: str
    scenario: str
    practice: bool
    started_at: datetime | None
    finished_at: datetime | None
    tables: tuple[TableFigures, ...]
    tasks: tuple[TaskFigures, ...]
    decisions: tuple[DecisionFigures, ...] = field(repr=False)
    drawn: tuple[DrawnFigures, ...]
    cards: tuple[PlayedCard, ...]
    sites: tuple[BoardSiteFigures, ...]
    needs: tuple[BoardNeedFigures, ...]
    people_counted: int
    others: int
    fit: FitFigures | None = None
    log: tuple[LogLine, ...] = ()


# ---------------------------------------------------------------- 名前の入った紙
#: What the list of a 校区 can print, in order; a kind of body gets of these what its rule gives it.
LIST_COLUMNS: Final = (
    RosterColumn.NAME,
    RosterColumn.KANA,
    RosterColumn.NEIGHBORHOOD,
    RosterColumn.ADDRESS,
    RosterColumn.PHONE,
    RosterColumn.NEEDS,
)


@dataclass(frozen=True, slots=True)
class NamedRow:
    """名簿の一行 for a recipient: the fewest columns that serve the purpose; the others are empty."""

    number: int
    name: str = field(repr=False)
    kana: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    neighborhood: str = field(repr=False)
    needs: frozenset[Need] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RosterReport:
    """校区の名簿 for one recipient; only people whose live 名簿 consent covers it."""

    district: str
    rows: tuple[NamedRow, ...] = field(repr=False)
    as_of: date
    columns: tuple[RosterColumn, ...] = LIST_COLUMNS
    order: PaperOrder = PaperOrder.KANA


@dataclass(frozen=True, slots=True)
class ExerciseSheet:
    """班の名簿 of a session: session number and name, for a table at 実名."""

    district: str
    table: str
    held_on: date | None
    rows: tuple[NamedRow, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonSupporter:
    """マイプランの支援者 in order; without a consent of their own only the order stands on the paper."""

    order: int
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    home: LonLat | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PersonMap:
    """一人の避難の地図 (C8): one マイプラン on one sheet, PDF only. ``ground`` is the map under it.

    ``way`` None = the plan's destination has no place on the map. ``hazards`` are the readings of the home.
    """

    district: str
    number: int
    name: str = field(repr=False)
    address: str = field(repr=False)
    neighborhood: str = field(repr=False)
    needs: frozenset[Need] = field(repr=False)
    home: LonLat = field(repr=False)
    is_home_rough: bool
    destination: str = field(repr=False)  # "" = the kind alone
    destination_kind: DestinationKind = field(repr=False)
    destination_point: LonLat | None = field(repr=False)
    travel_mode: TravelMode | None
    leave_at_level: int
    supporters: tuple[PersonSupporter, ...] = field(repr=False)
    way: WayAnswer | None = field(repr=False)
    hazards: tuple[StoredReading, ...] = field(repr=False)
    flood_rank: int | None = field(repr=False)  # of the list, where no layer was asked; 0 = outside
    ground: MapPaperContent = field(repr=False)
    hazard: MapHazard
    as_of: date


AnonymousContent = (
    CapacityContent | ExerciseReport | ReceiptForm | LossReport | RegistrationReport | OfficePaper
)
#: Papers that are lists; a map is drawn another way.
ListContent = RosterReport | ExerciseSheet | PartnerRoster | PartnerDifference
NamedContent = ListContent | PersonMap
PaperContent = AnonymousContent | ListContent
ReportContent = AnonymousContent | NamedContent


# ---------------------------------------------------------------- port
@dataclass(frozen=True, slots=True)
class PaperStamp:
    """紙の足もと: what stands on every page."""

    made_at: datetime
    operator: str
    audit_head: str
    is_fictional: bool


@dataclass(frozen=True, slots=True)
class CopyMark:
    """写しのしるし of one copy of a named paper."""

    copy_number: str
    position: int
    copies: int
    recipient: str = field(repr=False)
    purpose: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class RenderedPaper:
    """できた紙: its bytes, pages (0 where the form has none) and what the maker noticed, in Japanese."""

    content: bytes = field(repr=False)
    pages: int
    notices: tuple[str, ...] = ()


class Staging(Protocol):
    """仕上げ前のファイル: whole files beside their places, which they take with ``publish``."""

    def add(self, place: Path, content: bytes) -> None:
        """Write one file beside its place. The bytes may lie on a disk: a named paper comes encrypted.

        Raises ``KnownProblem`` for a folder that is missing or read-only, or a full disk.
        """
        ...

    def reserve(self, place: Path, size: int) -> None:
        """Keep room for a file of so many bytes, with nothing of it yet; raises as ``add``."""
        ...

    def fill(self, place: Path, content: bytes) -> None:
        """Write a file into the room that was kept for it; raises as ``add``."""
        ...

    def publish(self) -> None:
        """Give every file its name; raises ``KnownProblem`` ``file_in_use``."""
        ...


class PaperMaker(Protocol):
    """紙をつくる人 (implemented in reports). Only ``staging`` touches the disk."""

    def render(
        self,
        content: ReportContent,
        stamp: PaperStamp,
        report_format: ReportFormat,
        copy: CopyMark | None = None,
    ) -> RenderedPaper: ...

    def encrypt(self, content: bytes, report_format: ReportFormat, password: str) -> bytes:
        """AES-256 for PDF, Office encryption for xlsx; in memory."""
        ...

    def staging(self) -> AbstractContextManager[Staging]:
        """Files that appear together or not at all; what is not published is gone at the end."""
        ...
