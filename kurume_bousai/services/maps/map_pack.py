"""地図パックの用件: everything of the map that is no personal data, carried to another laptop and into QGIS.

No person, no drawing and no note of a site ever enters: the contents are gathered here, one kind after the
other, and nothing else is read.  A pinned picture can carry handwriting, so it goes in only by name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import BackgroundId, DistrictId, new_id
from kurume_bousai.domain.layers import LayerId, MapLayer
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.maps import map_pack_contents as contents
from kurume_bousai.services.maps import map_pack_sites
from kurume_bousai.services.maps.map_pack_sites import SiteArrivals
from kurume_bousai.services.maps.tile_packs import TilePackService
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.map_pack import (
    Box,
    LayerEntry,
    MapContents,
    MapPackTools,
    OpenPack,
    Origin,
    PackedDistrict,
    PackedLayer,
    PackedTiles,
    PackManifest,
    TilesEntry,
    origin_of,
)
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.ports.tiles import StoredFile
from kurume_bousai.services.progress import Progress, no_progress

#: Ground around a 校区 that its map still needs, in degrees (about 1 km).
_MARGIN_DEG: Final = 0.01
#: Dataset of a layer that somebody mapped from any file.
_OWN: Final = "other"
_TOPICS: Final = frozenset({Topic.BACKGROUNDS, Topic.DISTRICTS, Topic.SHELTERS})


class Arrival(StrEnum):
    """届いたものの扱い on this laptop."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"  # the same source in another extent or edition is kept here


@dataclass(frozen=True, slots=True)
class MapPackOrder:
    """つくるもの. ``district_id`` None = the whole city.

    ``pictures`` (pinned) and ``own_layers`` (mapped by hand from any file) can carry what somebody wrote:
    they go in only when a person who has looked at them names them.
    """

    district_id: DistrictId | None = None
    pictures: tuple[BackgroundId, ...] = ()
    own_layers: tuple[LayerId, ...] = ()


@dataclass(frozen=True, slots=True)
class MapPackChoices:
    """つくる前に選ぶもの: what goes in anyway (counted), and what one may add by name."""

    layers: int
    tile_packs: int
    districts: tuple[tuple[DistrictId, str], ...]
    pictures: tuple[Background, ...]
    own_layers: tuple[MapLayer, ...]


