"""書体: our font inside the PDF, only the letters used, with their Unicode, so that text can be searched."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from kurume_bousai.reports.glyphs import font_file
from kurume_bousai.reports.maps.pdf_stream import PdfStream, dictionary

_NAME: Final = "KBMAPS+IPAexGothic"
_PER_EM: Final = 1000
_LINES_PER_BLOCK: Final = 100  # a CMap may hold no more in one block
_KEPT_TABLES: Final = ("glyf", "loca", "head", "hhea", "hmtx", "maxp", "cvt ", "fpgm", "prep")
#: Letters that may not begin a line.
_NOT_FIRST: Final = frozenset("、。,.)」』】・ー々っゃゅょッャュョ:;!?")


@cache
def _measures() -> tuple[dict[int, int], list[float], tuple[float, ...]]:
    """Glyph of each character, advance of each glyph and box of the font, in 1/1000 of the size."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no stubs

    with TTFont(font_file(), lazy=True) as font:
        unit = _PER_EM / font["head"].unitsPerEm
        order = font.getGlyphOrder()
        numbers = {name: number for number, name in enumerate(order)}
        letters = {code: numbers[name] for code, name in font.getBestCmap().items()}
        advances = [font["hmtx"][name][0] * unit for name in order]
        head, lines = font["head"], font["hhea"]
        box = tuple(
            round(value * unit)
            for value in (head.xMin, head.yMin, head.xMax, head.yMax, lines.ascent, lines.descent)
        )
    return letters, advances, box


class MapFont:
    """地図の書体. Remembers which glyphs were used; ``missing`` are characters without a picture."""

    def __init__(self) -> None:
        self._letters, self._advances, self._box = _measures()
        self._used: dict[int, str] = {}
        self.missing: set[str] = set()

    def encode(self, text: str) -> str:
        """Return the glyphs of a text as hexadecimal."""
        return "".join(f"{self._glyph(letter):04X}" for letter in text)

    def _glyph(self, letter: str) -> int:
        glyph = self._letters.get(ord(letter), 0)
        if not glyph:
            self.missing.add(letter)
        self._used.setdefault(glyph, letter)
        return glyph

    def width(self, text: str, size: float) -> float:
        """Return how long a text is, in the unit of ``size``."""
        advances, letters = self._advances, self._letters
        return sum(advances[letters.get(ord(letter), 0)] for letter in text) * size / _PER_EM

    def wrap(self, text: str, size: float, width: float) -> list[str]:
        """Break a text into lines no longer than ``width``; a comma may stand over the edge."""
        lines, line, length = [], "", 0.0
        for letter in text:
            step = self.width(letter, size)
            if line and length + step > width and letter not in _NOT_FIRST:
                lines.append(line)
                line, length = "", 0.0
            line += letter
            length += step
        return [*lines, line] if line else lines

    def write(self, pdf: PdfStream, number: int) -> None:
        """Write the font with the glyphs used so far as object ``number``."""
        program = _subset(sorted(self._used))
        file = pdf.add_stream(program, b"/Length1 %d" % len(program))
        box = self._box
        descriptor = pdf.add(
            dictionary(
                {
                    "Type": "/FontDescriptor", "FontName": f"/{_NAME}", "Flags": "4",
                    "FontBBox": f"[{box[0]} {box[1]} {box[2]} {box[3]}]", "ItalicAngle": "0",
                    "Ascent": f"{box[4]}", "Descent": f"{box[5]}", "CapHeight": "750", "StemV": "80",
                    "FontFile2": f"{file} 0 R",
                }
            )
        )  # fmt: skip
        inner = pdf.add(
            dictionary(
                {
                    "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": f"/{_NAME}",
                    "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
                    "FontDescriptor": f"{descriptor} 0 R", "DW": f"{_PER_EM}", "W": self._widths(),
                    "CIDToGIDMap": "/Identity",
                }
            )
        )  # fmt: skip
        unicode = pdf.add_stream(_to_unicode(self._used))
        pdf.write(
            number,
            dictionary(
                {
                    "Type": "/Font", "Subtype": "/Type0", "BaseFont": f"/{_NAME}",
                    "Encoding": "/Identity-H", "DescendantFonts": f"[{inner} 0 R]",
                    "ToUnicode": f"{unicode} 0 R",
                }
            ),
        )  # fmt: skip

    def _widths(self) -> str:
        narrow = (
            f"{glyph} [{self._advances[glyph]:.2f}]"
            for glyph in sorted(self._used)
            if round(self._advances[glyph], 2) != _PER_EM
        )
        return f"[{' '.join(narrow)}]"


def _subset(glyphs: Sequence[int]) -> bytes:
    """Return the font program with these glyphs only, under their own numbers."""
    from fontTools import subset  # type: ignore[import-untyped]  # has no stubs
    from fontTools.ttLib import TTFont

    options = subset.Options()
    options.retain_gids = True  # the pages are written already: numbers must not move
    options.hinting = False
    options.layout_features = []
    options.name_IDs = []
    options.notdef_outline = True
    with TTFont(font_file(), lazy=True) as font:
        chooser: Any = subset.Subsetter(options)
        chooser.populate(gids=list(glyphs))
        for name in [one for one in font.keys() if one not in _KEPT_TABLES and one != "GlyphOrder"]:  # noqa: SIM118 - not a dict
            if name not in ("cmap", "OS/2", "post", "name"):
                del font[name]
        chooser.subset(font)
        for name in ("cmap", "OS/2", "post", "name"):
            if name in font:
                del font[name]
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _to_unicode(used: dict[int, str]) -> bytes:
    pairs = [
        f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
        for glyph, letter in sorted(used.items())
    ]
    blocks = [pairs[start : start + _LINES_PER_BLOCK] for start in range(0, len(pairs), _LINES_PER_BLOCK)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
