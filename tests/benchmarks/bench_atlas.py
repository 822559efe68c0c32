"""A page of the atlas: our PDF against the same page by plain geopandas and matplotlib.

Both draw the same: 校区 borders (46), the fictional flood in its official colours, the streets, the shelters
of the page with their names, grid, frame, scale bar, north, legend, title and sources, on A4 at the same
scale, with the same Japanese font embedded, into memory.  Both have read their data before: ours in one
piece, theirs as GeoDataFrames in metres.  Ours is the whole atlas divided by its pages, with its font and
its preparation; theirs a few pages.  ``target``: at least 3 times faster.
"""

from __future__ import annotations

import io
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kurume_bousai.reports.maps.ground import Ground
    from kurume_bousai.reports.maps.plan import Chapter
    from kurume_bousai.services.papers.map_ports import MapPaperContent

TARGET: Final = 3.0
_RIVAL_PAGES: Final = 8


def run(rival_pages: int = _RIVAL_PAGES) -> dict[str, Any]:
    """Measure both in this process."""
    from kurume_bousai.services.fictional.flood import fictional_flood
    from tests.fixtures.map_papers import content, layers

    streets = tuple((layer, features) for layer, features in layers() if layer.kind in ("road", "river"))
    what = replace(content(with_layers=False), layers=streets, flood=fictional_flood())
    _ours(what)  # the first time loads fonts and libraries
    ours = [_ours(what) for _ in range(3)]
    pages = ours[0][1]
    ours_s = sorted(taken for taken, _ in ours)[1] / pages
    other_s = _rival(what, rival_pages)
    ratio = other_s / ours_s
    return {
        "ours_s": round(ours_s, 4),
        "other": "geopandas + matplotlib, the same page as PDF",
        "other_s": round(other_s, 4),
        "ratio": round(ratio, 1),
        "n": pages,
        "target": "地図帳の1ページが、geopandas と matplotlib の同じページの3倍以上速い",
        "met": ratio >= TARGET,
    }


def _ours(what: MapPaperContent) -> tuple[float, int]:
    from kurume_bousai.reports.maps.maker import write_atlas
    from kurume_bousai.services.papers.map_ports import MapPaperOrder
    from tests.fixtures.map_papers import STAMP

    start = time.perf_counter()
    made = write_atlas(what, MapPaperOrder(), STAMP, io.BytesIO(), lambda _done, _total, _text: None)
    return time.perf_counter() - start, made.pages


def _rival(what: MapPaperContent, pages: int) -> float:
    import geopandas
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import font_manager

    from kurume_bousai.reports.glyphs import font_file
    from kurume_bousai.reports.maps.font import MapFont
    from kurume_bousai.reports.maps.ground import prepare
    from kurume_bousai.reports.maps.maker import words_of
    from kurume_bousai.reports.maps.plan import make_plan
    from kurume_bousai.services.papers.map_ports import MapPaperOrder
    from tests.fixtures.map_papers import STAMP

    font_manager.fontManager.addfont(str(font_file()))
    mpl.rcParams["font.family"] = "IPAexGothic"
    mpl.rcParams["pdf.fonttype"] = 42
    ground, order = prepare(what, is_mono=False), MapPaperOrder()
    words = words_of(what, order, ground, STAMP)
    chapters = make_plan(ground, order, words, MapFont()).chapters
    frames = {
        "districts": geopandas.GeoDataFrame(
            {"name": [one.name for one in ground.districts]},
            geometry=[one.shape for one in ground.districts],
            crs="EPSG:6670",
        ),
        "zones": [
            (layer.ink, geopandas.GeoSeries(list(layer.shapes), crs="EPSG:6670"))
            for layer in (*ground.zones, *ground.lines)
        ],
    }
    _rival_page(ground, chapters[0], frames, words.notes)  # the first time loads fonts and libraries
    start = time.perf_counter()
    for chapter in chapters[1 : pages + 1]:
        _rival_page(ground, chapter, frames, words.notes)
    return (time.perf_counter() - start) / pages


def _rival_page(ground: Ground, chapter: Chapter, frames: dict[str, Any], notes: tuple[str, ...]) -> None:
    from matplotlib import pyplot as plt
    from matplotlib.patches import Patch, Rectangle

    laid, layout = chapter.series, chapter.layout
    assert layout is not None
    window, frame = laid.sheets[0].window, layout.frame
    figure = plt.figure(figsize=(laid.width / 25.4, laid.height / 25.4))
    axes = figure.add_axes(
        (frame.x / laid.width, frame.y / laid.height, frame.width / laid.width, frame.height / laid.height)
    )
    legend = []
    for ink, shapes in frames["zones"]:
        near = shapes.cx[window.west : window.east, window.south : window.north]
        if len(near) and ink.is_line:
            near.plot(ax=axes, color=ink.pen.colour, linewidth=ink.pen.width * 72 / 25.4)
        elif len(near):
            near.plot(ax=axes, facecolor=ink.fill, edgecolor=ink.pen.colour, linewidth=0.35)
        legend.append(Patch(facecolor=ink.fill or "white", edgecolor="grey", label=ink.words))
    frames["districts"].boundary.plot(ax=axes, color="#6B6B6B", linewidth=0.85, linestyle="--")
    mine = frames["districts"][frames["districts"]["name"] == chapter.district.name]
    mine.boundary.plot(ax=axes, color="#1A1A1A", linewidth=2, linestyle="--")
    for place in ground.places:
        if window.west < place.east < window.east and window.south < place.north < window.north:
            axes.text(
                place.east, place.north, place.letter, color="white", fontsize=9, ha="center", va="center",
                bbox={"boxstyle": "square", "facecolor": "black"},
            )  # fmt: skip
            axes.annotate(
                place.name,
                (place.east, place.north),
                xytext=(8, -3),
                textcoords="offset points",
                fontsize=7.5,
            )
    axes.set_xlim(window.west, window.east)
    axes.set_ylim(window.south, window.north)
    axes.set_aspect("auto")
    axes.grid(visible=True, linewidth=0.3)
    axes.add_patch(Rectangle((window.west + 100, window.south + 100), 500, 30, color="black"))
    axes.annotate("北", (0.96, 0.96), xytext=(0.96, 0.9), xycoords="axes fraction", arrowprops={"width": 2})
    figure.text(0.04, 0.96, f"{chapter.district.name}校区 1:{laid.scale:,}", fontsize=17)
    figure.legend(handles=legend, loc="lower left", ncol=3, fontsize=7.5, bbox_to_anchor=(0.04, 0.09))
    figure.text(0.04, 0.02, "\n".join(notes), fontsize=6.7)
    figure.savefig(io.BytesIO(), format="pdf")
    plt.close(figure)


if __name__ == "__main__":
    print(run())
