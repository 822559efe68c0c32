"""困りごと of files of map pictures, each told to a person with what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.storage.problems import disk_full, read_only

_AGAIN: Final = "もとの場所からもう一度受け取るか、作った人に確かめてください。"
_USABLE: Final = "MBTiles(画像のもの)、GeoTIFF、GeoPackage(画像のもの)のどれかにしてください。"


def unreadable(where: str) -> KnownProblem:
    """Not SQLite, cut off or damaged."""
    return KnownProblem(
        "tiles_unreadable",
        "このファイルは壊れているか、途中で切れています。何も取り込んでいません。",
        where=where,
        advice=_AGAIN,
    )


def unknown(where: str) -> KnownProblem:
    """No kind of file that can be read here."""
    return KnownProblem(
        "tiles_unknown_kind",
        "このファイルは、背景の地図として読める種類ではありません。",
        where=where,
        advice=_USABLE,
    )


def no_tables(where: str, what: str) -> KnownProblem:
    """SQLite, but not what its ending says."""
    return KnownProblem(
        "tiles_no_tables",
        f"このファイルには、{what}が入っていません。",
        where=where,
        advice=_USABLE,
    )


def vector(where: str) -> KnownProblem:
    """Vector tiles: this map draws pictures only."""
    return KnownProblem(
        "tiles_vector",
        "このファイルは線と面のタイル(ベクトルタイル)です。背景の地図には、画像のタイルだけを使えます。",
        where=where,
        advice="PNGかJPEGのタイルで作り直したMBTilesを使ってください。",
    )


def wrong_media(where: str) -> KnownProblem:
    """Tiles that are no pictures."""
    return KnownProblem(
        "tiles_wrong_media",
        "画像(PNG、JPEG、WebP)でないタイルが入っています。何も取り込んでいません。",
        where=where,
        advice=_USABLE,
    )


def absurd_place(where: str) -> KnownProblem:
    """A zoom, column or row that no web map has."""
    return KnownProblem(
        "tiles_absurd_place",
        "タイルの縮尺か番号が、あり得ない値です。何も取り込んでいません。",
        where=where,
        advice=_AGAIN,
    )


def huge_tile(where: str, most: str) -> KnownProblem:
    """One tile too large to be a square of a map."""
    return KnownProblem(
        "tiles_huge_tile",
        f"大きすぎるタイルが入っています(1枚は{most}まで)。何も取り込んでいません。",
        where=where,
        advice="1枚が256画素か512画素の四角になるように、作り直してください。",
    )


def too_many(where: str, most: str) -> KnownProblem:
    """More than a laptop should carry."""
    return KnownProblem(
        "tiles_too_many",
        f"大きすぎます。背景の地図は一つ{most}までです。何も取り込んでいません。",
        where=where,
        advice="範囲を市の中だけにするか、いちばん細かい縮尺を除いて、作り直してください。",
    )


def nothing_inside(where: str) -> KnownProblem:
    """No tile that can be shown."""
    return KnownProblem(
        "tiles_none", "このファイルには、使えるタイルが1枚もありません。", where=where, advice=_AGAIN
    )


def too_slow(where: str) -> KnownProblem:
    """A view that computes without end."""
    return KnownProblem(
        "tiles_too_slow",
        "タイルを読むのに、時間がかかりすぎます。読むのをやめました。何も取り込んでいません。",
        where=where,
        advice="タイルを表(table)として持つ、ふつうのMBTilesに作り直してください。",
    )


def wrong_system(where: str, told: str) -> KnownProblem:
    """A system of coordinates that is not computed here."""
    return KnownProblem(
        "tiles_system",
        f"このファイルの座標系({told})には、対応していません。何も取り込んでいません。",
        where=where,
        advice="QGISなどで、EPSG:3857か平面直角座標系(第2系はEPSG:6670)に書き出してください。",
    )


def unsafe(where: str) -> KnownProblem:
    """A view that calls what a list of tiles never needs."""
    return KnownProblem(
        "tiles_unsafe",
        "このファイルは、読むだけで何かを動かそうとします。読むのをやめました。何も取り込んでいません。",
        where=where,
        advice="このファイルは使わず、もとの場所からもう一度受け取ってください。",
    )


def still_open(where: str) -> KnownProblem:
    """Another program has not written all of it yet."""
    return KnownProblem(
        "tiles_still_open",
        "このファイルは、ほかのプログラムで開いたままです。書きかけのため、読みませんでした。",
        where=where,
        advice="QGISなど、このファイルを開いているプログラムを閉じてから、もう一度選んでください。",
    )


def not_ours(where: str) -> KnownProblem:
    """A pack that was not made by this program, or was changed since."""
    return KnownProblem(
        "tiles_not_ours",
        "このタイルのファイルは、このソフトが作ったままではありません。何も取り込んでいません。",
        where=where,
        advice="地図パックを、作ったパソコンからもう一度受け取ってください。",
    )


@contextmanager
def told_files(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into words."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise disk_full(path) from None
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise read_only(path) from None
        raise KnownProblem(
            "file_unreadable",
            "ファイルを読めません。",
            where=path.name,
            advice="場所と、ほかのプログラムで開いていないかを確かめてください。",
        ) from None
