"""文字コードの決め方: .cpg, language byte of the DBF, strict UTF-8, CP932, in this order, and told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, TypeAlias

from kurume_bousai.exchange.layers.dbf import Dbf
from kurume_bousai.exchange.layers.notes import Notes
from kurume_bousai.exchange.layers.sources import kind_is_html

UTF8: Final = "UTF-8"
CP932: Final = "CP932"
_Texts: TypeAlias = frozenset[tuple[bytes, bool]]

_LANGUAGE_CP932: Final = frozenset({0x13, 0x7B})
_UTF8_WORDS: Final = frozenset({"utf8", "65001"})
_CP932_WORDS: Final = frozenset(
    {"932", "cp932", "ms932", "windows31j", "shiftjis", "sjis", "ansi932", "oem932"}
)


def decide(shp: Path, table: Dbf | None, notes: Notes) -> str:
    """Return the encoding of a Shapefile's texts, and tell by which rule it was found."""
    content: _Texts = frozenset() if table is None else frozenset(table.texts())
    if (told := _of_cpg(shp, notes)) and not _contradicted(told, content):
        notes.tell(f"文字コードは {told} です(.cpg の記載)。")
        return told
    if told:
        notes.tell(f".cpg は {told} と書いてありますが、中身と合わないため、中身から決めました。")
    if table is not None and table.language in _LANGUAGE_CP932 and not _contradicted(CP932, content):
        notes.tell(f"文字コードは {CP932} です(DBFの言語の記載)。")
        return CP932
    if _decodes(content, "utf-8"):
        if all(text.isascii() for text, _ in content):
            notes.tell(f"文字コードの記載がなく、英数字だけなので、{UTF8} として読みました。")
        else:
            notes.tell(f"文字コードの記載がないため、中身から {UTF8} と決めました。")
        return UTF8
    notes.tell(f"文字コードの記載がないため、中身から {CP932} と決めました。")
    if not _decodes(content, "cp932"):
        notes.tell("CP932 としても読めない文字があり、「?」などに置きかわることがあります。")
    return CP932


def _of_cpg(shp: Path, notes: Notes) -> str:
    for path in sorted(shp.parent.iterdir()):
        if path.stem == shp.stem and path.suffix.casefold() == ".cpg":
            break
    else:
        return ""
    content = path.read_bytes()[:4096]
    if kind_is_html(content) or b"<" in content:
        notes.tell(f"「{path.name}」の中身がWebページ(HTML)なので、文字コードの記載とはみなしません。")
        return ""
    word = re.sub(r"[^a-z0-9]", "", content.decode("ascii", errors="ignore").casefold())
    if word in _UTF8_WORDS:
        return UTF8
    if word in _CP932_WORDS:
        return CP932
    shown = content.decode("ascii", errors="ignore").strip()[:20]
    notes.tell(f"「{path.name}」の文字コード「{shown}」は知らない名前なので、中身から決めます。")
    return ""


def _contradicted(told: str, content: _Texts) -> bool:
    """True where the bytes cannot be what the file says, but can be the other one."""
    if told == UTF8:
        return not _decodes(content, "utf-8") and _decodes(content, "cp932")
    return not _decodes(content, "cp932") and _decodes(content, "utf-8")


def _decodes(content: _Texts, encoding: str) -> bool:
    return all(_is_text(text, encoding, may_be_cut=is_full) for text, is_full in content)


def _is_text(text: bytes, encoding: str, *, may_be_cut: bool) -> bool:
    """A text that fills its column may have lost the end of its last character."""
    for cut in range(4 if may_be_cut else 1):
        try:
            text[: len(text) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
