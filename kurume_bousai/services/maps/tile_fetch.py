"""地理院タイルを取りに行く: one 校区, once, on a connected PC, at the request of a person.

The only job of the program that uses the network.  What it may ask for is bounded here: layers and zooms as
published (RULES F7), a hard limit on tiles, at most two requests a second, one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.tile_grid import TileBox, box_of
from kurume_bousai.domain.tile_packs import Tile, TileFacts
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.ports.tile_fetch import FetchTools, GrowingPack, ServerBusyError, TileServer
from kurume_bousai.services.progress import Progress, no_progress

CREDIT: Final = "地理院タイル"
CREDIT_ADDRESS: Final = "https://maps.gsi.go.jp/development/ichiran.html"
LICENCE: Final = "国土地理院コンテンツ利用規約"
#: More than a large 校区 down to zoom 18 needs; a whole city at once would burden the server.
MOST_TILES: Final = 6_000
#: Seconds between the beginnings of two requests.
PACE_S: Final = 0.5
#: Seconds waited before asking again; after the last one the job stops and can be gone on with.
RETRIES_S: Final = (2.0, 4.0, 8.0, 16.0)
_MOST_WAIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class TileLayer:
    """地理院タイルの種類. ``typical_bytes``: what one tile of a town weighs, for the estimate."""

    layer_id: str
    title: str
    path: str
    media_type: str
    min_zoom: int
    max_zoom: int
    typical_bytes: int


#: Photographs only from zoom 14: below, they are satellite pictures with credits of their own.
LAYERS: Final = (
    TileLayer("pale", "淡色地図", "pale/{z}/{x}/{y}.png", "image/png", 5, 18, 12_000),
    TileLayer("std", "標準地図", "std/{z}/{x}/{y}.png", "image/png", 5, 18, 20_000),
    TileLayer("photo", "写真", "seamlessphoto/{z}/{x}/{y}.jpg", "image/jpeg", 14, 18, 24_000),
)


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """取りに行くもの: a 校区, a layer and zooms, both ends included."""

    district_id: DistrictId
    layer_id: str
    min_zoom: int
    max_zoom: int


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """取りに行く前の見積もり: what would be asked for, how long it takes at our pace and how big it gets."""

    order: FetchOrder
    title: str
    layer: TileLayer
    bounds: tuple[float, float, float, float]
    boxes: tuple[TileBox, ...]

    @property
    def tile_count(self) -> int:
        """How many tiles would be asked for."""
        return sum(box.count for box in self.boxes)

    @property
    def size_bytes(self) -> int:
        """What they weigh, roughly."""
        return self.tile_count * self.layer.typical_bytes

    @property
    def seconds(self) -> float:
        """How long it takes at least."""
        return self.tile_count * PACE_S

    @property
    def key(self) -> str:
        """Tells an unfinished file of this order from another's."""
        sides = ",".join(f"{side:.6f}" for side in self.bounds)
        return f"{self.layer.layer_id} {self.order.min_zoom}-{self.order.max_zoom} {sides}"

    def as_json(self) -> dict[str, object]:
        """The object of ``tiles fetch --json``."""
        return {
            "layer": self.layer.layer_id,
            "district": self.order.district_id,
            "min_zoom": self.order.min_zoom,
            "max_zoom": self.order.max_zoom,
            "bounds": list(self.bounds),
            "tiles": self.tile_count,
            "most_tiles": MOST_TILES,
            "size_bytes": self.size_bytes,
            "seconds": round(self.seconds),
            "attribution": CREDIT,
        }


@dataclass(frozen=True, slots=True)
class FetchResult:
    """取り終えた結果."""

    path: Path
    tile_count: int
    absent: int