@dataclass(frozen=True, slots=True)
class MapPackPreview:
    """取り込む前の点検: the list of a pack, and what of it is new here."""

    path: Path
    manifest: PackManifest
    layers: tuple[tuple[LayerEntry, Arrival], ...]
    tiles: tuple[tuple[TilesEntry, Arrival], ...]
    districts: Arrival
    sites: SiteArrivals = field(default_factory=SiteArrivals)
    warnings: tuple[str, ...] = ()

    @property
    def brings(self) -> int:
        """How many things would be added or changed."""
        arrived = [arrival for _, arrival in (*self.layers, *self.tiles)]
        return [*arrived, self.districts].count(Arrival.NEW) + len(self.sites.new)

    def as_json(self) -> dict[str, object]:
        """The object of ``map-pack import --json``."""
        return {
            **self.manifest.as_json(),
            "arrivals": {
                "layers": {one.title + " " + one.table: arrival.value for one, arrival in self.layers},
                "tiles": {one.facts.title: arrival.value for one, arrival in self.tiles},
                "districts": self.districts.value,
                "sites": self.sites.as_json(),
            },
            "brings": self.brings,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class MapPackService:
    """地図パックの用件 on one open database. Safe to call from the runner's threads."""

    database: CityDatabase
    tools: MapPackTools
    tile_packs: TilePackService
    clock: Clock
    ground_changed: Callable[[], None] = field(repr=False)

    # -- つくる --------------------------------------------------------------------------------

    def choices(self) -> MapPackChoices:
        """What there is to be packed."""
        with self.database.reading() as session:
            layers = session.layers.all()
            own = tuple(one for one in layers if is_own(one))
            return MapPackChoices(
                len(layers) - len(own),
                len(session.tile_packs.all()),
                tuple((one.district_id, one.name) for one in session.districts.all()),
                tuple(session.backgrounds.all()),
                own,
            )

    def create(self, order: MapPackOrder, out: Path, progress: Progress = no_progress) -> PackManifest:
        """Write a pack into a new folder, or into one file where ``out`` ends with ``.zip``.

        Raises
        ------
        KnownProblem
            ``no_right``, ``already_exists``, ``unknown_district``, ``unknown_background``,
            ``map_pack_tiles`` (a pack's file is missing or changed), ``disk_full`` … Nothing stays behind.
        """
        self.database.access.require(Right.EDIT_MAPS)
        if out.exists():
            raise KnownProblem(
                "already_exists",
                "同じ名前のものがすでにあります。",
                where=str(out),
                advice="別の名前を指定するか、前のものを片づけてください。",
            )
        with tempfile.TemporaryDirectory(prefix="kurume_bousai_map_") as folder:
            gathered = self._gathered(order, Path(folder), progress)
            written = self.tools.write(gathered, out, progress)
        with self.database.writing() as session:
            payload = {"digest": written.digest, "layers": len(written.layers), "tiles": len(written.tiles)}
            session.audit.record(self.database.access, "map_pack_written", [], payload)
        return written

    def _gathered(self, order: MapPackOrder, folder: Path, progress: Progress) -> MapContents:
        with self.database.reading() as session:
            name = contents.district_name(session, order.district_id)
            box = self._box(order.district_id)
            layers = self._layers(session, order, box, progress)
            districts = contents.districts(session)
            sites = map_pack_sites.packed_sites(session, box)
            pictures = [contents.picture(session, one) for one in order.pictures]
            fictional = is_fictional(session)
        tiles = (*self._packs(box), *(self._cut(one, folder, progress) for one in pictures))
        return MapContents(self.clock.now(), name, fictional, layers, districts, sites, tiles)

    def _box(self, district_id: DistrictId | None) -> Box | None:
        if district_id is None:
            return None
        west, south, east, north = self.tools.district_box(district_id)
        return west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG

    def _layers(
        self, session: ReadSession, order: MapPackOrder, box: Box | None, progress: Progress
    ) -> tuple[PackedLayer, ...]:
        kept = [one for one in session.layers.all() if not is_own(one) or one.layer_id in order.own_layers]
        made = []
        for number, layer in enumerate(kept):
            progress(number, len(kept), "地図の層を集めています")
            packed: PackedLayer | None = contents.packed(session, layer)
            if box is not None and packed is not None:
                packed = self.tools.clip(packed, box)
            if packed is not None:
                made.append(self.tools.normal(packed))
        return tuple(made)

    def _packs(self, box: Box | None) -> list[PackedTiles]:
        made = []
        for one in self.tile_packs.packs():
            pack = one.pack
            if box is not None and not contents.touches((pack.west, pack.south, pack.east, pack.north), box):
                continue
            if one.fault:
                raise KnownProblem(
                    "map_pack_tiles",
                    one.fault,
                    where=pack.title,
                    advice="背景の地図の一覧で加え直すか、消してから、もう一度つくってください。",
                )
            stored = StoredFile(pack.sha256, pack.size_bytes, pack.facts)
            made.append(PackedTiles(self.tile_packs.shelf.path(pack.sha256), stored))
        return made

    def _cut(self, background: Background, folder: Path, progress: Progress) -> PackedTiles:
        file = self.tools.cut_picture(background)
        target = folder / f"{background.background_id}.mbtiles"
        return self.tools.write_tiles(file, file.facts, target, progress)

    # -- 取り込む -------------------------------------------------------------------------------

    def preview(self, path: Path, progress: Progress = no_progress) -> MapPackPreview:
        """Look into a pack: every file is read and compared with its list. Keeps nothing."""
        self.database.access.require(Right.EDIT_MAPS)
        with self.tools.opened(path, progress) as pack:
            return self._compared(path, pack)

    def commit(self, preview: MapPackPreview, progress: Progress = no_progress) -> Outcome[MapPackPreview]:
        """Keep what is new of a pack that was looked at; the rest stays as it is here.

        Raises
        ------
        KnownProblem
            ``map_pack_changed`` where the pack is not the one that was looked at.
        """
        access = self.database.access
        access.require(Right.EDIT_MAPS)
        with self.tools.opened(preview.path, progress) as pack:
            if pack.manifest.digest != preview.manifest.digest:
                raise KnownProblem(
                    "map_pack_changed",
                    "点検したあとに、地図パックの中身が変わりました。何も取り込んでいません。",
                    where=preview.path.name,
                    advice="もう一度、点検からやり直してください。",
                )
            now = self._compared(preview.path, pack)
            layers = list(pack.layers([entry for entry, arrival in now.layers if arrival is Arrival.NEW]))
            outlines = pack.districts() if now.districts is Arrival.NEW else []
            # The files go first: without its file a registered pack would only be a fault.
            for entry, arrival in now.tiles:
                if arrival is Arrival.NEW:
                    self.tile_packs.add_copy(pack.tiles(entry), progress)
        with self.database.writing() as session:
            for packed in layers:
                session.layers.add(access, self._arrived(packed), packed.features)
            if outlines:
                kept = {one.district_id: one for one in session.districts.outlines()}
                fresh = kept | {one.outline.district_id: one.outline for one in outlines}
                session.districts.replace_outlines(access, _in_order(session, fresh))
            map_pack_sites.keep(session, access, now.sites.new)
            session.audit.record(access, "map_pack_imported", [], {"digest": pack.manifest.digest})
        self.ground_changed()
        return Outcome(now, _TOPICS)

    def _compared(self, path: Path, pack: OpenPack) -> MapPackPreview:
        manifest = pack.manifest
        wanted = {one.origin for one in manifest.layers}
        with self.database.reading() as session:
            kept = [one for one in session.layers.all() if origin_of(one) in wanted]
            here = [self.tools.normal(contents.packed(session, one)) for one in kept]
            known_tiles = {one.sha256 for one in session.tile_packs.all()}
            outlines = {one.district_id: one for one in session.districts.outlines()}
            names = {one.district_id for one in session.districts.all()}
            sites = map_pack_sites.arrivals(session, self.database.access, manifest, pack.sites())
        digests = {one.digest for one in here}
        origins = {origin_of(one.layer) for one in here}
        layers = tuple((one, _layer_arrival(one, digests, origins)) for one in manifest.layers)
        whole = {one.pack.sha256 for one in self.tile_packs.packs() if not one.fault}
        tiles = tuple(
            (one, Arrival.SAME if one.sha256 in known_tiles & whole else Arrival.NEW)
            for one in manifest.tiles
        )
        arrived = pack.districts()
        _require_known(arrived, names, path)
        is_same = all(_is_same(outlines.get(one.outline.district_id), one.outline) for one in arrived)
        districts = Arrival.SAME if is_same else Arrival.NEW
        told = (*_warnings(manifest, layers), *sites.warnings)
        return MapPackPreview(path, manifest, layers, tiles, districts, sites, told)

    def _arrived(self, packed: PackedLayer) -> MapLayer:
        layer = packed.layer
        return MapLayer(
            layer_id=LayerId(new_id()),
            dataset=layer.dataset,
            kind=layer.kind,
            scenario=layer.scenario,
            title=layer.title,
            source=layer.source,
            imported_at=self.clock.now(),
            imported_by=self.database.access.name,
            extent=layer.extent,
            coverage=layer.coverage,
            parts=layer.parts,
            wanted_parts=layer.wanted_parts,
            feature_count=len(packed.features),
            left_out=layer.left_out,
            warnings=("地図パックから取り込みました。",),
        )


def is_own(layer: MapLayer) -> bool:
    """Whether a layer was mapped by hand from any file: its names are whatever that file has."""
    return layer.dataset == _OWN


def _layer_arrival(entry: LayerEntry, digests: set[str], origins: set[Origin]) -> Arrival:
    if entry.digest in digests:
        return Arrival.SAME
    return Arrival.OTHER if entry.origin in origins else Arrival.NEW


def _is_same(here: DistrictOutline | None, arrived: DistrictOutline) -> bool:
    return here is not None and not here.approximate and here.wkb == arrived.wkb


def _in_order(session: ReadSession, fresh: dict[DistrictId, DistrictOutline]) -> list[DistrictOutline]:
    order = {one.district_id: one.order for one in session.districts.all()}
    return sorted(fresh.values(), key=lambda one: order.get(one.district_id, len(order)))


def _require_known(arrived: Sequence[PackedDistrict], names: set[DistrictId], path: Path) -> None:
    if strangers := [one.name for one in arrived if one.outline.district_id not in names]:
        raise KnownProblem(
            "map_pack_broken",
            f"この市にない校区が入っています: {'、'.join(strangers[:5])}。何も取り込んでいません。",
            where=path.name,
            advice="久留米市の地図パックかどうかを、つくった人に確かめてください。",
        )


def _warnings(manifest: PackManifest, layers: Sequence[tuple[LayerEntry, Arrival]]) -> tuple[str, ...]:
    told = []
    if manifest.is_fictional:
        told.append("架空の市でつくった地図パックです。本物の地図として使わないでください。")
    if manifest.district:
        told.append(
            f"{manifest.district}校区の周りだけの地図パックです。ほかの場所は「データなし」になります。"
        )
    told.extend(
        f"「{entry.title}」は、同じもとの資料の層がここにあります。ここにあるほうを残します。"
        for entry, arrival in layers
        if arrival is Arrival.OTHER
    )
    return tuple(told)
