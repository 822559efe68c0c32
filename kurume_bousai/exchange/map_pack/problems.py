"""困りごと of map packs, told to a person."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem

_AGAIN: Final = "地図パックを、つくったパソコンからもう一度受け取ってください。"


def broken(where: str, what: str = "地図パックの中身が壊れているか、書きかえられています") -> KnownProblem:
    """Damaged, cut off or changed since it was made."""
    return KnownProblem("map_pack_broken", f"{what}。何も取り込んでいません。", where=where, advice=_AGAIN)


def not_a_pack(where: str) -> KnownProblem:
    """Some other folder or file."""
    return KnownProblem(
        "map_pack_none",
        "これは地図パックではありません(目録の manifest.json がありません)。",
        where=where,
        advice="地図パックのフォルダーか、zipファイルを選んでください。",
    )


def newer(where: str) -> KnownProblem:
    """Made by a newer program."""
    return KnownProblem(
        "map_pack_newer",
        "この地図パックは、新しい版のソフトでつくられています。",
        where=where,
        advice="このソフトを新しい版にしてから、もう一度取り込んでください。",
    )


def hostile(where: str) -> KnownProblem:
    """A name that leads out of the pack."""
    return KnownProblem(
        "map_pack_hostile",
        "地図パックの中に、外を指す名前か、ありえない大きさのファイルがあります。何も取り出していません。",
        where=where,
        advice="このファイルは使わず、つくった人に確かめてください。",
    )


def unwritable(where: str) -> KnownProblem:
    """The GeoPackage could not be written: mostly a full disk."""
    return KnownProblem(
        "map_pack_unwritable",
        "地図の層を書けませんでした。地図パックはつくっていません。",
        where=where,
        advice="ディスクの空きを確かめるか、別の場所を選んでください。",
    )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system says of files into words."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise KnownProblem(
                "disk_full",
                "ディスクの空きが足りないため、書けませんでした。",
                where=str(path.parent),
                advice="いらないファイルを片づけるか、別の場所を選んでください。",
            ) from None
        raise KnownProblem(
            "file_unreadable",
            "この場所のファイルを、読むか書くことができません。",
            where=path.name,
            advice="場所と、ほかのプログラムで開いていないかを確かめてください。",
        ) from None
