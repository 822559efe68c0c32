"""XMLの安全: a document type can read other files or grow without end, so that no map may have one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kurume_bousai.exchange.layers.notes import ADVICE_AGAIN, problem

_MARKS: Final = (b"<!DOCTYPE", b"<!ENTITY")
_CHUNK: Final = 1 << 20
_OVERLAP: Final = max(len(mark) for mark in _MARKS)


def refuse_document_type(path: Path) -> None:
    """Raise ``layer_hostile`` where a GML or KML declares entities; nothing of it is parsed before."""
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            seen = (tail + chunk).upper()
            if any(mark in seen for mark in _MARKS):
                raise problem(
                    "layer_hostile",
                    "XMLの中に、ほかのファイルを読む命令や、際限なく大きくなる命令(DOCTYPE)があります。"
                    "読みませんでした。",
                    path.name,
                    ADVICE_AGAIN,
                )
            tail = chunk[-_OVERLAP:]
