"""What crosses between the program and a map: frozen marks, never a person's name.

A screen fills a ``MapScene`` and hands it to a map view; the views (the page in Qt WebEngine and the
painted one) know nothing else.  All coordinates are degrees of EPSG:4326 (equal to EPSG:6668 at our
precision), longitude before latitude.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from kurume_bousai.domain.operations import LINE_KINDS as LINE_KINDS  # noqa: PLC0414 - exported on purpose
from kurume_bousai.domain.operations import REGION_KINDS as REGION_KINDS  # noqa: PLC0414
from kurume_bousai.domain.operations import FeatureKind

# One word, one type: the map shows the session's states, and screens take them from here or there.
from kurume_bousai.domain.session import PersonState as PersonState  # noqa: PLC0414 - exported on purpose

#: A closed or open line of (longitude, latitude).
Line = tuple[tuple[float, float], ...]
#: An outer ring and its holes.
Polygon = tuple[Line, ...]


class SiteKind(StrEnum):
    """場所の種類, told by one letter in a square: 福 避 緊 集. Never merged."""

    WELFARE = "welfare"  # 福祉避難所
    DESIGNATED = "designated"  # 指定避難所
    EMERGENCY = "emergency"  # 指定緊急避難場所
    ASSEMBLY = "assembly"  # 集合場所 of the register


class LinkKind(StrEnum):
    """線の種類."""

    SUPPORTER = "supporter"  # 人 → 支援者
    SITE = "site"  # 人 → 行先


SITE_LETTERS: Final[dict[SiteKind, str]] = {
    SiteKind.WELFARE: "福",
    SiteKind.DESIGNATED: "避",
    SiteKind.EMERGENCY: "緊",
    SiteKind.ASSEMBLY: "集",
}


@dataclass(frozen=True, slots=True)
class PersonMark:
    """人の印: an id, a short number and signs at a place; never a name.

    ``number`` is the session's (1–99) or the list's; 0 = none shown. ``signs`` are those of
    ``labels.need_signs``. ``table`` "" = of no table. ``blurred`` = the place is the centre of a 100 m
    cell (記号). ``is_rough`` = the place is only the middle of a town: it is drawn as such.
    """

    id: str
    lon: float = field(repr=False)
    lat: float = field(repr=False)
    number: int = 0
    signs: str = field(default="", repr=False)
    state: PersonState = PersonState.UNKNOWN
    table: str = ""
    blurred: bool = False
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class SiteMark:
    """場所の印. ``name`` is the name of a place; ``note`` a short word such as 「不足 4」 or 「空き 2」."""

    id: str
    kind: SiteKind
    lon: float
    lat: float
    name: str
    note: str = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class DistrictShape:
    """校区の形. ``approximate`` = 概略 (computed), drawn dashed and said.

    ``shade`` 0–4 fills with the neutral ramp, ``UNKNOWN_SHADE`` hatches, None leaves it unfilled.
    ``caption`` stands beside the name of the chosen 校区 (「48%」). ``label_at`` is a point inside for the
    name; None = the middle of the corners.
    """

    id: str
    name: str
    polygons: tuple[Polygon, ...] = field(repr=False)
    approximate: bool
    shade: int | None = None
    caption: str = ""
    label_at: tuple[float, float] | None = None


UNKNOWN_SHADE: Final = -1


@dataclass(frozen=True, slots=True)
class HazardShape:
    """浸水の形: polygons of one official depth rank (1–6), in the official colour."""

    rank: int
    polygons: tuple[Polygon, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """描いたもの: one point, or the corners of a line or of a region (its ring, not closed).

    ``text`` is the name of a place or what a 文字 says, never the name of a person.
    """

    id: str
    kind: FeatureKind
    points: Line
    table: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LinkMark:
    """決めた線: from a person to a supporter or a destination. ``is_chosen`` = the one being decided."""

    kind: LinkKind
    start: tuple[float, float] = field(repr=False)
    end: tuple[float, float] = field(repr=False)
    table: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class BackgroundImage:
    """背景図 as it is shown: a north-up Web Mercator PNG and its bounds in degrees."""

    id: str
    png: bytes = field(repr=False)
    west: float
    south: float
    east: float
    north: float
    opacity: float = 0.8


@dataclass(frozen=True, slots=True)
class OverlayClass:
    """凡例の一行 of an overlay: the shapes of one value of its code table, drawn alike.

    ``value`` chooses the colour in the entry's style; None = the file does not tell it. ``words`` is the
    official wording. Shapes are packed (``mapview.packing``), so that a million corners stay small.
    """

    value: int | None
    words: str
    polygons: bytes = field(default=b"", repr=False)
    lines: bytes = field(default=b"", repr=False)
    points: Line = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)  # of the points, in their order
    level: int | None = None  # of a 土砂 zone; None = the same at every level


@dataclass(frozen=True, slots=True)
class MapOverlay:
    """重ねる地図: an imported layer as the map shows it.

    ``entry``: the id of the catalogue's entry that draws it. ``revision`` changes with the shapes, so that
    a page keeps what it has. ``wording`` says in whole sentences what the colours mean and what not.
    """

    id: str
    entry: str
    title: str
    classes: tuple[OverlayClass, ...] = field(default=(), repr=False)
    attribution: str = ""
    wording: str = ""
    revision: str = ""
    layer: Layer | None = field(default=None, repr=False)  # the entry itself, for who has no catalogue

    def look(self, one: OverlayClass) -> LayerClass:
        """How a class of this overlay is drawn; a plain line where no entry says it."""
        if self.layer is None or not self.layer.classes:
            return LayerClass(one.words, line="#3E454D")
        return self.layer.classes[self.layer.class_at(one.value, one.level)]


#: Column, row (XYZ, from the north) and zoom to the picture of a tile; None = the pack has none there.
TileReader = Callable[[int, int, int], bytes | None]


@dataclass(frozen=True, slots=True)
class TileGround:
    """タイルの背景: a tile pack as it is shown; beyond ``max_zoom`` its last tiles are enlarged."""

    id: str
    title: str
    read: TileReader = field(repr=False, compare=False)
    west: float
    south: float
    east: float
    north: float
    min_zoom: int
    max_zoom: int
    attribution: str = ""
    opacity: float = 1.0
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class WayShape:
    """経路: one way as a line, with the words that stand beside its middle (「徒歩 12分 520m」).

    ``is_straight``: no roads are known, so it is a straight line, drawn dashed and said.
    """

    points: Line = field(repr=False)
    words: str = ""
    is_straight: bool = False


@dataclass(frozen=True, slots=True)
class ReachClass:
    """逃げ地図の一色: roads of one step of minutes towards a goal; ``colour`` None = no way."""

    words: str
    colour: str | None
    lines: bytes = field(default=b"", repr=False)  # packed (``mapview.packing``)


@dataclass(frozen=True, slots=True)
class ReachShape:
    """逃げ地図: roads coloured by minutes to the nearest goal, and the goals.

    ``goal_words``: what the legend calls the goals; points that nobody has confirmed are none yet.
    """

    title: str
    classes: tuple[ReachClass, ...] = field(default=(), repr=False)
    goals: Line = field(default=(), repr=False)
    revision: str = ""
    goal_words: str = "逃げる先"


_REACH_STROKES: Final[tuple[tuple[float, tuple[float, ...]], ...]] = (
    (6.5, ()),
    (6.5, (14, 5)),
    (6.5, (5, 5)),
    (4.5, ()),
    (4.5, (14, 5)),
    (4.5, (4, 5)),
    (3.0, ()),
    (3.0, (14, 6)),
    (3.0, (3, 6)),
    (2.0, (18, 4, 2, 4)),
    (2.0, (8, 8)),
)
_NO_WAY_STROKE: Final = (1.5, (2.0, 4.0))


def reach_stroke(index: int, *, has_way: bool = True) -> tuple[float, tuple[float, ...]]:
    """Return width and dash in px of a class of 逃げ地図: the nearer, the wider.

    Steps are told apart by width and dash as well as by colour; beyond the last they stay alike.
    """
    return _REACH_STROKES[min(index, len(_REACH_STROKES) - 1)] if has_way else _NO_WAY_STROKE


class MeasureKind(StrEnum):
    """測るもの. The words of the result come from the program (metres on the ground, EPSG:6670)."""

    DISTANCE = "distance"
    SURFACE = "surface"


@dataclass(frozen=True, slots=True)
class LayerVisibility:
    """層の見え方: ids of the catalogue (``maps/layers.toml``) shown or hidden against its default.

    ``opacities`` (0–1) and ``order`` (ids, the lowest first; those not named keep the catalogue's place)
    are what a person set on this installation.
    """

    hidden: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    opacities: Mapping[str, float] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def shows(self, layer: Layer) -> bool:
        """Whether a layer is on."""
        return layer.id not in self.hidden and (layer.is_shown or layer.id in self.shown)

    def arranged(self, layers: Sequence[Layer]) -> list[Layer]:
        """Return layers the lowest first: the named ones take the places that they hold together."""
        known = {layer.id: layer for layer in layers}
        wanted = [known[layer_id] for layer_id in dict.fromkeys(self.order) if layer_id in known]
        moved, named = iter(wanted), {layer.id for layer in wanted}
        ordered = sorted(layers, key=lambda layer: (layer.order, layer.id))
        return [next(moved) if layer.id in named else layer for layer in ordered]


@dataclass(frozen=True, slots=True)
class MapScene:
    """地図の場面: everything a map shows at one moment.

    ``table``: people, drawings and lines of other tables fade to 38 %; "" = nobody fades.
    ``chosen_district`` is outlined and captioned; ``names_districts`` writes the name of each.
    ``selected_feature``: the id of a drawing that is marked.
    ``found``: a place somebody looked for, ringed. ``watermark``: a word over the whole map, such as
    「架空」. ``shade_words`` say what the five shades of the 校区 mean.
    """

    people: tuple[PersonMark, ...] = ()
    sites: tuple[SiteMark, ...] = ()
    districts: tuple[DistrictShape, ...] = ()
    hazards: tuple[HazardShape, ...] = ()
    drawn: tuple[DrawnMark, ...] = ()
    links: tuple[LinkMark, ...] = ()
    backgrounds: tuple[BackgroundImage, ...] = ()
    overlays: tuple[MapOverlay, ...] = ()
    tiles: tuple[TileGround, ...] = ()
    ways: tuple[WayShape, ...] = ()
    reach: ReachShape | None = None
    found: tuple[float, float] | None = field(default=None, repr=False)
    table: str = ""
    selected: str = ""
    selected_feature: str = ""
    chosen_district: str = ""
    names_districts: bool = False
    watermark: str = ""
    shade_words: tuple[str, ...] = ("30%未満", "45%未満", "60%未満", "75%未満", "75%以上")
    visibility: LayerVisibility = LayerVisibility()


@dataclass(frozen=True, slots=True)
class LayerMatch:
    """当てはまる層: which stored layers an entry draws; "" = any scenario, any title."""

    kind: str
    scenario: str = ""
    title: str = ""

    @property
    def says(self) -> int:
        """How much it asks for: the entry that asks for most draws a layer."""
        return bool(self.scenario) + 2 * bool(self.title)


@dataclass(frozen=True, slots=True)
class LayerClass:
    """凡例の一行 of an entry's style: how the shapes of one value (and level) are drawn.

    ``value`` and ``level`` None = any; the class with neither is for what no other names. ``hatch`` is a
    colour, ``slopes`` its directions (1 rises, -1 falls); ``dash`` in px; ``letter`` is the sign of points.
    """

    words: str
    value: int | None = None
    level: int | None = None
    fill: str = ""
    line: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()
    hatch: str = ""
    slopes: tuple[int, ...] = (1,)
    letter: str = ""

    @property
    def says(self) -> int:
        """How much it names: 0 = it is for what no other names."""
        return (self.value is not None) + (self.level is not None)

    def draws(self, value: int | None, level: int | None) -> bool:
        """Whether a shape of this value and level may be drawn so."""
        return self.value in (None, value) and self.level in (None, level)


@dataclass(frozen=True, slots=True)
class Layer:
    """層: one entry of the catalogue. ``kind`` says which painter draws it, ``style`` how.

    Of kind "overlay": ``match`` says which stored layers it draws, ``classes`` how, the lowest first.
    ``instead_of``: shown as long as nothing of that entry is there, so that a danger never stays away.
    """

    id: str
    title: str
    kind: str
    order: int
    style: dict[str, str | float | bool]
    opacity: float = 1.0
    min_zoom: float = 0.0
    is_shown: bool = True
    attribution: str = ""
    wording: str = ""
    source: str = ""
    classes: tuple[LayerClass, ...] = ()
    match: tuple[LayerMatch, ...] = ()
    instead_of: str = ""

    def class_at(self, value: int | None, level: int | None = None) -> int:
        """Place in ``classes`` of what draws a value; that of any value where none names it."""
        fitting = [at for at, one in enumerate(self.classes) if one.draws(value, level)]
        return max(fitting, key=lambda at: self.classes[at].says)


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """層の一覧の一行: an entry as a panel of layers lists it.

    ``is_shown`` and ``opacity`` as a person set them, else the catalogue's. ``has_content`` False = nothing
    of it is there to be shown. ``titles`` are the imported layers it draws.
    """

    id: str
    title: str
    wording: str
    is_shown: bool
    opacity: float
    has_content: bool
    titles: tuple[str, ...] = ()
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """部品: a file of the map page as it goes over the local scheme."""

    media_type: str
    content: bytes = field(repr=False)


class MapPageSource(Protocol):
    """地図のページ: where a map view gets its page from (``mapview.page.map_page``, wired in app)."""

    @property
    def layers(self) -> Sequence[Layer]:
        """The catalogue in drawing order."""

    def asset(self, path: str) -> Asset | None:
        """Return the file at ``path`` of ``app://map/``; "" is the page itself; None = there is none."""

    def scene_json(self, scene: MapScene, revision: int) -> bytes:
        """Write a scene as the page reads it; backgrounds only by id and bounds."""

    def overlay_asset(self, overlay: OverlayClass, *, points: bool) -> Asset:
        """Write the shapes or the points of one class of an overlay."""

    def people_json(self, marks: Sequence[PersonMark]) -> bytes:
        """Write people alone, for a push."""
