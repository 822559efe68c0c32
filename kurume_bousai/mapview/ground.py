"""地図の下地: what lies under every scene, read once from an open database and kept until it changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.mapview import features
from kurume_bousai.mapview.catalogue import drawing_order, entry_of
from kurume_bousai.mapview.gaps import gap_overlays
from kurume_bousai.mapview.overlays import OverlayBook
from kurume_bousai.mapview.protocol import (
    BackgroundImage,
    DistrictShape,
    HazardShape,
    Layer,
    LayerChoice,
    LayerVisibility,
    MapOverlay,
    Polygon,
    TileGround,
)
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.fictional.flood import FloodField, fictional_flood
from kurume_bousai.services.ports.sessions import CityDatabase

TileSource = Callable[[], Sequence[TileGround]]


def no_tiles() -> Sequence[TileGround]:
    """Return no tile packs: where nobody said where they come from."""
    return ()


@dataclass(frozen=True, slots=True)
class Ground:
    """下地: 校区, sites, backgrounds; ``stored`` are the imported layers without their shapes."""

    shapes: tuple[DistrictShape, ...]
    hazards: tuple[HazardShape, ...]
    backgrounds: tuple[BackgroundImage, ...]
    tiles: tuple[TileGround, ...]
    stored: tuple[MapLayer, ...] = field(repr=False)
    welfare: tuple[WelfareShelter, ...]
    designated: tuple[DesignatedShelter, ...]
    emergency: tuple[EmergencyEvacuationSite, ...]
    is_fictional: bool


class GroundKeeper:
    """下地の帳面. Safe to be asked from several threads; shapes of a stored layer are read once."""

    def __init__(self, database: CityDatabase, layers: Sequence[Layer], tiles: TileSource = no_tiles) -> None:
        self._database = database
        self._layers = layers
        self._tiles = tiles
        self._book = OverlayBook(layers)
        self._gaps_made: tuple[tuple[str, ...], tuple[MapOverlay, ...]] | None = None
        self._kept: Ground | None = None
        self._reading = Lock()
        #: What a person set on this installation.
        self.visibility = LayerVisibility()

    def forget(self) -> None:
        """Read the ground again when it is next asked for; overlays stay as long as their layer does."""
        self._kept = None

    def ground(self) -> Ground:
        """Return the ground, read at the first call."""
        kept = self._kept
        if kept is None:
            with self._reading:
                kept = self._kept = self._kept or self._read()
        return kept

    def seen(self, visibility: LayerVisibility | None = None) -> LayerVisibility:
        """Return a visibility in which what stands in for a missing layer is shown; None = the set one."""
        wanted = visibility or self.visibility
        there = self._there()
        instead = {layer.id for layer in self._layers if layer.instead_of and layer.instead_of not in there}
        return replace(wanted, shown=wanted.shown | (instead - wanted.hidden))

    def overlays(self, visibility: LayerVisibility) -> tuple[MapOverlay, ...]:
        """Return the overlays that a visibility (of ``seen``) shows; reads those asked for the first time."""
        shown = frozenset(layer.id for layer in self._layers if visibility.shows(layer))
        made = self._book.overlays(self.ground().stored, shown, self._features)
        return (*(gap for gap in self._gaps(shown) if gap.entry in shown), *made)

    def _gaps(self, shown: frozenset[str]) -> tuple[MapOverlay, ...]:
        """Where the dangers that are shown have no data; made once for the same layers."""
        there = {name: stored for name, stored in self._there().items() if name in shown}
        key = tuple(layer.layer_id for stored in there.values() for layer in stored)
        kept = self._gaps_made
        if kept is None or kept[0] != key:
            kept = self._gaps_made = (key, gap_overlays(there, self._layers))
        return kept[1]

    def _features(self, layer_id: LayerId) -> Sequence[LayerFeature]:
        with self._database.reading() as session:
            return session.layers.features(layer_id)

    def choices(self, visibility: LayerVisibility | None = None) -> tuple[LayerChoice, ...]:
        """Return every entry as a panel of layers lists it, the topmost first."""
        seen = self.seen(visibility)
        there = self._there()
        return tuple(
            self._choice(layer, seen, there.get(layer.id, []))
            for layer in reversed(drawing_order(self._layers, seen))
        )

    def _choice(self, layer: Layer, seen: LayerVisibility, stored: Sequence[MapLayer]) -> LayerChoice:
        ground = self.ground()
        content: dict[str, Sequence[object]] = {
            "overlay": stored,
            "hazard": ground.hazards,
            "image": ground.backgrounds,
            "tiles": ground.tiles,
            "district": ground.shapes,
        }
        gaps = {gap.entry for gap in self._gaps(frozenset(one.id for one in self._layers if seen.shows(one)))}
        credits_ = dict.fromkeys(one.source.attribution for one in stored if one.source.attribution)
        return LayerChoice(
            id=layer.id,
            title=layer.title,
            wording=layer.wording,
            is_shown=seen.shows(layer),
            opacity=seen.opacities.get(layer.id, layer.opacity),
            has_content=bool(content.get(layer.kind, (layer,))) or layer.id in gaps,
            titles=tuple(dict.fromkeys(one.title for one in stored)),
            attribution="、".join(credits_) or layer.attribution,
        )

    def _there(self) -> dict[str, list[MapLayer]]:
        """Stored layers by the id of the entry that draws them."""
        there: dict[str, list[MapLayer]] = {}
        for stored in self.ground().stored:
            if entry := entry_of(stored, self._layers):
                there.setdefault(entry.id, []).append(stored)
        return there

    def _read(self) -> Ground:
        with self._database.reading() as session:
            districts = session.districts.all()
            outlines = session.districts.outlines()
            fictional = is_fictional(session)
            backgrounds = session.backgrounds.all(with_picture=True)
            stored = tuple(session.layers.all())
            welfare = tuple(session.shelters.welfare())
            designated = tuple(session.shelters.designated())
            emergency = tuple(session.shelters.emergency())
        names = {district.district_id: district.name for district in districts}
        # 校区 that an imported file does not have keep their computed area, dashed.
        from kurume_bousai.geo.districts import computed_areas  # numpy and shapely: not at the start

        computed = computed_areas({district.district_id: district.point for district in districts})
        imported = {outline.district_id for outline in outlines}
        missing = [outline for outline in computed if outline.district_id not in imported]
        self._book.keep(stored)
        # A real flood takes the place of the fictional one: two depths at one place would be a riddle.
        has_flood = any(layer.kind == "flood" for layer in stored)
        return Ground(
            shapes=features.district_shapes((*outlines, *missing), names),
            hazards=_flood_shapes(fictional_flood()) if fictional and not has_flood else (),
            backgrounds=features.background_images(backgrounds),
            tiles=tuple(self._tiles()),
            stored=stored,
            welfare=welfare,
            designated=designated,
            emergency=emergency,
            is_fictional=fictional,
        )


def _flood_shapes(flood: FloodField) -> tuple[HazardShape, ...]:
    """One shape a rank, the shallow below the deep."""
    by_rank: dict[int, list[Polygon]] = {}
    for polygon in flood.polygons:
        rings = tuple(tuple((point.lon, point.lat) for point in ring) for ring in polygon.rings)
        by_rank.setdefault(int(polygon.rank), []).append(rings)
    return tuple(HazardShape(rank, tuple(polygons)) for rank, polygons in sorted(by_rank.items()))