@dataclass(frozen=True, slots=True)
class TileFetchService:
    """地理院タイルの用件 on one open database."""

    database: CityDatabase
    tools: FetchTools

    def plan(self, order: FetchOrder) -> FetchPlan:
        """Say what would be asked for. Uses no network.

        Raises
        ------
        KnownProblem
            ``no_right``, ``fetch_layer``, ``fetch_zoom``, ``fetch_too_many``, ``unknown_district``.
        """
        self.database.access.require(Right.EDIT_MAPS)
        layer = _layer(order.layer_id)
        _require_zooms(order, layer)
        with self.database.reading() as session:
            names = {one.district_id: one.name for one in session.districts.all()}
        if order.district_id not in names:
            raise KnownProblem(
                "unknown_district",
                "この校区はありません。",
                where=order.district_id,
                advice="46校区の名前で指定してください。",
            )
        west, south, east, north = bounds = self.tools.district_box(order.district_id)
        zooms = range(order.min_zoom, order.max_zoom + 1)
        boxes = tuple(box_of(west, south, east, north, zoom) for zoom in zooms)
        plan = FetchPlan(order, f"{layer.title} {names[order.district_id]}校区", layer, bounds, boxes)
        if plan.tile_count > MOST_TILES:
            raise KnownProblem(
                "fetch_too_many",
                f"{plan.tile_count:,}枚になります。一度に取れるのは{MOST_TILES:,}枚までです。",
                where=plan.title,
                advice="いちばん細かい縮尺を一つ下げてください。配信元に負担をかけないための限りです。",
            )
        return plan

    def fetch(
        self, plan: FetchPlan, out: Path, *, address: str = "", progress: Progress = no_progress
    ) -> FetchResult:
        """Ask for every tile of a plan and write ``out``; a job that was stopped goes on where it was.

        Raises
        ------
        KnownProblem
            ``already_exists``, ``fetch_stopped`` (gone on with by the same order), ``fetch_none``, and what
            the server's answers are refused for. The unfinished file stays beside ``out``.
        """
        self.database.access.require(Right.EDIT_MAPS)
        if out.exists():
            raise KnownProblem(
                "already_exists",
                "同じ名前のファイルがすでにあります。",
                where=str(out),
                advice="別の名前を指定するか、前のファイルを片づけてください。",
            )
        server = self.tools.connect(address)
        with self.tools.grow(out, plan.key) as pack:
            _Fetcher(plan, server, pack, self.tools, progress).run()
            found, absent = pack.counts()
            if not found:
                raise KnownProblem(
                    "fetch_none",
                    "配信元に、この範囲のタイルが1枚もありませんでした。",
                    where=plan.title,
                    advice="縮尺の範囲を確かめてください。",
                )
            self.tools.finish(out, pack, _facts(plan, found))
        return FetchResult(out, found, absent)


@dataclass(slots=True)
class _Fetcher:
    """取りに行く人: keeps the pace and asks again where the server was busy."""

    plan: FetchPlan
    server: TileServer
    pack: GrowingPack
    tools: FetchTools
    progress: Progress
    _last_at: float = field(default=float("-inf"))

    def run(self) -> None:
        """Ask for what is not yet there."""
        total, done = self.plan.tile_count, 0
        for box in self.plan.boxes:
            known = self.pack.known(box.zoom)
            for column, row in box.places():
                self.progress(done, total, "地理院タイルを取っています")
                if (column, row) not in known:
                    self._take(box.zoom, column, row)
                done += 1

    def _take(self, zoom: int, column: int, row: int) -> None:
        content = self._asked(self.plan.layer.path.format(z=zoom, x=column, y=row))
        if content is None:
            self.pack.put_absent(zoom, column, row)
        else:
            self.pack.put(Tile(zoom, column, row, content))

    def _asked(self, path: str) -> bytes | None:
        for pause_s in (*RETRIES_S, None):
            self._keep_pace()
            try:
                return self.server.get(path)
            except ServerBusyError as busy:
                if pause_s is None:
                    break
                self.tools.wait(max(pause_s, min(busy.wait_s, _MOST_WAIT_S)))
        raise KnownProblem(
            "fetch_stopped",
            "配信元から返事がないため、途中でやめました。取れたところまでは残しています。",
            where=path,
            advice="しばらくしてから同じ指定でもう一度実行すると、続きから取ります。",
        )

    def _keep_pace(self) -> None:
        left_s = self._last_at + PACE_S - self.tools.monotonic()
        if left_s > 0:
            self.tools.wait(left_s)
        self._last_at = self.tools.monotonic()


def _layer(layer_id: str) -> TileLayer:
    for layer in LAYERS:
        if layer.layer_id == layer_id:
            return layer
    raise KnownProblem(
        "fetch_layer",
        "この種類の地理院タイルは取れません。",
        where=layer_id,
        advice="pale(淡色地図)、std(標準地図)、photo(写真)のどれかにしてください。",
    )


def _require_zooms(order: FetchOrder, layer: TileLayer) -> None:
    if not layer.min_zoom <= order.min_zoom <= order.max_zoom <= layer.max_zoom:
        raise KnownProblem(
            "fetch_zoom",
            f"{layer.title}の縮尺(ズーム)は、{layer.min_zoom}から{layer.max_zoom}までです。",
            where=f"{order.min_zoom}から{order.max_zoom}",
            advice="小さい数から大きい数の順に、その範囲で指定してください。",
        )


def _facts(plan: FetchPlan, found: int) -> TileFacts:
    return TileFacts(
        plan.title,
        *plan.bounds,
        plan.order.min_zoom,
        plan.order.max_zoom,
        found,
        plan.layer.media_type,
        attribution=CREDIT,
        licence=f"{LICENCE} {CREDIT_ADDRESS}",
        source=f"{CREDIT}({plan.layer.title})",
    )
